const isBag = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 300);

/** Where two values first differ, and what stands there. */
export function firstDifference(found: unknown, expected: unknown, path = ''): string | null {
  if (!isBag(found) || !isBag(expected) || Array.isArray(found) !== Array.isArray(expected))
    return Object.is(found, expected) ? null : `${path} is ${shown(found)}, expected ${shown(expected)}`;
  for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const inner = firstDifference(found[key], expected[key], `${path}.${key}`);
    if (inner !== null) return inner;
  }
  return null;
}
