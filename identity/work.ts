import { kindRule } from '../schemas/identifier.ts';
import {
  type AnchorEvidence,
  type AnchorNode,
  compareText,
  type Decision,
  earlierStamp,
  type Stamp,
} from './evidence.ts';
import type { Policy } from './rules.ts';
import type { Tenure } from './tenure.ts';
import type { Refusal, Unions } from './unions.ts';
import type { Edge } from './weigh.ts';

/** What goes into `cluster`, what comes out of it, and what its steps hand to one another. */
export type Evidence = {
  anchors: readonly AnchorEvidence[];
  /** Nodes that join nobody: hot from before, or blocked by a person. */
  suspended: ReadonlySet<string>;
  /** Nodes that a person allowed: they are never hot. */
  allowed: ReadonlySet<string>;
  /** Those in force; undone ones are left out. */
  decisions: readonly Decision[];
  policy: Policy;
};

/** From `from` (epoch ms, -Infinity for ever before) on, the anchor's events are the group's; null: nobody's. */
export type Span = { from: number; group: number | null };
export type NodeState = 'active' | 'past' | 'shared' | 'quarantined';
export type ClusterGroup = {
  /** The earliest event it owns: its id comes from it. */
  first: Stamp;
  /** The anchor of that event. */
  origin: string;
  anchors: { anchor: string; from: number }[];
  nodes: Map<string, NodeState>;
  /** First events of those who had a customer of their own before they were joined to this one. */
  aliases: Stamp[];
};
export type Held = { rule: string; nodes: [string, string]; anchor: string; groups: [number, number] };
export type Clustering = {
  groups: ClusterGroup[];
  owners: Map<string, Span[]>;
  /** Who answers for a node now and then. */
  holders: Map<string, Span[]>;
  held: Held[];
  hot: Set<string>;
  /** One customer, and nothing in the evidence that a further use of it could change. */
  quiet: boolean;
};

/** What `conclude` makes the answer of. */
export type Work = {
  anchors: readonly AnchorEvidence[];
  decisions: readonly Decision[];
  usable: ReadonlyMap<string, readonly AnchorNode[]>;
  tenures: ReadonlyMap<string, readonly Tenure[]>;
  /** The party of an anchor as tenures know it: a set of identifiers, or null for contacts alone. */
  party: ReadonlyMap<string, string | null>;
  unions: Unions;
  refused: { edge: Edge; refusal: Refusal }[];
};

/** The number of the group that a vertex ended up in. */
export type Numbers = (vertex: string) => number;

export const isContact = (kind: string): boolean => kindRule(kind)?.contact === true;
export const vertexOf = (node: string, tenure: number): string => `${node}#${tenure}`;

/** The least of some texts by code unit: names a set in a way that does not depend on how it was made. */
export const leastOf = (texts: readonly string[]): string =>
  texts.reduce((least, text) => (compareText(text, least) < 0 ? text : least));

/** The tenures of a contact, one for ever where it is no mobile. */
export function tenuresFor(tenures: Work['tenures'], node: string): readonly Tenure[] {
  return tenures.get(node) ?? [{ from: Number.NEGATIVE_INFINITY, parties: new Set(), last: 0 }];
}

/** Which tenure holds a time. */
export function tenureAt(tenures: readonly Tenure[], time: number): number {
  let at = 0;
  for (const [index, tenure] of tenures.entries()) if (tenure.from <= time) at = index;
  return at;
}

/** Times at which an anchor began to be used: by its runs, or its earliest event where only we wrote to the person. */
export function timesBorne({ uses, early }: AnchorEvidence): number[] {
  return uses.length === 0 ? [early.time] : uses.flatMap(({ runs }) => runs.map(({ start }) => start));
}

/** The tenures in which an anchor bears a contact: those its party took part in, else those its uses fall into. */
export function tenuresBorne(anchor: AnchorEvidence, party: string | null, tenures: readonly Tenure[]): number[] {
  if (tenures.length === 1) return [0];
  const took = [...tenures.keys()].filter((at) => party !== null && tenures[at]?.parties.has(party));
  if (took.length > 0) return took;
  return [...new Set(timesBorne(anchor).map((time) => tenureAt(tenures, time)))];
}

/**
 * What is known of an anchor within one of its spans: its earliest event there, and whether it was used there at all.
 */
export function within(
  anchor: AnchorEvidence,
  spans: readonly { from: number }[],
  at: number,
): { first: Stamp | null; used: boolean } {
  if (spans.length === 1) return { first: anchor.first, used: true };
  const until = spans[at + 1]?.from ?? Number.POSITIVE_INFINITY;
  const from = at === 0 ? Number.NEGATIVE_INFINITY : (spans[at]?.from ?? until);
  const runs = anchor.uses.flatMap((use) => use.runs);
  const firsts = [anchor.first, ...runs.map((run) => run.first)].filter(({ time }) => time >= from && time < until);
  const used = firsts.length > 0 || runs.some(({ start, end }) => start < until && end >= from);
  return { first: firsts.length > 0 ? firsts.reduce(earlierStamp) : null, used };
}
