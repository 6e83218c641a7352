import { type AnchorEvidence, type AnchorNode, compareText } from './evidence.ts';
import type { Policy } from './rules.ts';

/** "These two belong together": said by one anchor, between two vertices. `nodes` are the nodes behind them. */
export type Edge = { a: string; b: string; nodes: [string, string]; strength: number; anchor: AnchorEvidence };
/** "So is he called who has this number": a name that came with a contact alone, first at `time` (epoch ms). */
export type Saying = { vertex: string; name: string; strength: number; time: number; anchor: AnchorEvidence };
export type Plea = { edge: Edge } | { saying: Saying };

/**
 * Strongest first, then earliest by event time, ties by event key, names before unions: the order in which they are
 * heard.
 */
export function sortPleas(edges: readonly Edge[], sayings: readonly Saying[]): Plea[] {
  const ranked = [
    ...edges.map((edge) => {
      const { strength, anchor, a, b } = edge;
      return { plea: { edge }, strength, time: anchor.early.time, ties: [anchor.early.key, '1', a, b] };
    }),
    ...sayings.map((saying) => {
      const { strength, time, anchor, vertex, name } = saying;
      return { plea: { saying }, strength, time, ties: [anchor.early.key, '0', vertex, name] };
    }),
  ];
  ranked.sort((x, y) => y.strength - x.strength || x.time - y.time || compareTies(x.ties, y.ties));
  return ranked.map(({ plea }) => plea);
}

function compareTies(a: readonly string[], b: readonly string[]): number {
  for (const at of a.keys()) {
    const order = compareText(a[at] ?? '', b[at] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** Most specific first: account, platform id and card before any contact. */
export function sortNodes(nodes: readonly AnchorNode[], { rank }: Pick<Policy, 'rank'>): AnchorNode[] {
  return [...nodes].sort((a, b) => rank(a.kind) - rank(b.kind) || compareText(a.node, b.node));
}

/**
 * Whatever its kind, a value with so many partners of one kind is nobody's own: the till's default card, a test
 * account. DESIGN §8 bounds a component by as many nodes.
 */
const CROWD = 2_000;

/** Few components are so great that it has to be asked. */
const isCrowd = (anchors: readonly AnchorEvidence[]): boolean =>
  anchors.length > 20 && new Set(anchors.flatMap(({ nodes }) => nodes.map(({ node }) => node))).size > CROWD;

type Weighed = { anchors: readonly AnchorEvidence[]; allowed: ReadonlySet<string>; policy: Policy };

/**
 * Values with more distinct partners of a kind than their cap allows: shop-clerk and call-centre numbers.
 * Judged on raw evidence, never on customers, so that it does not depend on what was joined.
 */
export function hotNodes({ anchors, allowed, policy }: Weighed): Set<string> {
  const crowd = isCrowd(anchors) ? [{ kind: '*', over: CROWD }] : [];
  const capsOf = (kind: string) => [...policy.caps(kind), ...crowd];
  const partners = new Map<string, { kind: string; by: Map<string, Set<string>> }>();
  for (const { nodes } of anchors) {
    for (const node of nodes) {
      if (capsOf(node.kind).length === 0 || allowed.has(node.node)) continue;
      const found = partners.get(node.node) ?? { kind: node.kind, by: new Map<string, Set<string>>() };
      partners.set(node.node, found);
      for (const other of nodes) {
        if (other.node === node.node) continue;
        const values = found.by.get(other.kind) ?? new Set<string>();
        found.by.set(other.kind, values.add(other.node));
      }
    }
  }
  const hot = new Set<string>();
  for (const [node, { kind, by }] of partners) {
    const over = capsOf(kind).some((cap) =>
      [...by].some(([partner, values]) => (cap.kind === '*' || cap.kind === partner) && values.size > cap.over),
    );
    if (over) hot.add(node);
  }
  return hot;
}
