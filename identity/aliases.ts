import { isLost } from './alone.ts';
import { type AnchorEvidence, compareStamps, type Stamp } from './evidence.ts';
import { namesOf } from './quiet.ts';
import { spanAt } from './spans.ts';
import type { Clustering, Evidence } from './work.ts';

/**
 * Aliases of each group, CONTRACT §3 Ids: who had a customer of their own when events and decisions are taken in order
 * of `received`. Where nothing is disputed, unions only grow, and it is enough to look at when; else the evidence is
 * clustered as it stood after each step. Evidence keeps when an anchor, a run of its use and a decision came to be
 * known, and that is what is told apart: what came to be known of a run later counts as known with it. A long dispute
 * is told in short: who stood alone before the unions that hold in the end, and before the last decisions.
 */
export function addAliases(evidence: Evidence, answer: Clustering, again: (then: Evidence) => Clustering): void {
  const [only, more] = evidence.anchors;
  // A number alone may have passed from one name to another, and been one's again when more was known.
  if (!more && (!only || (namesOf(only).length < 2 && !isLost(only.uses)))) return;
  const shown = shownBefore(evidence, answer, again);
  const live = new Set(answer.groups.filter(({ anchors }) => anchors.length > 0).map(({ first }) => first.key));
  for (const [key, { first, anchor }] of shown) {
    if (live.has(key)) continue;
    const heir = spanAt(answer.owners.get(anchor) ?? [], first.time)?.group ?? -1;
    answer.groups[heir]?.aliases.push(first);
  }
  for (const { aliases } of answer.groups) aliases.sort(compareStamps);
}

/** Customers by the key of the event their id is made of. */
type Shown = Map<string, { first: Stamp; anchor: string }>;

/** Steps, and decisions of a longer story, that are clustered at most: work for every event of a disputed component. */
const MAX_STEPS = 24;
const MAX_DECISIONS = 8;

function shownBefore(evidence: Evidence, answer: Clustering, again: (then: Evidence) => Clustering): Shown {
  const decided = evidence.decisions.map(({ received, id }) => ({ received, time: Number.POSITIVE_INFINITY, key: id }));
  const plain = decided.length === 0 && !hasTwoCards(evidence) && !isRetold(evidence);
  if (answer.quiet && plain) return joinedInOrder(evidence, answer);
  const told = evidence.anchors.flatMap(({ first, uses, paid }): Stamp[] => [
    first,
    ...uses.flatMap(({ runs }) => runs.map((run) => run.first)),
    ...(paid ?? []).map(({ known }) => ({ received: known, time: Number.POSITIVE_INFINITY, key: `paid ${known}` })),
  ]);
  const steps = [...new Map([...told, ...decided].map((step) => [step.key, step])).values()].sort(compareStamps);
  // What is shown after a step is what was shown before the next; after the last one it is the answer itself.
  const before = steps.slice(0, -1);
  if (steps.length <= MAX_STEPS) return shownAfter(before, evidence, again);
  const decisive = before.filter((_, at) => decided.some(({ key }) => key === steps[at + 1]?.key));
  return new Map([...joinedInOrder(evidence, answer), ...shownAfter(decisive.slice(-MAX_DECISIONS), evidence, again)]);
}

/** Payers and accounts that moved are joined by what no identifier shows, and rules may ask for a strength. */
const isRetold = ({ anchors, policy }: Evidence): boolean =>
  policy.version > 0 || anchors.some(({ paid, migrates }) => paid || migrates);

/** Two cards of one brand may have been taken for two persons' before the event came that bears both. */
function hasTwoCards({ anchors }: Evidence): boolean {
  const cards = new Map<string, string>();
  for (const { node, kind, scope } of anchors.flatMap(({ nodes }) => nodes)) {
    if (kind !== 'member_card') continue;
    if ((cards.get(scope) ?? node) !== node) return true;
    cards.set(scope, node);
  }
  return false;
}

function shownAfter(steps: readonly Stamp[], evidence: Evidence, again: (then: Evidence) => Clustering): Shown {
  const shown: Shown = new Map();
  for (const step of steps) {
    for (const { anchors, first, origin } of again(asKnownAt(evidence, step)).groups) {
      if (anchors.length > 0) shown.set(first.key, { first, anchor: origin });
    }
  }
  return shown;
}

function asKnownAt({ anchors, decisions, ...rest }: Evidence, step: Stamp): Evidence {
  const known = (stamp: Stamp): boolean => compareStamps(stamp, step) <= 0;
  return {
    anchors: anchors
      .filter(({ first }) => known(first))
      .map((anchor): AnchorEvidence => {
        const paid = anchor.paid?.filter((one) => one.known <= step.received);
        if (anchor.uses.every(({ runs }) => runs.every((run) => known(run.first)))) {
          return paid?.length === anchor.paid?.length ? anchor : { ...anchor, paid };
        }
        const uses = anchor.uses.map(({ name, runs }) => ({ name, runs: runs.filter((run) => known(run.first)) }));
        return { ...anchor, uses: uses.filter(({ runs }) => runs.length > 0), paid };
      }),
    decisions: decisions.filter(({ received, id }) => known({ received, time: Number.POSITIVE_INFINITY, key: id })),
    ...rest,
  };
}

/** Who stood alone at first, had just the unions been made that hold in the end. */
function joinedInOrder({ anchors }: Evidence, { groups, owners }: Clustering): Shown {
  const shown: Shown = new Map();
  const sets = new Map<string, Set<string>>();
  for (const { anchor, first, nodes } of [...anchors].sort((a, b) => compareStamps(a.first, b.first))) {
    const group = spanAt(owners.get(anchor) ?? [], first.time)?.group ?? -1;
    const own = nodes.filter(({ node }) => groups[group]?.nodes.has(node)).map(({ node }) => `${group} ${node}`);
    const known = new Set(own.flatMap((node) => sets.get(node) ?? []));
    if (known.size === 0 && own.length > 0) shown.set(first.key, { first, anchor });
    const [joined = new Set<string>(), ...others] = known;
    for (const node of [...own, ...others.flatMap((set) => [...set])]) {
      joined.add(node);
      sets.set(node, joined);
    }
  }
  return shown;
}
