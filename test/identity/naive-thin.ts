import { type AnchorEvidence, type AnchorNode, compareText } from '../../identity/evidence.ts';
import { spanAt } from '../../identity/spans.ts';
import type { Held } from '../../identity/work.ts';
import type { Answer, Town } from './naive-town.ts';

/** What the naive model does to evidence before it asks who is who. */

/** Takes the weakest from all anchors, then the next weakest, until no part has more identifiers than that. */
export function thinOut(usable: Map<AnchorEvidence, AnchorNode[]>, limit: number): void {
  const whole = new Map(usable);
  for (const least of [2, 3, 4, 5]) {
    const parts: Set<string>[] = [];
    for (const nodes of usable.values()) {
      const part = new Set(nodes.map(({ node }) => node));
      for (const other of parts.filter((one) => [...one].some((node) => part.has(node)))) {
        for (const node of other) part.add(node);
        parts.splice(parts.indexOf(other), 1);
      }
      parts.push(part);
    }
    if (parts.every(({ size }) => size <= limit)) return;
    for (const [anchor, nodes] of whole)
      usable.set(
        anchor,
        nodes.filter((node) => node === nodes[0] || node.strength >= least),
      );
  }
}

/** What was taken out waits for a person where it would join two. */
export function waiting(
  answer: Omit<Answer, 'hot'>,
  joinable: ReadonlyMap<AnchorEvidence, AnchorNode[]>,
  usable: ReadonlyMap<AnchorEvidence, AnchorNode[]>,
): Held[] {
  const held: Held[] = [];
  const byTime = [...joinable].sort(([a], [b]) => a.early.time - b.early.time || compareText(a.early.key, b.early.key));
  for (const [anchor, nodes] of byTime) {
    const [top] = nodes;
    for (const { node } of top ? nodes.filter((one) => !usable.get(anchor)?.includes(one)) : []) {
      const groups = [answer.owners.get(anchor.anchor), answer.holders.get(node)].map(
        (spans) => spanAt(spans ?? [], anchor.early.time)?.group ?? null,
      );
      const [one, other] = groups;
      const same = [...answer.held, ...held].some(({ nodes: [a, b] }) => a === top?.node && b === node);
      if (one == null || other == null || one === other || same || !top) continue;
      held.push({ rule: 'component_too_large', nodes: [top.node, node], anchor: anchor.anchor, groups: [one, other] });
    }
  }
  return held.sort((a, b) => compareText(a.nodes.join('|'), b.nodes.join('|'))).slice(0, 20);
}

/** OpenIDs that were told to be the same one: the first of them by name stands for all. */
export function movedTogether(anchors: readonly AnchorEvidence[], left: Town['left']): (node: string) => string {
  const sets: Set<string>[] = [];
  for (const anchor of anchors.filter(({ migrates }) => migrates)) {
    const openids = left(anchor).filter(({ kind }) => kind === 'wechat_openid');
    for (const { scope } of openids) {
      const together = new Set(openids.filter((one) => one.scope === scope).map(({ node }) => node));
      for (const set of sets)
        if ([...set].some((node) => together.has(node))) for (const node of set) together.add(node);
      sets.push(together);
    }
  }
  return (node) => {
    const all = sets.filter((set) => set.has(node)).flatMap((set) => [...set]);
    return all.sort(compareText)[0] ?? node;
  };
}
