import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cityOf, deliveries, makeQuarter } from '../../bench/city/city.ts';
import { judgeCity, ownersOf } from '../../bench/city/judge.ts';
import { makeNaive } from '../../bench/city/naive.ts';
import { withWhole } from './house.ts';

/** A small city of `bench/identity.ts`, whose truth is known: what the bench shows of a large one holds here. */
const CITY = cityOf(1, 3_000);
const TIME_MS = 300_000;

describe('a city whose truth is known', () => {
  it(
    'has nobody merged who was told apart, and everybody together whom the evidence allows',
    () =>
      withWhole({}, async (whole) => {
        for (const entries of deliveries(CITY)) await whole.deliver(entries, [700, 1, 90]);
        const judged = await judgeCity(CITY, (quarter) => ownersOf(whole, quarter));
        expect(judged.faults.map(({ traps, events }) => [traps, ...events])).toEqual([]);
        expect(judged.verdicts.get('fault')?.pairs ?? 0).toBe(0);
        expect(judged.across).toBe(0);
        expect(judged.allowed.found / judged.allowed.pairs).toBeGreaterThanOrEqual(0.999);
        // What the evidence allows must not be defined away: all but the islands and shared numbers of a person.
        expect(judged.allowed.pairs / judged.all.pairs.same).toBeGreaterThan(0.9);
      }),
    TIME_MS,
  );

  it('shows what joining every equal number merges, and what joining nobody misses', async () => {
    const naive = makeNaive(true);
    const joined = await judgeCity(CITY, async (quarter) => naive.owners(quarter).map((one) => `${naive.find(one)}`));
    expect(joined.verdicts.get('fault')?.pairs).toBeGreaterThan(10_000);
    expect(joined.all.pairs.precision).toBeLessThan(0.1);
    const apart = await judgeCity(CITY, async ({ index, told }) => told.map((_, at) => `${index} ${at}`));
    expect(apart.verdicts.size).toBe(0);
    expect(apart.allowed.found).toBe(0);
  });

  it('is the same for the same seed, and another for another', () => {
    const digest = (seed: number): string =>
      createHash('sha256')
        .update(JSON.stringify(makeQuarter(cityOf(seed, 3_000), 1).told))
        .digest('hex');
    expect(digest(1)).toBe(digest(1));
    expect(digest(1)).not.toBe(digest(2));
  });

  it('has every trap in it', () => {
    const traps = new Set(
      Array.from({ length: 3 }, (_, at) => makeQuarter(CITY, at)).flatMap(({ people }) =>
        people.map(({ trap }) => trap),
      ),
    );
    expect([...traps].sort()).toEqual(
      expect.arrayContaining(['household', 'kept', 'passed_on', 'slip', 'two_accounts']),
    );
  });
});
