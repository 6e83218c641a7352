import { compareText } from './evidence.ts';
import type { Unions } from './unions.ts';
import { type Evidence, isContact, tenureAt, tenuresFor, vertexOf, type Work } from './work.ts';

/** What people decided, as it bears on unions. */

/** What people took apart is marked before anything is joined: the evidence joins nothing across it. */
export function markApart(unions: Unions, evidence: Evidence, usable: Work['usable'], tenures: Work['tenures']): void {
  const ofNode = (node: string): string[] =>
    [node, ...[...tenuresFor(tenures, node).keys()].map((at) => vertexOf(node, at))].filter(unions.has);
  const ofAnchor = (anchor: string): string[] => {
    const [top] = usable.get(anchor) ?? [];
    return top ? ofNode(top.node) : [];
  };
  for (const decision of evidence.decisions) {
    if (decision.what !== 'apart') continue;
    const [left, right] = decision.sides;
    unions.part(decision.id, [
      [...left.nodes.flatMap(ofNode), ...left.anchors.flatMap(ofAnchor)],
      [...right.nodes.flatMap(ofNode), ...right.anchors.flatMap(ofAnchor)],
    ]);
  }
}

/**
 * Links join whole customers, as the evidence made them: what holds one of them together is not weighed against the
 * other. The latest first; of contradicting decisions the later stands, so only what was said after a link is in its
 * way.
 */
export function forceLinks(unions: Unions, evidence: Evidence, usable: Work['usable'], tenures: Work['tenures']): void {
  const latest = [...evidence.decisions].sort((a, b) => b.received - a.received || compareText(b.id, a.id));
  for (const [rank, decision] of latest.entries()) {
    if (decision.what !== 'link') continue;
    const [one, other] = decision.anchors.map((anchor, at) => {
      const [top] = usable.get(anchor) ?? [];
      if (!top) return undefined;
      const tenure = tenureAt(tenuresFor(tenures, top.node), decision.times[at] ?? 0);
      return isContact(top.kind) ? vertexOf(top.node, tenure) : top.node;
    });
    const later = new Set(latest.slice(0, rank).map(({ id }) => id));
    if (one && other && unions.has(one) && unions.has(other)) unions.force(one, other, later);
  }
}
