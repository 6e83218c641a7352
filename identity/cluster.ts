import { kindRule, STRENGTH } from '../schemas/identifier.ts';
import { addAliases } from './aliases.ts';
import { aloneOf } from './alone.ts';
import { conclude } from './conclude.ts';
import { type AnchorEvidence, type AnchorNode, compareText } from './evidence.ts';
import { isContested, isContradicted, namesOf } from './quiet.ts';
import { type Party, type Tenure, tenuresOf, type Use } from './tenure.ts';
import { makeUnions, type Unions, type Vertex } from './unions.ts';
import { type Edge, hotNodes, type Saying, sortNodes, sortPleas } from './weigh.ts';
import {
  type Clustering,
  type Evidence,
  isContact,
  leastOf,
  tenureAt,
  tenuresBorne,
  tenuresFor,
  timesBorne,
  vertexOf,
  type Work,
} from './work.ts';

/**
 * The heart: who is one customer, as a pure function of evidence. The same evidence in any order gives the same answer.
 *
 * 1. Identifiers that belong to one person (accounts, cards, platform ids) are joined by the anchors that name them
 *    together.
 * 2. A mobile is cut into tenures by who used it when, and each tenure is joined to those who bore it, strongest
 *    evidence first, then earliest. A union that a rule forbids is not made: it is held, and the contact is shared or
 *    the use was a slip.
 * 3. Every anchor goes to the owner of its most specific identifier; one that bears only a contact, to who held that
 *    then.
 */
export function cluster(evidence: Evidence): Clustering {
  const answer = answerTo(evidence);
  addAliases(evidence, answer, answerTo);
  return answer;
}

/** The answer as of now: without the aliases, which speak of the past. */
function answerTo(evidence: Evidence): Clustering {
  const { anchors, decisions } = evidence;
  const hot = hotNodes(anchors);
  const usable = new Map<string, readonly AnchorNode[]>();
  for (const { anchor, nodes } of anchors) {
    usable.set(anchor, sortNodes(nodes.filter(({ node }) => !hot.has(node) && !evidence.suspended.has(node))));
  }
  const alone = aloneOf(evidence, usable, hot);
  if (alone) return alone;
  let { unions, refused } = joinCore(evidence, usable, null);
  const party = partiesOf(anchors, usable, unions);
  const { tenures, contested } = cutTenures(anchors, usable, party, unions);
  // Decisions may name contacts: all of them are weighed once more, together, when it is known who held which when.
  if (decisions.length > 0) ({ unions, refused } = joinCore(evidence, usable, tenures));
  else addContacts(unions, anchors, usable, tenures);
  const sayings = contactNames(anchors, usable, tenures);
  refused.push(...hear(unions, contactEdges(anchors, usable, tenures, party), sayings, true));
  forceLinks(unions, evidence, usable, tenures);
  const answer = conclude({ anchors, decisions, usable, tenures, party, unions, refused }, hot);
  const live = answer.groups.filter((group) => group.anchors.length > 0).length;
  const settled = live === 1 && refused.length === 0 && hot.size === 0;
  return { ...answer, quiet: settled && !contested && !isContradicted(anchors) };
}

/**
 * Joins what decisions and the identifiers of one person say; contacts take part in decisions once their `tenures` are
 * known.
 */
function joinCore(
  evidence: Evidence,
  usable: Work['usable'],
  tenures: Work['tenures'] | null,
): Pick<Work, 'unions' | 'refused'> {
  const unions = makeUnions();
  addCore(unions, evidence.anchors, usable);
  if (tenures) addContacts(unions, evidence.anchors, usable, tenures);
  markApart(unions, evidence, usable, tenures ?? new Map());
  return { unions, refused: hear(unions, coreEdges(evidence.anchors, usable), [], false) };
}

function hear(unions: Unions, edges: readonly Edge[], sayings: readonly Saying[], veto: boolean): Work['refused'] {
  return sortPleas(edges, sayings).flatMap((plea) => {
    if ('saying' in plea) {
      unions.say(plea.saying.vertex, plea.saying.name);
      return [];
    }
    const { edge } = plea;
    const refusal = unions.join(edge.a, edge.b, veto);
    return refusal ? [{ edge, refusal }] : [];
  });
}

function addCore(unions: Unions, anchors: readonly AnchorEvidence[], usable: Work['usable']): void {
  const vertices = new Map<string, Vertex & { names: string[] }>();
  for (const anchor of anchors) {
    const nodes = (usable.get(anchor.anchor) ?? []).filter(({ kind }) => !isContact(kind));
    for (const [at, { node, kind, scope }] of nodes.entries()) {
      const one = kindRule(kind)?.one ? { kind: `${kind}@${scope}`, value: node } : null;
      const vertex = vertices.get(node) ?? { id: node, one, names: [] };
      // The name belongs to the most specific identifier it came with; the others get it by being joined to that one.
      if (at === 0) vertex.names.push(...namesOf(anchor));
      vertices.set(node, vertex);
    }
  }
  for (const vertex of vertices.values()) unions.add(vertex);
}

function coreEdges(anchors: readonly AnchorEvidence[], usable: Work['usable']): Edge[] {
  return anchors.flatMap((anchor): Edge[] => {
    const [top, ...rest] = (usable.get(anchor.anchor) ?? []).filter(({ kind }) => !isContact(kind));
    if (!top) return [];
    return rest.map((other) => edgeOf(top.node, other.node, top, other, anchor));
  });
}

function edgeOf(a: string, b: string, one: AnchorNode, other: AnchorNode, anchor: AnchorEvidence): Edge {
  return { a, b, nodes: [one.node, other.node], strength: Math.min(one.strength, other.strength), anchor };
}

/** Parties by anchor: the least identifier names a set, not its root, which depends on the order of unions. */
function partiesOf(anchors: readonly AnchorEvidence[], usable: Work['usable'], unions: Unions): Work['party'] {
  const least = new Map<string, string>();
  for (const { id, vertices } of unions.groups()) least.set(id, leastOf(vertices));
  return new Map(
    anchors.map(({ anchor }): [string, string | null] => {
      const [top] = usable.get(anchor) ?? [];
      return [anchor, top && !isContact(top.kind) ? (least.get(unions.find(top.node).id) ?? null) : null];
    }),
  );
}

/** A party that bears only the number and a name is a party of its own for the tenures. */
const namedParty = (name: string): Party => ({
  id: `name:${name}`,
  own: false,
  names: [name],
  ones: new Map(),
  cards: new Map(),
});

function cutTenures(
  anchors: readonly AnchorEvidence[],
  usable: Work['usable'],
  party: Work['party'],
  unions: Unions,
): { tenures: Map<string, Tenure[]>; contested: boolean } {
  const uses = new Map<string, Use[]>();
  const parties = describeParties(anchors, usable, party, unions);
  for (const anchor of anchors) {
    const id = party.get(anchor.anchor) ?? null;
    for (const { node, kind } of usable.get(anchor.anchor) ?? []) {
      if (kind !== 'mobile') continue;
      const list = uses.get(node) ?? [];
      uses.set(node, list);
      for (const { name, runs } of anchor.uses) {
        const named = id === null && name !== '' ? namedParty(name) : null;
        if (named) parties.set(named.id, named);
        list.push(...runs.map((run) => ({ party: named?.id ?? id, run })));
      }
    }
  }
  const cut = [...uses].map(([node, list]): [string, Tenure[]] => [node, tenuresOf(list, parties)]);
  return { tenures: new Map(cut), contested: [...uses.values()].some((list) => isContested(list, parties)) };
}

function describeParties(
  anchors: readonly AnchorEvidence[],
  usable: Work['usable'],
  party: Work['party'],
  unions: Unions,
): Map<string, Party> {
  const cards = new Map<string, Map<string, Set<string>>>();
  const parties = new Map<string, Party>();
  for (const { anchor } of anchors) {
    const id = party.get(anchor) ?? null;
    const nodes = usable.get(anchor) ?? [];
    for (const { node, kind, scope } of nodes) {
      if (kind !== 'member_card') continue;
      const group = unions.find(node).id;
      const ofGroup = cards.get(group) ?? new Map<string, Set<string>>();
      cards.set(group, ofGroup.set(scope, (ofGroup.get(scope) ?? new Set<string>()).add(node)));
    }
    if (id === null || parties.has(id)) continue;
    const group = unions.find(id);
    const known = cards.get(group.id) ?? new Map<string, Set<string>>();
    cards.set(group.id, known);
    parties.set(id, { id, own: true, names: [...group.names], ones: group.ones, cards: known });
  }
  return parties;
}

function addContacts(
  unions: Unions,
  anchors: readonly AnchorEvidence[],
  usable: Work['usable'],
  tenures: Work['tenures'],
): void {
  for (const { anchor } of anchors) {
    for (const { node, kind } of usable.get(anchor) ?? []) {
      if (!isContact(kind)) continue;
      for (const at of tenuresFor(tenures, node).keys()) {
        const id = vertexOf(node, at);
        if (!unions.has(id)) unions.add({ id, one: null, names: [] });
      }
    }
  }
}

/**
 * Names that came with a contact alone. They compete with the cards and accounts that bear it: of two strangers who
 * signed up with one number the surer and earlier gives it his name, and the other is not made one with him because
 * both are known there.
 */
function contactNames(anchors: readonly AnchorEvidence[], usable: Work['usable'], tenures: Work['tenures']): Saying[] {
  return anchors.flatMap((anchor): Saying[] => {
    const [top] = usable.get(anchor.anchor) ?? [];
    if (!top || !isContact(top.kind)) return [];
    const cut = tenuresFor(tenures, top.node);
    return anchor.uses
      .filter(({ name }) => name !== '')
      .flatMap(({ name, runs }) =>
        runs.map(({ start, registered }): Saying => {
          const strength = registered === null ? STRENGTH.typed : STRENGTH.registered;
          return { vertex: vertexOf(top.node, tenureAt(cut, start)), name, strength, time: start, anchor };
        }),
      );
  });
}

function contactEdges(
  anchors: readonly AnchorEvidence[],
  usable: Work['usable'],
  tenures: Work['tenures'],
  party: Work['party'],
): Edge[] {
  const edges: Edge[] = [];
  for (const anchor of anchors) {
    const [top, ...rest] = usable.get(anchor.anchor) ?? [];
    if (!top) continue;
    const id = party.get(anchor.anchor) ?? null;
    for (const other of rest.filter(({ kind }) => isContact(kind))) {
      for (const [from, to] of isContact(top.kind)
        ? pairsBorne(anchor, tenuresFor(tenures, top.node), tenuresFor(tenures, other.node))
        : tenuresBorne(anchor, id, tenuresFor(tenures, other.node)).map((at): [number, number] => [-1, at])) {
        const vertex = from < 0 ? top.node : vertexOf(top.node, from);
        edges.push(edgeOf(vertex, vertexOf(other.node, to), top, other, anchor));
      }
    }
  }
  return edges;
}

/** The tenures of two contacts that an anchor bore together, at the same time. */
function pairsBorne(anchor: AnchorEvidence, one: readonly Tenure[], other: readonly Tenure[]): [number, number][] {
  const pairs = timesBorne(anchor).map((time): [number, number] => [tenureAt(one, time), tenureAt(other, time)]);
  return [...new Map(pairs.map((pair) => [pair.join(), pair])).values()];
}

/** What people took apart is marked before anything is joined: the evidence joins nothing across it. */
function markApart(unions: Unions, evidence: Evidence, usable: Work['usable'], tenures: Work['tenures']): void {
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
function forceLinks(unions: Unions, evidence: Evidence, usable: Work['usable'], tenures: Work['tenures']): void {
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
