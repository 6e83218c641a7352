import { STRENGTH } from '../schemas/identifier.ts';
import { addAliases } from './aliases.ts';
import { aloneOf } from './alone.ts';
import { conclude } from './conclude.ts';
import type { AnchorEvidence, AnchorNode } from './evidence.ts';
import { forceLinks, markApart } from './forced.ts';
import { migratedOf } from './migrated.ts';
import { cutTenures } from './parties.ts';
import { joinPayers } from './payers.ts';
import { isContradicted, namesOf } from './quiet.ts';
import type { Tenure } from './tenure.ts';
import { heldBack, thin } from './thin.ts';
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
  const { anchors, decisions, policy } = evidence;
  const hot = hotNodes(evidence);
  const joinable = new Map<string, readonly AnchorNode[]>();
  for (const { anchor, nodes } of anchors) {
    const joining = nodes.filter(
      ({ node, kind, strength }) => !hot.has(node) && !evidence.suspended.has(node) && strength >= policy.least(kind),
    );
    joinable.set(anchor, sortNodes(joining, policy));
  }
  const { usable, suspended } = thin(joinable, policy.limit);
  const alone = aloneOf(evidence, usable, hot);
  if (alone) return alone;
  let { unions, refused } = joinCore(evidence, usable, null);
  const party = partiesOf(anchors, usable, unions);
  const { tenures, contested } = cutTenures(anchors, usable, party, unions);
  // Decisions may name contacts: all of them are weighed once more, together, when it is known who held which when.
  if (decisions.length > 0) ({ unions, refused } = joinCore(evidence, usable, tenures));
  else addContacts(unions, anchors, usable, tenures);
  const sayings = contactNames(anchors, usable, tenures);
  refused.push(...hear(unions, contactEdges(anchors, usable, tenures, party), sayings, policy.vetoes));
  forceLinks(unions, evidence, usable, tenures);
  const work = { anchors, decisions, usable, tenures, party, unions, refused };
  joinPayers(work);
  const answer = conclude(work, hot);
  answer.held.push(...heldBack(suspended, answer, work));
  const live = answer.groups.filter((group) => group.anchors.length > 0).length;
  const settled = live === 1 && refused.length === 0 && hot.size === 0 && suspended.length === 0;
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
  addCore(unions, evidence, usable);
  if (tenures) addContacts(unions, evidence.anchors, usable, tenures);
  markApart(unions, evidence, usable, tenures ?? new Map());
  const refused = hear(unions, coreEdges(evidence.anchors, usable), [], false);
  unions.settle();
  return { unions, refused };
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

function addCore(unions: Unions, { anchors, policy }: Evidence, usable: Work['usable']): void {
  const vertices = new Map<string, Vertex & { names: string[] }>();
  const migrated = migratedOf(anchors, usable);
  for (const anchor of anchors) {
    const nodes = (usable.get(anchor.anchor) ?? []).filter(({ kind }) => !isContact(kind));
    for (const [at, { node, kind, scope }] of nodes.entries()) {
      const one = policy.isOne(kind) ? { kind: `${kind}@${scope}`, value: migrated.get(node) ?? node } : null;
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
