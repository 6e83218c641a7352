import type { AnchorEvidence, AnchorNode } from '../../identity/evidence.ts';
import type { Clustering, Evidence } from '../../identity/work.ts';
import { kindRule } from '../../schemas/identifier.ts';
import { nameRelation } from '../../schemas/names.ts';
import type { NaiveTenure } from './naive-tenure.ts';

/** What the parts of the naive model hand to one another. */
export type Answer = Omit<Clustering, 'quiet'>;

/** An identifier, or a contact within one tenure: `at` is -1 for the former. */
export type Point = {
  id: string;
  node: string;
  kind: string;
  scope: string;
  at: number;
  /** For kinds of which a customer has one value: that value, the first one where an account moved; else empty. */
  one: string;
  names: string[];
  /** Points of one voice were one by accounts and cards alone: what they said is said of one person. */
  voice: number;
  label: number;
};
export type Wish = {
  a: Point;
  b: Point;
  nodes: [string, string];
  strength: number;
  anchor: AnchorEvidence;
  time: number;
  /** It only gives a name to its point. */
  name?: string;
};
export type Refused = Wish & { rule: string };
export type Town = {
  evidence: Evidence;
  points: Point[];
  /** What is left of an anchor's identifiers, the most specific first. */
  left(anchor: AnchorEvidence): AnchorNode[];
  tenures(node: string): NaiveTenure[];
  borne(anchor: AnchorEvidence, node: string): number[];
  refused: Refused[];
};

export const isContact = (kind: string): boolean => kindRule(kind)?.contact === true;
export const timesOf = ({ uses, early }: AnchorEvidence): number[] =>
  uses.length === 0 ? [early.time] : uses.flatMap(({ runs }) => runs.map(({ start }) => start));
export const tenureOf = (tenures: readonly NaiveTenure[], time: number): number =>
  tenures.filter(({ from }) => from <= time).length - 1;

export function naiveHot({ anchors, policy, allowed }: Evidence): Set<string> {
  const all = anchors.flatMap(({ nodes }) => nodes);
  const bearers = (node: string): AnchorEvidence[] =>
    anchors.filter(({ nodes }) => nodes.some((one) => one.node === node));
  const rushed = ({ node, kind }: AnchorNode): boolean =>
    bearers(node).some(({ windows = {} }) => Math.max(0, ...Object.values(windows)) > policy.rate(kind));
  const capped = ({ node, kind }: AnchorNode): boolean =>
    policy.caps(kind).some((cap) => {
      const bearing = bearers(node);
      if (cap.kind === 'name') return mostPeople(bearing) > cap.over;
      const company = bearing.flatMap(({ nodes }) => nodes);
      const kinds = [...new Set(company.map((one) => one.kind))].filter((one) => cap.kind === '*' || one === cap.kind);
      return kinds.some((one) => {
        const partners = company
          .filter((other) => other.kind === one && other.node !== node)
          .map((other) => other.node);
        return new Set(partners).size > cap.over;
      });
    });
  const hot = all.filter((one) => !allowed.has(one.node) && (rushed(one) || capped(one)));
  return new Set(hot.map(({ node }) => node));
}

/** The most names that all contradict each other, found by trying every set of them. */
function mostPeople(anchors: readonly AnchorEvidence[]): number {
  const names = [...new Set(anchors.flatMap(({ uses }) => uses.map(({ name }) => name)))].filter((name) => name !== '');
  let sets: string[][] = [[]];
  for (const name of names) {
    const further = sets.filter((set) => set.every((other) => nameRelation(name, other) === 'contradict'));
    sets = [...sets, ...further.map((set) => [...set, name])];
  }
  return Math.max(...sets.map((set) => set.length));
}
