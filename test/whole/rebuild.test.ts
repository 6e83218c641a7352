import { drainPending } from 'chdb';
import { expect, it } from 'vitest';
import { rebuild } from '../../main/rebuild.ts';
import { makeDice } from '../profiles/population.ts';
import { wholeOf } from './checks.ts';
import { makeHistory, type Told } from './history.ts';
import { newDirectory, openWhole, removeDirectory, type Whole } from './house.ts';
import { live } from './live.ts';
import { everything, setsRecounted } from './sets.ts';

const FIELDS = ['created', 'last_seen', 'metrics.events', 'metrics.spend.CNY', 'traits.city', 'consents.marketing.sms'];

/** What a caller can ask of a house: its customers, their aliases, its sets. */
async function answersOf(whole: Whole, history: readonly Told[]): Promise<Record<string, unknown>> {
  await whole.services.events.accept([], 'queryable');
  const sums = { where: { all: [] }, group_by: ['traits.gender'], measures: ['count', 'sum:metrics.spend.CNY'] };
  return {
    whole: await wholeOf(whole, history),
    query: await everything(whole, { where: { all: [] }, fields: FIELDS }),
    aggregate: await whole.services.sets.aggregate(sums, true),
    fates: await whole.services.fates({}),
  };
}

it.each([
  { seed: 31, events: 150, people: 6 },
  { seed: 32, events: 150, people: 5, days: 400 },
])(
  'a rebuild from the log answers as the directory it was made of: seed $seed',
  async (options) => {
    const history = makeHistory(options);
    const to = await newDirectory();
    const first = await openWhole({ key: options.seed, analytic: true });
    const from = first.directory;
    await live(first, history, makeDice(options.seed), 10);
    const expected = await answersOf(first, history);
    const entries = await first.entries();
    await first.close();
    expect(entries.filter(({ kind }) => kind === 'decision').length).toBeGreaterThan(0);

    const said: string[] = [];
    const say = (text: string): void => void said.push(text);
    const code = await rebuild({ from, to, env: {}, now: () => 0, out: say, err: say });
    await drainPending();
    expect(code).toBe(0);

    const second = await openWhole({ directory: to, analytic: true });
    expect(await answersOf(second, history)).toEqual(expected);
    expect(await second.entries()).toEqual(entries);
    for (const { found, expected: counted, name } of await setsRecounted(second, history, options.seed))
      expect(found, name).toEqual(counted);
    await second.close();
    await removeDirectory(from);
    await removeDirectory(to);
  },
  300_000,
);
