import { type IdentifierInput, identifierInput } from '../../schemas/event.ts';
import type { RefusedIdentifier } from '../../schemas/fate.ts';
import type { House } from '../house.ts';

/**
 * Which identifiers of an event join nobody, because use or people denied their values: what makes an event that bears
 * nothing else nobody's (CONTRACT §3 Fates, `value_denied`). `event` is as its caller sent it.
 */
export async function deniedIn(
  { normaliser, reads }: Pick<House, 'normaliser' | 'reads'>,
  event: unknown,
): Promise<RefusedIdentifier[]> {
  const nodes = inputsOf(event).map((input) => {
    if (input === null) return null;
    const read = normaliser.ref(input);
    return 'identifier' in read && read.identifier.role === 'joining' ? read.identifier.node : null;
  });
  const rows = await reads.reader.nodes(nodes.flatMap((node) => node ?? []));
  const suspended = new Map(nodes.flatMap((node) => node ?? []).map((node, at) => [node, rows[at]?.suspended ?? null]));
  return nodes.flatMap((node, index): RefusedIdentifier[] =>
    node !== null && suspended.get(node) ? [{ index, reason: 'value_denied' }] : [],
  );
}

function inputsOf(event: unknown): (IdentifierInput | null)[] {
  if (typeof event !== 'object' || event === null || !('identifiers' in event)) return [];
  const { identifiers } = event;
  return Array.isArray(identifiers) ? identifiers.map((one) => identifierInput.safeParse(one).data ?? null) : [];
}
