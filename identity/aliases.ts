import { compareStamps, type Stamp } from './evidence.ts';
import { type ClusterGroup, firstWithin, isContact, tenuresFor, vertexOf, type Work } from './work.ts';

/**
 * Who had a customer of their own before they were joined to this group, when events and decisions are taken in order of
 * `received`: the unions that hold in the end, made again in the order in which their evidence came to be known.
 */
export function aliasesOf(group: ClusterGroup, at: number, work: Work, numbers: (vertex: string) => number): Stamp[] {
  if (group.anchors.length < 2) return [];
  const steps = stepsOf(group, at, work, numbers).sort((a, b) => compareStamps(a.stamp, b.stamp));
  const sets = new Map<string, { first: Stamp; members: Set<string> }>();
  const aliases: Stamp[] = [];
  for (const { stamp, vertices, opens } of steps) {
    const known = [...new Set(vertices.flatMap((vertex) => sets.get(vertex) ?? []))].sort((a, b) =>
      compareStamps(a.first, b.first),
    );
    const [oldest, ...younger] = known;
    if (!oldest && !opens) continue;
    const set = oldest ?? { first: stamp, members: new Set<string>() };
    for (const other of younger) {
      aliases.push(other.first);
      for (const member of other.members) set.members.add(member);
    }
    for (const vertex of vertices) set.members.add(vertex);
    for (const member of set.members) sets.set(member, set);
  }
  return aliases;
}

/** A step joins vertices; `opens`: it is an event, which begins a customer where there was none. */
type Step = { stamp: Stamp; vertices: string[]; opens: boolean };

function stepsOf(group: ClusterGroup, at: number, work: Work, numbers: (vertex: string) => number): Step[] {
  const evidence = new Map(work.anchors.map((anchor) => [anchor.anchor, anchor]));
  const steps: Step[] = [];
  const verticesOf = (anchor: string): string[] =>
    (work.usable.get(anchor) ?? [])
      .flatMap(({ node, kind }) =>
        isContact(kind) ? [...tenuresFor(work.tenures, node).keys()].map((k) => vertexOf(node, k)) : [node],
      )
      .filter((vertex) => numbers(vertex) === at);
  for (const owned of group.anchors) {
    const anchor = evidence.get(owned.anchor);
    if (!anchor) continue;
    const spans = group.anchors.filter((other) => other.anchor === owned.anchor);
    const stamp = firstWithin(anchor, spans, spans.indexOf(owned)) ?? anchor.first;
    steps.push({ stamp, vertices: [`anchor:${owned.anchor}`, ...verticesOf(owned.anchor)], opens: true });
  }
  for (const decision of work.decisions) {
    if (decision.what !== 'link') continue;
    const vertices = decision.anchors.map((anchor) => `anchor:${anchor}`);
    if (!decision.anchors.every((anchor) => group.anchors.some((owned) => owned.anchor === anchor))) continue;
    steps.push({
      stamp: { received: decision.received, time: Number.POSITIVE_INFINITY, key: decision.id },
      vertices,
      opens: false,
    });
  }
  return steps;
}
