import type { AnchorEvidence, AnchorNode } from './evidence.ts';

/** The kind whose values may migrate: an OpenID is another one after the account moved (CONTRACT §2). */
export const MIGRATING = 'wechat_openid';

/** OpenIDs that count as one, by node: the least of them stands for all. Those that never moved are not in it. */
export function migratedOf(
  anchors: readonly AnchorEvidence[],
  usable: ReadonlyMap<string, readonly AnchorNode[]>,
): Map<string, string> {
  const least = new Map<string, string>();
  const find = (node: string): string => {
    const up = least.get(node) ?? node;
    return up === node ? node : find(up);
  };
  for (const { anchor, migrates } of anchors) {
    if (!migrates) continue;
    const byApp = new Map<string, string>();
    for (const { node, kind, scope } of usable.get(anchor) ?? []) {
      if (kind !== MIGRATING) continue;
      const [a, b] = [find(byApp.get(scope) ?? node), find(node)].sort();
      byApp.set(scope, node);
      if (a !== undefined && b !== undefined && a !== b) least.set(b, a);
    }
  }
  return new Map([...least.keys()].map((node): [string, string] => [node, find(node)]));
}
