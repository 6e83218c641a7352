import { STRENGTH } from '../schemas/identifier.ts';
import type { AnchorEvidence, Decision } from './evidence.ts';
import type { Edge } from './weigh.ts';
import { isContact, type Numbers, tenureAt, tenuresBorne, tenuresFor, vertexOf, type Work } from './work.ts';

/** What became of the unions that were refused. Anchors and contact vertices by their names. */
export type Contest = {
  /**
   * Contact vertices that several customers hold, with the group that answers for them: the first holder by event time.
   */
  shared: ReadonlyMap<string, number>;
  /** By anchor: contacts it bore by a slip, which say nothing of who holds them. */
  slips: ReadonlyMap<string, ReadonlySet<string>>;
  /** By anchor: contacts that a person took away from those who bear them there. */
  taken: ReadonlyMap<string, ReadonlySet<string>>;
};

/** True where a decision names both ends, one on each side. */
export function isTakenOut(decisions: readonly Decision[], nodes: readonly [string, string]): boolean {
  return decisions.some(
    (decision) =>
      decision.what === 'apart' &&
      [0, 1].some(
        (side) => decision.sides[side]?.nodes.includes(nodes[0]) && decision.sides[1 - side]?.nodes.includes(nodes[1]),
      ),
  );
}

export function contestOf(work: Work, numbers: Numbers): Contest {
  const disputes = work.refused.filter(({ edge }) => edge.b.includes('#') && numbers(edge.a) !== numbers(edge.b));
  const slips = new Map<string, Set<string>>();
  const taken = new Map<string, Set<string>>();
  const mark = (marks: Map<string, Set<string>>, { anchor, b }: Edge): void => {
    marks.set(anchor.anchor, (marks.get(anchor.anchor) ?? new Set<string>()).add(b));
  };
  if (disputes.length === 0) return { shared: new Map(), slips, taken };
  const strongest = undisputed(
    work,
    disputes.map(({ edge }) => edge),
  );
  const vertices = new Set<string>();
  for (const { edge, refusal } of disputes) {
    if (refusal.rule === 'decided' && isTakenOut(work.decisions, edge.nodes)) mark(taken, edge);
    // One slip of the pen weighs less than a registration: the number stays with who registered it.
    else if (edge.strength >= STRENGTH.registered || edge.strength >= (strongest.get(edge.b) ?? 0))
      vertices.add(edge.b);
    else mark(slips, edge);
  }
  const dismissed = (anchor: string, vertex: string): boolean =>
    slips.get(anchor)?.has(vertex) === true || taken.get(anchor)?.has(vertex) === true;
  return { shared: firstHolders(work, numbers, vertices, dismissed), slips, taken };
}

/** The greatest strength with which a contact is borne by those to whom it was not refused. */
function undisputed(work: Work, disputed: readonly Edge[]): Map<string, number> {
  const refused = new Set(disputed.map(({ anchor, b }) => `${anchor.anchor}|${b}`));
  const strongest = new Map<string, number>();
  for (const anchor of work.anchors) {
    for (const { node, kind, strength } of work.usable.get(anchor.anchor) ?? []) {
      if (!isContact(kind)) continue;
      for (const at of tenuresBorne(anchor, work.party.get(anchor.anchor) ?? null, tenuresFor(work.tenures, node))) {
        const vertex = vertexOf(node, at);
        if (refused.has(`${anchor.anchor}|${vertex}`)) continue;
        strongest.set(vertex, Math.max(strongest.get(vertex) ?? 0, strength));
      }
    }
  }
  return strongest;
}

type Claim = { vertex: string; group: number; time: number; key: string; alone: boolean };

/**
 * Who bore each of these contacts first within its tenure, by event time; ties by the key of the earliest event. A use
 * of nothing but the contact is whoever's the contact is: it speaks only for a group that nobody else speaks for.
 */
function firstHolders(
  work: Work,
  numbers: Numbers,
  vertices: ReadonlySet<string>,
  dismissed: (anchor: string, vertex: string) => boolean,
): Map<string, number> {
  const claims = (vertices.size === 0 ? [] : work.anchors)
    .flatMap((anchor) => claimsOf(anchor, work, numbers))
    .filter(({ vertex }) => vertices.has(vertex))
    .filter(({ vertex, anchor }) => !dismissed(anchor, vertex));
  const spokenFor = new Set(claims.filter(({ alone }) => !alone).map(({ vertex, group }) => `${vertex}|${group}`));
  const first = new Map<string, Claim>();
  for (const claim of claims) {
    const { vertex, group, alone, time, key } = claim;
    if (alone && spokenFor.has(`${vertex}|${group}`)) continue;
    const known = first.get(vertex);
    if (!known || time < known.time || (time === known.time && key < known.key)) first.set(vertex, claim);
  }
  return new Map([...vertices].map((vertex) => [vertex, first.get(vertex)?.group ?? numbers(vertex)]));
}

function claimsOf(anchor: AnchorEvidence, work: Work, numbers: Numbers): (Claim & { anchor: string })[] {
  const nodes = work.usable.get(anchor.anchor) ?? [];
  const [top] = nodes;
  if (!top) return [];
  return nodes.flatMap(({ node, kind }) => {
    if (!isContact(kind)) return [];
    const cut = tenuresFor(work.tenures, node);
    return tenuresBorne(anchor, work.party.get(anchor.anchor) ?? null, cut).map((at) => {
      const vertex = vertexOf(node, at);
      const starts = anchor.uses.flatMap(({ runs }) => runs.map(({ start }) => start));
      const inside = starts.filter((start) => tenureAt(cut, start) === at);
      const time = inside.length > 0 ? Math.min(...inside) : Math.max(anchor.early.time, cut[at]?.from ?? 0);
      const group = numbers(isContact(top.kind) ? vertex : top.node);
      return { anchor: anchor.anchor, vertex, group, time, key: anchor.early.key, alone: nodes.length === 1 };
    });
  });
}
