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
  /** True where taking the rules back left every event with the owner it had. */
  restored: boolean;
  /** True where what was foretold is what was done, all samples came true, `unchanged` and `restored`. */
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

/** Tries each version, applies it, compares, and goes back to the preset. `told` is called after each step. */
export async function* tryRules(
  whole: Whole,
  city: City,
  documents: readonly RulesDocument[],
  told: (step: string) => void,
): AsyncGenerator<Tried> {
  const { rules } = whole.services;
  const before = await partition(whole, city);
  const asBefore = async (): Promise<boolean> => isDeepStrictEqual(await partition(whole, city), before);
  for (const document of documents) {
    const { version } = await rules.put(document, 'bench');
    const preview = await ended(whole, await rules.preview(version, SAMPLES, 'bench'));
    told('tried');
    const unchanged = await asBefore();
    const applied = await ended(whole, await rules.apply(version, 'bench', 'bench'));
    told('applied');
    const [foretold, done] = [tallyOf(preview), tallyOf(applied)];
    const samples = { told: preview.samples.length, true: 0 };
    for (const sample of preview.samples) if (await cameTrue(whole, sample)) samples.true += 1;
    await ended(whole, await rules.apply(0, 'bench', 'bench'));
    told('taken back');
    const restored = await asBefore();
    const exact = isDeepStrictEqual(foretold, done) && samples.true === samples.told && unchanged && restored;
    yield { document, foretold, done, unchanged, samples, restored, exact };
  }
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
