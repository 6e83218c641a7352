import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cityOf, deliveries, makeQuarter } from '../../bench/city/city.ts';
import { judgeCity } from '../../bench/city/judge.ts';
import { naiveScore } from '../../bench/city/print.ts';
import { withWhole } from './house.ts';

/** A small city of `bench/identity.ts`, whose truth is known: what the bench shows of a large one holds here. */
const CITY = cityOf(1, 3_000);

describe('a city whose truth is known', () => {
  it('has nobody merged who was told apart, and everybody together whom the evidence allows', () =>
    withWhole({}, async (whole) => {
      for (const entries of deliveries(CITY)) await whole.deliver(entries, [700, 1, 90]);
      const judged = await judgeCity(whole, CITY);
      expect(judged.faults.map(({ traps, events }) => [traps, ...events])).toEqual([]);
      expect(judged.verdicts.get('fault')?.pairs ?? 0).toBe(0);
      expect(judged.across).toBe(0);
      expect(judged.allowed.found / judged.allowed.pairs).toBeGreaterThanOrEqual(0.999);
      // What the evidence allows must not be defined away: all but the islands and shared numbers of a person.
      expect(judged.allowed.pairs / judged.all.pairs.same).toBeGreaterThan(0.9);
      expect(judged.all.pairs.precision).toBeGreaterThan(3 * naiveScore(CITY, true).pairs.precision);
    }));

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
