import { STRENGTH } from '../schemas/identifier.ts';
import { aliasesOf } from './aliases.ts';
import { type AnchorEvidence, type AnchorNode, compareStamps, compareText } from './evidence.ts';
import {
  type ClusterGroup,
  type Clustering,
  firstWithin,
  type Held,
  isContact,
  type NodeState,
  type Span,
  tenuresBorne,
  tenuresFor,
  vertexOf,
  type Work,
} from './work.ts';

/** Step 3: from the joined vertices to owners of anchors, holders of nodes, and what is held. */
export function conclude(work: Work, hot: Set<string>): Clustering {
  const numbers = numberGroups(work);
  const shared = sharedContacts(work);
  const holderOf = contactHolders(work, shared, numbers);
  const owners = new Map<string, Span[]>();
  for (const anchor of work.anchors) owners.set(anchor.anchor, ownerSpans(anchor, work, numbers, shared, holderOf));
  const groups = buildGroups(work, numbers, owners, shared, holderOf);
  return { groups, owners, holders: holderSpans(work, numbers, holderOf), held: heldOf(work, numbers, shared), hot };
}

type Numbers = (vertex: string) => number;

/** Numbers in the order of the least vertex of a group: no answer depends on the order of unions. */
function numberGroups(work: Work): Numbers {
  const least = work.unions
    .groups()
    .map((group) => ({ group, least: [...group.vertices].sort(compareText)[0] ?? '' }))
    .sort((a, b) => compareText(a.least, b.least));
  const numbers = new Map(least.map(({ group }, at): [string, number] => [group.id, at]));
  return (vertex) => numbers.get(work.unions.find(vertex).id) ?? -1;
}

/** Contact vertices that several hold, and the anchors whose use of one was only a slip. */
type Shared = { vertices: Set<string>; slips: Map<string, Set<string>> };

function sharedContacts(work: Work): Shared {
  const strongest = new Map<string, number>();
  const refused = new Set(work.refused.map(({ edge }) => edge));
  for (const anchor of work.anchors) {
    for (const { node, kind, strength } of work.usable.get(anchor.anchor) ?? []) {
      if (!isContact(kind)) continue;
      for (const at of tenuresBorne(anchor, work.party.get(anchor.anchor) ?? null, tenuresFor(work.tenures, node))) {
        const vertex = vertexOf(node, at);
        const said = [...refused].some((edge) => edge.anchor === anchor && edge.b === vertex);
        if (!said) strongest.set(vertex, Math.max(strongest.get(vertex) ?? 0, strength));
      }
    }
  }
  const shared: Shared = { vertices: new Set(), slips: new Map() };
  for (const { edge } of work.refused) {
    if (!edge.b.includes('#')) continue;
    // One slip of the pen weighs less than a registration: the number stays with who registered it.
    const holds = edge.strength >= STRENGTH.registered || edge.strength >= (strongest.get(edge.b) ?? 0);
    if (holds) shared.vertices.add(edge.b);
    else shared.slips.set(edge.anchor.anchor, (shared.slips.get(edge.anchor.anchor) ?? new Set<string>()).add(edge.b));
  }
  return shared;
}

type Holders = ReadonlyMap<string, number>;

/** Who answers for a contact: its group, or of several who share it the first by event time. */
function contactHolders(work: Work, shared: Shared, numbers: Numbers): Holders {
  const first = new Map<string, { time: number; key: string; group: number }>();
  for (const anchor of work.anchors) {
    const nodes = work.usable.get(anchor.anchor) ?? [];
    for (const { node, kind } of nodes) {
      if (!isContact(kind)) continue;
      for (const at of tenuresBorne(anchor, work.party.get(anchor.anchor) ?? null, tenuresFor(work.tenures, node))) {
        const vertex = vertexOf(node, at);
        const top = nodes[0];
        if (!top || shared.slips.get(anchor.anchor)?.has(vertex)) continue;
        const group = numbers(isContact(top.kind) ? vertex : top.node);
        const known = first.get(vertex);
        const { time, key } = anchor.early;
        if (!known || time < known.time || (time === known.time && key < known.key))
          first.set(vertex, { time, key, group });
      }
    }
  }
  const holders = new Map<string, number>();
  for (const [vertex, { group }] of first) holders.set(vertex, shared.vertices.has(vertex) ? group : numbers(vertex));
  return holders;
}

function ownerSpans(anchor: AnchorEvidence, work: Work, numbers: Numbers, shared: Shared, holders: Holders): Span[] {
  const nodes = work.usable.get(anchor.anchor) ?? [];
  const [top] = nodes;
  const always = Number.NEGATIVE_INFINITY;
  if (!top) return [{ from: always, group: null }];
  if (!isContact(top.kind)) return [{ from: always, group: numbers(top.node) }];
  const cut = (node: AnchorNode): Span[] =>
    compact(
      tenuresFor(work.tenures, node.node).map((tenure, at) => {
        const vertex = vertexOf(node.node, at);
        return { from: tenure.from, group: holders.get(vertex) ?? numbers(vertex) };
      }),
    );
  const own = nodes.find(({ node }) =>
    [...tenuresFor(work.tenures, node).keys()].every((at) => !shared.vertices.has(vertexOf(node, at))),
  );
  return cut(own ?? top);
}

function compact(spans: readonly Span[]): Span[] {
  return spans.filter((span, at) => at === 0 || spans[at - 1]?.group !== span.group);
}

function holderSpans(work: Work, numbers: Numbers, holders: Holders): Map<string, Span[]> {
  const spans = new Map<string, Span[]>();
  for (const nodes of work.usable.values()) {
    for (const { node, kind } of nodes) {
      if (spans.has(node)) continue;
      if (!isContact(kind)) {
        spans.set(node, [{ from: Number.NEGATIVE_INFINITY, group: numbers(node) }]);
        continue;
      }
      const cut = tenuresFor(work.tenures, node).map((tenure, at): Span => {
        const vertex = vertexOf(node, at);
        return { from: tenure.from, group: holders.get(vertex) ?? numbers(vertex) };
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
  shared: Shared,
  holders: Holders,
): ClusterGroup[] {
  const groups: ClusterGroup[] = work.unions.groups().map(() => ({
    first: { received: Number.POSITIVE_INFINITY, time: Number.POSITIVE_INFINITY, key: '' },
    origin: '',
    anchors: [],
    nodes: new Map(),
    aliases: [],
  }));
  for (const anchor of work.anchors) {
    const spans = owners.get(anchor.anchor) ?? [];
    for (const [at, span] of spans.entries()) {
      const first = firstWithin(anchor, spans, at);
      const group = span.group === null ? undefined : groups[span.group];
      if (!group || !first) continue;
      group.anchors.push({ anchor: anchor.anchor, from: span.from });
      if (compareStamps(first, group.first) < 0) {
        group.first = first;
        group.origin = anchor.anchor;
      }
      for (const node of work.usable.get(anchor.anchor) ?? []) {
        const state = stateOf(node, anchor, span.group ?? -1, { work, shared, holders, numbers });
        const known = group.nodes.get(node.node);
        if (known === undefined || known === 'quarantined' || state === 'active') group.nodes.set(node.node, state);
      }
    }
  }
  for (const [at, group] of groups.entries()) {
    group.anchors.sort((a, b) => compareText(a.anchor, b.anchor) || a.from - b.from);
    group.aliases = aliasesOf(group, at, work, numbers).sort(compareStamps);
  }
  return groups;
}

type Context = { work: Work; shared: Shared; holders: Holders; numbers: Numbers };

function stateOf(node: AnchorNode, anchor: AnchorEvidence, group: number, context: Context): NodeState {
  if (!isContact(node.kind)) return 'active';
  const { work, shared, holders, numbers } = context;
  const cut = tenuresFor(work.tenures, node.node);
  const borne = tenuresBorne(anchor, work.party.get(anchor.anchor) ?? null, cut);
  const vertices = borne.map((at) => vertexOf(node.node, at));
  if (vertices.some((vertex) => shared.slips.get(anchor.anchor)?.has(vertex))) return 'quarantined';
  const last = vertexOf(node.node, cut.length - 1);
  const present = cut.length === 1 || (holders.get(last) ?? numbers(last)) === group || borne.includes(cut.length - 1);
  if (!present) return 'past';
  return vertices.some((vertex) => shared.vertices.has(vertex)) ? 'shared' : 'active';
}

function heldOf(work: Work, numbers: Numbers, shared: Shared): Held[] {
  const held = new Map<string, Held>();
  for (const { edge, refusal } of work.refused) {
    if (refusal.rule === 'decided' || shared.slips.get(edge.anchor.anchor)?.has(edge.b)) continue;
    const groups: [number, number] = [numbers(edge.a), numbers(edge.b)];
    if (groups[0] === groups[1]) continue;
    const id = `${refusal.rule}|${edge.nodes.join('|')}`;
    if (!held.has(id)) held.set(id, { rule: refusal.rule, nodes: edge.nodes, anchor: edge.anchor.anchor, groups });
  }
  return [...held.values()];
}
