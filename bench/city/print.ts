import type { Whole } from '../../test/whole/house.ts';
import type { Unit } from './allowed.ts';
import { type City, makeQuarter, quartersOf } from './city.ts';
import type { Tried } from './dry.ts';
import type { Verdict } from './falsely.ts';
import type { Judged, Listed } from './judge.ts';
import { makeNaive } from './naive.ts';
import { makeScore, type Score } from './score.ts';

const share = (value: number): string => (value >= 0.1 || value === 0 ? value.toFixed(4) : value.toExponential(1));
const count = (value: number): string => value.toLocaleString('en');
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

export function naiveScore(city: City, sane: boolean): Score {
  const naive = makeNaive(sane);
  const score = makeScore();
  let first = 0;
  for (const quarter of quartersOf(city)) {
    for (const [at, owner] of naive.owners(quarter).entries())
      score.add(first + (quarter.told[at]?.person ?? 0), owner);
    first += quarter.people.length;
  }
  return score.score(naive.find);
}

/** Precision and recall, ours beside those of joining whatever is equal. */
export function scoreTable(judged: Judged, city: City): string[] {
  const line = (name: string, { pairs, bcubed }: Score): string =>
    row([name, ...[pairs.precision, pairs.recall, bcubed.precision, bcubed.recall].map(share)]);
  return [
    row(['', 'precision, pairs', 'recall, pairs', 'precision, B³', 'recall, B³']),
    row(['---', '---', '---', '---', '---']),
    line('huaxiang', judged.all),
    line('every equal value joins', naiveScore(city, false)),
    line('the same, without 13800138000', naiveScore(city, true)),
  ];
}

export function trapTable({ traps }: Judged): string[] {
  const rows = [...traps]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => {
      const precision = one.same / Math.max(one.same + one.fault + one.excused, 1);
      const strict = one.same / Math.max(one.same + one.fault, 1);
      const recall = one.found / Math.max(one.allowed, 1);
      const all = one.same / Math.max(one.pairs, 1);
      return row([
        name,
        count(one.events),
        ...[strict, precision, recall, all].map(share),
        count(one.fault),
        count(one.excused),
      ]);
    });
  const head = ['trap', 'events', 'precision, told apart', 'precision, all', 'recall of allowed', 'recall of truth'];
  return [row([...head, 'false pairs', 'excused pairs']), row(Array.from({ length: 8 }, () => '---')), ...rows];
}

const whyExcused = (verdict: Verdict): string =>
  verdict === 'contact_and_name' ? "the holder's by decision" : 'indistinguishable';

export function summary({ all, allowed, anonymous, customers, people, verdicts, across, beyond }: Judged): string[] {
  const faults = verdicts.get('fault');
  const who = `people ${count(people)}, customers ${count(customers)}`;
  const lacking = Object.entries(beyond).map(([name, pairs]) => `${name} ${count(pairs)}`);
  const both = `${count(allowed.found)} of ${count(allowed.pairs)} pairs`;
  return [
    `events ${count(all.events)}, ${who}, anonymous ${count(anonymous)}`,
    `false merges: ${count(faults?.customers.size ?? 0)} customers, ${count(faults?.pairs ?? 0)} pairs`,
    `customers of two quarters: ${count(across)}`,
    ...[...verdicts]
      .filter(([verdict]) => verdict !== 'fault')
      .map(([verdict, { pairs, customers: of }]) => {
        return `${whyExcused(verdict)}, ${verdict}: ${count(pairs)} pairs in ${count(of.size)} customers`;
      }),
    `pairs of one person that the evidence does not allow: ${lacking.join(', ')}`,
    `recall of what the evidence allows: ${(allowed.found / Math.max(allowed.pairs, 1)).toFixed(6)} (${both})`,
  ];
}

export const TRIED_HEAD: string[] = [
  row(['rules', 'foretold: merge, split, hold, unchanged', 'done', 'samples that came true', 'taken back', 'exact']),
  row(['---', '---', '---', '---', '---', '---']),
];

export function triedRow({ document, foretold, done, samples, restored, exact }: Tried): string {
  const { preset: _, ...rest } = document;
  const [told, was] = [foretold, done].map((tally) => Object.values(tally).map(count).join(', '));
  return row([
    JSON.stringify(rest),
    told ?? '',
    was ?? '',
    `${samples.true} of ${samples.told}`,
    restored ? 'as it was' : 'NOT as it was',
    exact ? 'yes' : 'NO',
  ]);
}

/** What is listed one by one: the traps, and why the product says that the two are one, or are not. */
export async function explained({ services }: Whole, city: City, listed: readonly Listed[]): Promise<string[]> {
  const lines: string[] = [];
  for (const { verdict, traps, owners, events, units } of listed) {
    const [one, other] = owners;
    lines.push(`${verdict}, ${traps}: ${events.map((id, at) => `${id} (${toldOf(units[at])})`).join(' and ')}`);
    const identifier = one === other ? identifierOf(city, events[1]) : null;
    if (one && other) lines.push(`  ${JSON.stringify(await services.customers.explain(one, identifier ?? other))}`);
  }
  return lines;
}

function identifierOf(city: City, event: string) {
  const [, quarter = '0', at = '0'] = /^q(\d+)e(\d+)$/.exec(event) ?? [];
  const [first] = makeQuarter(city, Number(quarter)).told[Number(at)]?.event.identifiers ?? [];
  return first ? { kind: first.kind, value: first.value, ...(first.scope ? { scope: first.scope } : {}) } : null;
}

/** What was sent of a unit that could tell it from another. */
function toldOf(unit: Unit | undefined): string {
  const names = [...new Set(unit?.names.map(({ text }) => text))];
  const ones = [...(unit?.ones.values() ?? [])].flatMap((values) => [...values]);
  return [unit?.what, ...(unit?.bears ?? []), ...ones, names.length > 0 ? names.join('/') : 'no name'].join(', ');
}
