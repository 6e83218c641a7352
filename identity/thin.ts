import { STRENGTH } from '../schemas/identifier.ts';
import { type AnchorNode, compareText } from './evidence.ts';
import { spanAt } from './spans.ts';
import type { Clustering, Held, Work } from './work.ts';

/**
 * A component is bounded as a whole: one of more nodes than the rules allow is thinned, by a rule that sees only
 * evidence. The weakest strength class is suspended everywhere, then the next, until every part fits.
 */
export type Suspended = { anchor: string; top: AnchorNode; node: AnchorNode };
/** Of a thinned component so many unions are shown as held: the first by their nodes. */
const MAX_HELD_BACK = 20;
type Usable = ReadonlyMap<string, readonly AnchorNode[]>;

const CLASSES = [STRENGTH.derived, STRENGTH.registered, STRENGTH.verified, Number.POSITIVE_INFINITY];

export function thin(usable: Usable, limit: number): { usable: Usable; suspended: Suspended[] } {
  let kept = usable;
  for (const least of CLASSES) {
    if (fits(kept, limit)) break;
    // The most specific identifier of an anchor stays: it says whose the anchor is.
    kept = new Map(
      [...usable].map(([anchor, nodes]) => [anchor, nodes.filter(({ strength }, at) => at === 0 || strength >= least)]),
    );
  }
  if (kept === usable) return { usable, suspended: [] };
  const suspended = [...usable].flatMap(([anchor, nodes]) => {
    const [top] = nodes;
    const left = kept.get(anchor) ?? [];
    return top ? nodes.filter((node) => !left.includes(node)).map((node) => ({ anchor, top, node })) : [];
  });
  return { usable: kept, suspended };
}

/** Whether no connected part has more nodes than that. */
function fits(usable: Usable, limit: number): boolean {
  const all = new Set([...usable.values()].flatMap((nodes) => nodes.map(({ node }) => node)));
  if (all.size <= limit) return true;
  const parent = new Map<string, string>();
  const size = new Map<string, number>();
  const find = (node: string): string => {
    let at = node;
    for (let up = parent.get(at); up !== undefined; up = parent.get(at)) at = up;
    if (at !== node) parent.set(node, at);
    return at;
  };
  for (const nodes of usable.values()) {
    const [top, ...rest] = nodes.map(({ node }) => node);
    for (const node of top === undefined ? [] : rest) {
      const [a, b] = [find(top ?? ''), find(node)];
      if (a === b) continue;
      const sum = (size.get(a) ?? 1) + (size.get(b) ?? 1);
      if (sum > limit) return false;
      parent.set(b, a);
      size.set(a, sum);
    }
  }
  return true;
}

/** Suspended evidence that would join two customers is held: nothing of it is lost. */
export function heldBack(
  suspended: readonly Suspended[],
  { owners, holders, held }: Omit<Clustering, 'quiet'>,
  work: Work,
): Held[] {
  const early = new Map(work.anchors.map((anchor) => [anchor.anchor, anchor.early]));
  const rank = ({ anchor }: Suspended): { time: number; key: string } => early.get(anchor) ?? { time: 0, key: '' };
  const sorted = [...suspended].sort((a, b) => rank(a).time - rank(b).time || compareText(rank(a).key, rank(b).key));
  const known = new Set(held.map(({ nodes }) => nodes.join('|')));
  const found = new Map<string, Held>();
  for (const { anchor, top, node } of sorted) {
    const nodes: [string, string] = [top.node, node.node];
    const at = early.get(anchor)?.time ?? 0;
    const one = spanAt(owners.get(anchor) ?? [], at)?.group ?? null;
    const other = spanAt(holders.get(node.node) ?? [], at)?.group ?? null;
    if (one === null || other === null || one === other || known.has(nodes.join('|'))) continue;
    if (!found.has(nodes.join('|')))
      found.set(nodes.join('|'), { rule: 'component_too_large', nodes, anchor, groups: [one, other] });
  }
  return [...found]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, one]) => one)
    .slice(0, MAX_HELD_BACK);
}
