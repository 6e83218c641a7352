import { describe, expect, it } from 'vitest';
import { type Pair, repeated, unordered, unorderedLife } from './checks.ts';

const hold = (pairs: readonly Pair[]): void => {
  for (const { found, expected, name } of pairs) expect(found, name).toEqual(expected);
};

describe('the order in which the log is read makes no difference', () => {
  it.each([
    { seed: 11, events: 100, people: 4 },
    { seed: 12, events: 100, people: 12 },
    { seed: 13, events: 100, people: 4, days: 500 },
  ])('events, seed $seed', async (options) => hold(await unordered(options)));

  it.each([
    { seed: 14, events: 100, people: 5 },
    { seed: 15, events: 100, people: 6, days: 300 },
  ])('events and decisions, seed $seed', async (options) => hold(await unorderedLife(options)));
});

describe('what was delivered already', () => {
  it('changes nothing, in a house that was opened again', async () => {
    hold(await repeated({ seed: 16, events: 120, people: 4 }));
  });
});
