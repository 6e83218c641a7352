import { CAPPED_NAMES } from '../schemas/identifier.ts';
import { nameRelation } from '../schemas/names.ts';
import { type AnchorEvidence, type AnchorNode, compareText } from './evidence.ts';
import { namesOf } from './quiet.ts';
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

/** Nobody is called by so many names, and telling more of them apart takes long: it grows with their power. */
const MANY_NAMES = 40;

type Cap = ReturnType<Policy['caps']>[number];
type Weighed = { anchors: readonly AnchorEvidence[]; allowed: ReadonlySet<string>; policy: Policy };

/**
 * Values with more distinct partners of a kind than their cap allows: shop-clerk and call-centre numbers, a clerk's own
 * account, a card that the till falls back on. Judged on raw evidence, never on customers, so that it does not depend
 * on what was joined.
 */
export function hotNodes({ anchors, allowed, policy }: Weighed): Set<string> {
  const crowd = isCrowd(anchors) ? [{ kind: '*', over: CROWD }] : [];
  const capsOf = (kind: string): readonly Cap[] =>
    crowd.length === 0 ? policy.caps(kind) : [...policy.caps(kind), ...crowd];
  const bearing = new Map<string, { caps: readonly Cap[]; rate: number; by: AnchorEvidence[] }>();
  for (const anchor of anchors) {
    for (const { node, kind } of anchor.nodes) {
      const known = bearing.get(node);
      if (known) known.by.push(anchor);
      else if (!allowed.has(node)) bearing.set(node, { caps: capsOf(kind), rate: policy.rate(kind), by: [anchor] });
    }
  }
  const hot = new Set<string>();
  for (const [node, { caps, rate, by }] of bearing)
    if (caps.some((cap) => isOver(cap, node, by)) || isRushed(rate, by)) hot.add(node);
  return hot;
}

/** Whether those who bear a node bear more partners with it, or say more names of it, than a cap allows. */
function isOver({ kind, over }: Cap, node: string, by: readonly AnchorEvidence[]): boolean {
  if (kind === CAPPED_NAMES) {
    const names = [...new Set(by.flatMap(namesOf))];
    return names.length > MANY_NAMES || arePeople(names, over + 1);
  }
  // Most values have few partners of any kind: they are not told apart in vain.
  if (by.reduce((sum, { nodes }) => sum + nodes.length - 1, 0) <= over) return false;
  const partners = new Map<string, Set<string>>();
  for (const { nodes } of by) {
    for (const other of nodes) {
      if (other.node === node || (kind !== '*' && other.kind !== kind)) continue;
      partners.set(other.kind, (partners.get(other.kind) ?? new Set<string>()).add(other.node));
    }
  }
  return [...partners.values()].some(({ size }) => size > over);
}

/** Whether one set of identifiers was used more often within a window than a person uses anything. */
const isRushed = (rate: number, by: readonly AnchorEvidence[]): boolean =>
  rate < Number.POSITIVE_INFINITY &&
  by.some(({ windows = {} }) => Object.values(windows).some((count) => count > rate));

/** Whether so many of some names all contradict each other: they are no one person's. */
function arePeople(names: readonly string[], count: number): boolean {
  if (count === 0) return true;
  if (names.length < count) return false;
  return names.some((name, at) =>
    arePeople(
      names.slice(at + 1).filter((other) => nameRelation(name, other) === 'contradict'),
      count - 1,
    ),
  );
}
