import { compareStamps, type Stamp } from '../../identity/evidence.ts';
import { spanAt } from '../../identity/spans.ts';
import type { ClusterGroup, Evidence } from '../../identity/work.ts';
import type { Answer } from './naive-town.ts';

/**
 * CONTRACT §3 Ids: aliases are "those that had a customer of their own when events and decisions are taken in order of
 * `received`": clusters what was known after each event and decision, and notes every customer that was ever there.
 */
export function naiveAliases(answer: Answer, states: readonly Answer[]): Map<string, string[]> {
  const alive = ({ anchors }: ClusterGroup): boolean => anchors.length > 0;
  const now = answer.groups.filter(alive).map(({ first }) => first.key);
  const aliases = new Map<string, string[]>();
  for (const { first, origin } of states.flatMap(({ groups }) => groups.filter(alive))) {
    if (now.includes(first.key)) continue;
    const heir = answer.groups[spanAt(answer.owners.get(origin) ?? [], first.time)?.group ?? -1];
    const known = aliases.get(heir?.first.key ?? '') ?? [];
    if (heir && !known.includes(first.key)) aliases.set(heir.first.key, [...known, first.key].sort());
  }
  return aliases;
}

/** The evidence as far as it was known after each of its steps. */
export function statesOf({ anchors, decisions, ...rest }: Evidence): Evidence[] {
  const made = decisions.map((decision) => ({
    decision,
    stamp: { received: decision.received, time: Number.POSITIVE_INFINITY, key: decision.id },
  }));
  const runs = anchors.flatMap(({ uses }) => uses.flatMap((use) => use.runs.map(({ first }) => first)));
  const payments = anchors.flatMap(({ paid = [] }) =>
    paid.map(({ known }) => ({ received: known, time: Number.POSITIVE_INFINITY, key: `paid ${known}` })),
  );
  const steps: Stamp[] = [
    ...anchors.map(({ first }) => first),
    ...[...runs, ...payments],
    ...made.map(({ stamp }) => stamp),
  ];
  return steps.map((step) => ({
    anchors: anchors
      .filter(({ first }) => compareStamps(first, step) <= 0)
      .map((anchor) => ({
        ...anchor,
        uses: anchor.uses
          .map((use) => ({ ...use, runs: use.runs.filter(({ first }) => compareStamps(first, step) <= 0) }))
          .filter((use) => use.runs.length > 0),
        paid: anchor.paid?.filter((one) => one.known <= step.received),
      })),
    decisions: made.filter(({ stamp }) => compareStamps(stamp, step) <= 0).map(({ decision }) => decision),
    ...rest,
  }));
}
