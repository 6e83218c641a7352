import { cluster } from './cluster.ts';
import { type Component, explore } from './explore.ts';
import type { Tables } from './tables.ts';
import type { Clustering } from './work.ts';

/** The components of some anchors, each clustered by itself, and what all of them come to. */
export type Answered = { component: Component; result: Clustering };

/** Loads every row that the writing of the answers touches. */
export async function answersOf(tables: Tables, seeds: readonly string[]): Promise<Answered[]> {
  const found = new Set<string>();
  const answers: Answered[] = [];
  for (const seed of seeds) {
    if (found.has(seed)) continue;
    const component = await explore(tables, [seed]);
    for (const { anchor } of component.anchors) found.add(anchor);
    answers.push({ component, result: inHashes(tables, component, cluster(component)) });
  }
  return answers;
}

/** All answers as one: groups are numbered through. */
export function together(answers: readonly Answered[]): Clustering {
  const [only, ...more] = answers;
  if (only && more.length === 0) return only.result;
  const all: Clustering = {
    ...{ groups: [], owners: new Map(), holders: new Map(), held: [], hot: new Set(), quiet: false },
  };
  for (const { result } of answers) {
    const from = all.groups.length;
    const shift = (spans: Spans): Spans =>
      spans.map((span) => (span.group === null ? span : { ...span, group: span.group + from }));
    for (const [anchor, spans] of result.owners) all.owners.set(anchor, shift(spans));
    for (const [node, spans] of result.holders) all.holders.set(node, shift(spans));
    for (const held of result.held) {
      const [a, b] = held.groups;
      all.held.push({ ...held, groups: [a + from, b + from] });
    }
    for (const node of result.hot) all.hot.add(node);
    all.groups.push(...result.groups);
  }
  return all;
}
type Spans = Clustering['owners'] extends Map<string, infer S> ? S : never;

/** Gives each hashed mobile the holders and states of the number that stood in its place. */
function inHashes(tables: Tables, { clear, nodes }: Component, result: Clustering): Clustering {
  if (clear.size === 0) return result;
  for (const node of nodes) {
    const number = clear.get(node);
    if (number === undefined) continue;
    result.holders.set(node, result.holders.get(number) ?? []);
    if (result.hot.has(number)) result.hot.add(node);
  }
  for (const group of result.groups) {
    const borne = new Set(group.anchors.flatMap(({ anchor }) => tables.anchors.get(anchor)?.nodes ?? []));
    for (const [hash, number] of clear) {
      const state = borne.has(hash) ? group.nodes.get(number) : undefined;
      if (!state) continue;
      group.nodes.set(hash, state);
      if (!borne.has(number)) group.nodes.delete(number);
    }
  }
  return result;
}
