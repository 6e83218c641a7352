import { type Contest, contestOf } from './contest.ts';
import { type AnchorEvidence, compareStamps, compareText } from './evidence.ts';
import { stateIn } from './states.ts';
import {
  type ClusterGroup,
  type Clustering,
  type Held,
  isContact,
  leastOf,
  type Numbers,
  type Span,
  tenureAt,
  tenuresFor,
  vertexOf,
  type Work,
  within,
} from './work.ts';

/** Step 3: from the joined vertices to owners of anchors, holders of nodes, and what is held. */
export function conclude(work: Work, hot: Set<string>): Omit<Clustering, 'quiet'> {
  const numbers = numberGroups(work);
  const contest = contestOf(work, numbers);
  const owners = inhabited(
    work.anchors,
    new Map(work.anchors.map((anchor) => [anchor.anchor, ownerSpans(anchor, work, numbers, contest)])),
  );
  const groups = buildGroups(work, numbers, owners, contest);
  return { groups, owners, holders: holderSpans(work, numbers, contest), held: heldOf(work, numbers, contest), hot };
}

/** Numbers in the order of the least vertex of a group: no answer depends on the order of unions. */
export function numberGroups(work: Work): Numbers {
  const least = work.unions
    .groups()
    .map((group) => ({ id: group.id, least: leastOf(group.vertices) }))
    .sort((a, b) => compareText(a.least, b.least));
  const numbers = new Map(least.map(({ id }, at): [string, number] => [id, at]));
  return (vertex) => numbers.get(work.unions.find(vertex).id) ?? -1;
}

const ALWAYS = Number.NEGATIVE_INFINITY;

export function ownerSpans(anchor: AnchorEvidence, work: Work, numbers: Numbers, contest: Contest): Span[] {
  const nodes = work.usable.get(anchor.anchor) ?? [];
  const [top] = nodes;
  if (!top) return [{ from: ALWAYS, group: null }];
  if (!isContact(top.kind)) return [{ from: ALWAYS, group: numbers(top.node) }];
  const cuts = new Set(nodes.flatMap(({ node }) => tenuresFor(work.tenures, node).map(({ from }) => from)));
  const ownerAt = (from: number): number => {
    const vertices = nodes.map(({ node }) => vertexOf(node, tenureAt(tenuresFor(work.tenures, node), from)));
    const own = vertices.find((vertex) => !contest.shared.has(vertex)) ?? vertices[0] ?? top.node;
    return contest.shared.get(own) ?? numbers(own);
  };
  return compact([...cuts].sort((a, b) => a - b).map((from) => ({ from, group: ownerAt(from) })));
}

/**
 * Sends by us are no uses and leave no stamp. Where a span knows of nothing else, and so of no event that an id could
 * be made of, what was sent then goes to who held the contact before, or else after.
 */
function inhabited(anchors: readonly AnchorEvidence[], owners: Map<string, Span[]>): Map<string, Span[]> {
  const alive = new Set<number | null>([null]);
  for (const anchor of anchors) {
    const spans = owners.get(anchor.anchor) ?? [];
    for (const [at, { group }] of spans.entries()) if (within(anchor, spans, at).first) alive.add(group);
  }
  for (const [anchor, spans] of owners) {
    if (spans.every(({ group }) => alive.has(group))) continue;
    const left = spans.filter(({ group }) => alive.has(group));
    owners.set(anchor, compact(left.map((span, at) => (at === 0 ? { ...span, from: ALWAYS } : span))));
  }
  return owners;
}

function compact(spans: readonly Span[]): Span[] {
  return spans.filter((span, at) => at === 0 || spans[at - 1]?.group !== span.group);
}

function holderSpans(work: Work, numbers: Numbers, contest: Contest): Map<string, Span[]> {
  const spans = new Map<string, Span[]>();
  for (const nodes of work.usable.values()) {
    for (const { node, kind } of nodes) {
      if (spans.has(node)) continue;
      if (!isContact(kind)) {
        spans.set(node, [{ from: ALWAYS, group: numbers(node) }]);
        continue;
      }
      const cut = tenuresFor(work.tenures, node).map((tenure, at): Span => {
        const vertex = vertexOf(node, at);
        return { from: tenure.from, group: contest.shared.get(vertex) ?? numbers(vertex) };
      });
      spans.set(node, compact(cut));
    }
  }
  return spans;
}

function buildGroups(
  work: Work,
  numbers: Numbers,
  owners: ReadonlyMap<string, Span[]>,
  contest: Contest,
): ClusterGroup[] {
  const groups: ClusterGroup[] = work.unions.groups().map(() => ({
    first: { received: Number.POSITIVE_INFINITY, time: Number.POSITIVE_INFINITY, key: '' },
    origin: '',
    anchors: [],
    nodes: new Map(),
    aliases: [],
  }));
  const owned = groups.map((): AnchorEvidence[] => []);
  for (const anchor of work.anchors) {
    const spans = owners.get(anchor.anchor) ?? [];
    for (const [at, span] of spans.entries()) {
      const { first, used } = within(anchor, spans, at);
      const group = span.group === null ? undefined : groups[span.group];
      if (!group || !used) continue;
      group.anchors.push({ anchor: anchor.anchor, from: span.from });
      owned[span.group ?? -1]?.push(anchor);
      if (!first || compareStamps(first, group.first) >= 0) continue;
      group.first = first;
      group.origin = anchor.anchor;
    }
  }
  for (const [at, group] of groups.entries()) {
    group.anchors.sort((a, b) => compareText(a.anchor, b.anchor) || a.from - b.from);
    group.nodes = stateIn(at, owned[at] ?? [], { work, contest, numbers, owners });
  }
  return groups;
}

function heldOf(work: Work, numbers: Numbers, contest: Contest): Held[] {
  const held = new Map<string, Held>();
  for (const { edge, refusal } of work.refused) {
    if (refusal.rule === 'decided' || contest.slips.get(edge.anchor.anchor)?.has(edge.b)) continue;
    const groups: [number, number] = [numbers(edge.a), numbers(edge.b)];
    if (groups[0] === groups[1]) continue;
    const id = `${refusal.rule}|${edge.nodes.join('|')}`;
    if (!held.has(id)) held.set(id, { rule: refusal.rule, nodes: edge.nodes, anchor: edge.anchor.anchor, groups });
  }
  return [...held.values()];
}
