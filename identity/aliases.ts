import type { Contest } from './contest.ts';
import { type AnchorEvidence, compareStamps, type Stamp } from './evidence.ts';
import {
  type ClusterGroup,
  isContact,
  type Numbers,
  type Span,
  tenuresFor,
  vertexOf,
  type Work,
  within,
} from './work.ts';

type Context = { work: Work; contest: Contest; numbers: Numbers; owners: ReadonlyMap<string, readonly Span[]> };

/**
 * Who had a customer of their own before they were joined to this group, when events and decisions are taken in order of
 * `received`: the unions that hold in the end, made again in the order in which their evidence came to be known.
 */
export function aliasesOf(
  group: ClusterGroup,
  at: number,
  anchors: readonly AnchorEvidence[],
  context: Context,
): Stamp[] {
  if (group.anchors.length < 2) return [];
  const steps = stepsOf(at, anchors, context).sort((a, b) => compareStamps(a.stamp, b.stamp));
  const sets = new Map<string, Known>();
  const aliases: Stamp[] = [];
  for (const { stamp, vertices, opens } of steps) {
    const known = [...new Set(vertices.flatMap((vertex) => sets.get(vertex) ?? []))];
    const [oldest, ...younger] = known.flatMap(({ first }) => first ?? []).sort(compareStamps);
    aliases.push(...younger);
    const set: Known = { first: oldest ?? (opens ? stamp : null), members: new Set(vertices) };
    for (const { members } of known) for (const member of members) set.members.add(member);
    for (const member of set.members) sets.set(member, set);
  }
  return aliases.sort(compareStamps);
}

/** Who is known to be one so far, and the first event; null where a decision came before any. */
type Known = { first: Stamp | null; members: Set<string> };

/** A step joins vertices; `opens`: it is an event, which begins a customer where there was none. */
type Step = { stamp: Stamp; vertices: string[]; opens: boolean };

function stepsOf(at: number, anchors: readonly AnchorEvidence[], context: Context): Step[] {
  const owned = new Map(anchors.map((anchor) => [anchor.anchor, anchor]));
  const steps: Step[] = [];
  for (const [id, anchor] of owned) {
    const spans = context.owners.get(id) ?? [];
    const vertices = [`anchor:${id}`, ...verticesIn(at, id, context)];
    for (const [index, { group }] of spans.entries()) {
      const stamp = group === at ? within(anchor, spans, index).first : null;
      if (stamp) steps.push({ stamp, vertices, opens: true });
    }
  }
  for (const decision of context.work.decisions) {
    if (decision.what !== 'link' || !decision.anchors.every((anchor) => owned.has(anchor))) continue;
    const stamp = { received: decision.received, time: Number.POSITIVE_INFINITY, key: decision.id };
    steps.push({ stamp, vertices: decision.anchors.map((anchor) => `anchor:${anchor}`), opens: false });
  }
  return steps;
}

/** What ties an anchor to the others of its group: a contact does whether it is the group's own or the group answers for it. */
function verticesIn(at: number, anchor: string, { work, contest, numbers }: Context): string[] {
  return (work.usable.get(anchor) ?? [])
    .flatMap(({ node, kind }) =>
      isContact(kind) ? [...tenuresFor(work.tenures, node).keys()].map((tenure) => vertexOf(node, tenure)) : [node],
    )
    .filter((vertex) => numbers(vertex) === at || contest.shared.get(vertex) === at);
}
