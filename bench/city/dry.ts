import { isDeepStrictEqual } from 'node:util';
import type { JobView } from '../../api/port.ts';
import type { RulesDocument } from '../../schemas/rules.ts';
import type { Whole } from '../../test/whole/house.ts';
import { type City, quartersOf } from './city.ts';
import { ownersOf } from './judge.ts';

/** Rules that a brand may want, tried on the city before they are put in force, and taken back. */
export const DRY_RULES: readonly RulesDocument[] = [
  { preset: 'retail-cn', kinds: { member_card: { one: true } } },
  { preset: 'retail-cn', kinds: { mobile: { joins: 'registered' } } },
  { preset: 'retail-cn', names: { veto: false } },
];
type Tally = { merge: number; split: number; hold: number; unchanged: number };
export type Tried = {
  document: RulesDocument;
  foretold: Tally;
  done: Tally;
  /** True where trying it moved no event to another owner. */
  unchanged: boolean;
  samples: { told: number; true: number };
  /** True where what was foretold is what was done, to the customer, all samples came true, and `unchanged`. */
  exact: boolean;
};
type Result = Tally & { samples: { what: string; customers: string[] }[]; rules: number };

const LOOK_MS = 100;
const SAMPLES = 100;

async function ended({ services }: Whole, job: JobView): Promise<Result> {
  for (;;) {
    const now = await services.jobs.get(job.id);
    if (now?.state === 'done') return JSON.parse(JSON.stringify(now.result));
    if (now?.state === 'failed' || now?.state === 'cancelled') throw new Error(`the job ${now.state}: ${now.error}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function partition(whole: Whole, city: City): Promise<(string | null)[]> {
  const owners: (string | null)[] = [];
  for (const quarter of quartersOf(city)) owners.push(...(await ownersOf(whole, quarter)));
  return owners;
}

const tallyOf = ({ merge, split, hold, unchanged }: Tally): Tally => ({ merge, split, hold, unchanged });

/** Tries each version, applies it, compares, and goes back to the preset; the city is then as it was. */
export async function tryRules(whole: Whole, city: City): Promise<{ tried: Tried[]; restored: boolean }> {
  const { rules } = whole.services;
  const before = await partition(whole, city);
  const tried: Tried[] = [];
  let restored = true;
  for (const document of DRY_RULES) {
    const { version } = await rules.put(document, 'bench');
    const preview = await ended(whole, await rules.preview(version, SAMPLES, 'bench'));
    const unchanged = isDeepStrictEqual(await partition(whole, city), before);
    const applied = await ended(whole, await rules.apply(version, 'bench', 'bench'));
    const [foretold, done] = [tallyOf(preview), tallyOf(applied)];
    const samples = { told: preview.samples.length, true: 0 };
    for (const sample of preview.samples) if (await cameTrue(whole, sample)) samples.true += 1;
    const exact = isDeepStrictEqual(foretold, done) && samples.true === samples.told && unchanged;
    tried.push({ document, foretold, done, unchanged, samples, exact });
    await ended(whole, await rules.apply(0, 'bench', 'bench'));
    restored &&= isDeepStrictEqual(await partition(whole, city), before);
  }
  return { tried, restored };
}

/** Whether two who were to be merged are one now, and two who were to be split or held are two. */
async function cameTrue(
  { house }: Whole,
  { what, customers }: { what: string; customers: string[] },
): Promise<boolean> {
  const live = await Promise.all(customers.map((id) => house.reads.liveId(id)));
  if (live.includes(null)) return false;
  const [one, other] = live;
  return what === 'created' || other === undefined || (what === 'merged') === (one === other);
}
