import { kindRule } from '../schemas/identifier.ts';
import { conclude } from './conclude.ts';
import type { AnchorEvidence, AnchorNode } from './evidence.ts';
import { type Party, type Tenure, tenuresOf, type Use } from './tenure.ts';
import { makeUnions, type Unions, type Vertex } from './unions.ts';
import { type Edge, hotNodes, sortEdges, sortNodes } from './weigh.ts';
import {
  type Clustering,
  type Evidence,
  isContact,
  tenureAt,
  tenuresBorne,
  tenuresFor,
  vertexOf,
  type Work,
} from './work.ts';

/**
 * The heart: who is one customer, as a pure function of evidence. The same evidence in any order gives the same answer.
 *
 * 1. Identifiers that belong to one person (accounts, cards, platform ids) are joined by the anchors that name them together.
 * 2. A mobile is cut into tenures by who used it when, and each tenure is joined to those who bore it, strongest evidence first,
 *    then earliest. A union that a rule forbids is not made: it is held, and the contact is shared or the use was a slip.
 * 3. Every anchor goes to the owner of its most specific identifier; one that bears only a contact, to who held that then.
 */
export function cluster(evidence: Evidence): Clustering {
  const { anchors, decisions } = evidence;
  const hot = hotNodes(anchors);
  const usable = new Map<string, readonly AnchorNode[]>();
  for (const { anchor, nodes } of anchors) {
    usable.set(anchor, sortNodes(nodes.filter(({ node }) => !hot.has(node) && !evidence.suspended.has(node))));
  }
  const unions = makeUnions();
  const refused: Work['refused'] = [];
  const attempt = (edges: readonly Edge[], veto: boolean): void => {
    for (const edge of sortEdges(edges)) {
      const refusal = unions.join(edge.a, edge.b, veto);
      if (refusal) refused.push({ edge, refusal });
    }
  };
  addCore(unions, anchors, usable);
  decide(unions, evidence, usable, new Map());
  attempt(coreEdges(anchors, usable), false);
  const party = new Map<string, string | null>();
  for (const { anchor } of anchors) party.set(anchor, partyOf(usable.get(anchor) ?? [], unions));
  const tenures = cutTenures(anchors, usable, party, unions);
  addContacts(unions, anchors, usable, tenures);
  decide(unions, evidence, usable, tenures);
  attempt(contactEdges(anchors, usable, tenures, party), true);
  return conclude({ anchors, decisions, usable, tenures, party, unions, refused }, hot);
}

const namesOf = (anchor: AnchorEvidence): string[] => anchor.uses.map((use) => use.name).filter((name) => name !== '');

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

function partyOf(nodes: readonly AnchorNode[], unions: Unions): string | null {
  const [top] = nodes;
  if (!top || isContact(top.kind)) return null;
  // The least vertex names the set, not the root: which vertex is root depends on the order of unions.
  return [...unions.find(top.node).vertices].sort()[0] ?? null;
}

/** A party that bears only the number, but was registered with a name, is a party of its own for the tenures. */
const namedParty = (name: string): string => `name:${name}`;

function cutTenures(
  anchors: readonly AnchorEvidence[],
  usable: Work['usable'],
  party: Work['party'],
  unions: Unions,
): Map<string, Tenure[]> {
  const uses = new Map<string, Use[]>();
  const parties = new Map<string, Party>();
  for (const anchor of anchors) {
    const nodes = usable.get(anchor.anchor) ?? [];
    const id = party.get(anchor.anchor) ?? null;
    if (id !== null && !parties.has(id)) parties.set(id, describeParty(id, nodes, anchors, usable, unions));
    for (const { node, kind } of nodes) {
      if (kind !== 'mobile') continue;
      const list = uses.get(node) ?? [];
      uses.set(node, list);
      for (const use of anchor.uses) {
        for (const run of use.runs) {
          const named = id === null && use.name !== '' && run.registered !== null;
          if (named)
            parties.set(namedParty(use.name), {
              id: namedParty(use.name),
              names: [use.name],
              ones: new Map(),
              cards: new Map(),
            });
          list.push({ party: named ? namedParty(use.name) : id, run });
        }
      }
    }
  }
  return new Map([...uses].map(([node, list]): [string, Tenure[]] => [node, tenuresOf(list, parties)]));
}

function describeParty(
  id: string,
  nodes: readonly AnchorNode[],
  anchors: readonly AnchorEvidence[],
  usable: Work['usable'],
  unions: Unions,
): Party {
  const group = unions.find(nodes[0]?.node ?? id);
  const members = new Set(group.vertices);
  const cards = new Map<string, Set<string>>();
  for (const { anchor } of anchors) {
    for (const { node, kind, scope } of usable.get(anchor) ?? []) {
      if (kind !== 'member_card' || !members.has(node)) continue;
      cards.set(scope, (cards.get(scope) ?? new Set<string>()).add(node));
    }
  }
  return { id, names: [...group.names], ones: group.ones, cards };
}

function addContacts(
  unions: Unions,
  anchors: readonly AnchorEvidence[],
  usable: Work['usable'],
  tenures: Work['tenures'],
): void {
  const names = new Map<string, string[]>();
  for (const anchor of anchors) {
    const nodes = usable.get(anchor.anchor) ?? [];
    const alone = nodes[0] !== undefined && isContact(nodes[0].kind);
    for (const { node, kind } of nodes) {
      if (!isContact(kind)) continue;
      const cut = tenuresFor(tenures, node);
      for (const at of cut.keys()) names.set(vertexOf(node, at), names.get(vertexOf(node, at)) ?? []);
      if (!alone || node !== nodes[0]?.node) continue;
      for (const use of anchor.uses.filter(({ name }) => name !== '')) {
        for (const run of use.runs) names.get(vertexOf(node, tenureAt(cut, run.start)))?.push(use.name);
      }
    }
  }
  for (const [id, said] of names) unions.add({ id, one: null, names: said });
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
    const tops = isContact(top.kind)
      ? tenuresBorne(anchor, id, tenuresFor(tenures, top.node)).map((at) => vertexOf(top.node, at))
      : [top.node];
    for (const other of rest.filter(({ kind }) => isContact(kind))) {
      for (const at of tenuresBorne(anchor, id, tenuresFor(tenures, other.node))) {
        for (const vertex of tops) edges.push(edgeOf(vertex, vertexOf(other.node, at), top, other, anchor));
      }
    }
  }
  return edges;
}

/** Decisions before rules, the latest first: of contradicting ones the later stands. Those on vertices not there yet wait. */
function decide(unions: Unions, evidence: Evidence, usable: Work['usable'], tenures: Work['tenures']): void {
  const ofNode = (node: string): string[] =>
    [node, ...[...tenuresFor(tenures, node).keys()].map((at) => vertexOf(node, at))].filter(unions.has);
  const ofAnchor = (anchor: string): string[] => {
    const [top] = usable.get(anchor) ?? [];
    return top ? ofNode(top.node) : [];
  };
  const latest = [...evidence.decisions].sort((a, b) => b.received - a.received || (a.id < b.id ? 1 : -1));
  for (const decision of latest) {
    if (decision.what === 'apart') {
      const [left, right] = decision.sides;
      unions.part(decision.id, [
        [...left.nodes.flatMap(ofNode), ...left.anchors.flatMap(ofAnchor)],
        [...right.nodes.flatMap(ofNode), ...right.anchors.flatMap(ofAnchor)],
      ]);
      continue;
    }
    const [one, other] = decision.anchors.map((anchor, at) => {
      const [top] = usable.get(anchor) ?? [];
      if (!top) return undefined;
      const tenure = tenureAt(tenuresFor(tenures, top.node), decision.times[at] ?? 0);
      return isContact(top.kind) ? vertexOf(top.node, tenure) : top.node;
    });
    if (one && other && unions.has(one) && unions.has(other)) unions.force(one, other);
  }
}
