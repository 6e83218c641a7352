import { type AnchorEvidence, compareStamps, type Stamp } from './evidence.ts';
import { spanAt } from './spans.ts';
import type { Clustering, Evidence } from './work.ts';

/**
 * Aliases of each group, CONTRACT §3 Ids: who had a customer of their own when events and decisions are taken in order of
 * `received`. Where nothing is disputed, unions only grow, and it is enough to look at when; else the evidence is clustered as it
 * stood after each step. Evidence keeps when an anchor, a run of its use and a decision came to be known, and that is what is
 * told apart: what came to be known of a run later counts as known with it.
 */
export function addAliases(evidence: Evidence, answer: Clustering, again: (then: Evidence) => Clustering): void {
  if (evidence.anchors.length < 2) return;
  const shown =
    answer.quiet && evidence.decisions.length === 0 ? joinedInOrder(evidence) : shownInOrder(evidence, again);
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

/** Steps that are clustered at most; of a longer story only the decisions and its last steps are looked at. */
const MAX_STEPS = 64;

function shownInOrder(evidence: Evidence, again: (then: Evidence) => Clustering): Shown {
  const decided = evidence.decisions.map(({ received, id }) => ({ received, time: Number.POSITIVE_INFINITY, key: id }));
  const told = evidence.anchors.flatMap(({ first, uses }) => [
    first,
    ...uses.flatMap(({ runs }) => runs.map((run) => run.first)),
  ]);
  const steps = [...new Map([...told, ...decided].map((step) => [step.key, step])).values()].sort(compareStamps);
  // What is shown after a step is what was shown before the next.
  const looked = steps
    .slice(0, -1)
    .filter(
      (_, at) =>
        steps.length <= MAX_STEPS ||
        at >= steps.length - MAX_STEPS ||
        decided.some(({ key }) => key === steps[at + 1]?.key),
    );
  const shown: Shown = new Map();
  for (const step of looked) {
    for (const { anchors, first, origin } of again(asKnownAt(evidence, step)).groups) {
      if (anchors.length > 0) shown.set(first.key, { first, anchor: origin });
    }
  }
  return shown;
}

function asKnownAt({ anchors, decisions, suspended }: Evidence, step: Stamp): Evidence {
  const known = (stamp: Stamp): boolean => compareStamps(stamp, step) <= 0;
  return {
    anchors: anchors
      .filter(({ first }) => known(first))
      .map((anchor): AnchorEvidence => {
        if (anchor.uses.every(({ runs }) => runs.every((run) => known(run.first)))) return anchor;
        const uses = anchor.uses.map(({ name, runs }) => ({ name, runs: runs.filter((run) => known(run.first)) }));
        return { ...anchor, uses: uses.filter(({ runs }) => runs.length > 0) };
      }),
    decisions: decisions.filter(({ received, id }) => known({ received, time: Number.POSITIVE_INFINITY, key: id })),
    suspended,
  };
}

/** Who stood alone at first, where every union that was ever asked for was made. */
function joinedInOrder({ anchors, suspended }: Evidence): Shown {
  const shown: Shown = new Map();
  const sets = new Map<string, Set<string>>();
  for (const { anchor, first, nodes } of [...anchors].sort((a, b) => compareStamps(a.first, b.first))) {
    const own = nodes.map(({ node }) => node).filter((node) => !suspended.has(node));
    const known = new Set(own.flatMap((node) => sets.get(node) ?? []));
    if (known.size === 0 && own.length > 0) shown.set(first.key, { first, anchor });
    const joined = new Set([...own, ...[...known].flatMap((set) => [...set])]);
    for (const node of joined) sets.set(node, joined);
  }
  return shown;
}
