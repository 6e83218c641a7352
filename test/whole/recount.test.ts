import { describe, expect, it } from 'vitest';
import { recounted } from './checks.ts';
import type { HistoryOptions } from './history.ts';

const CASES: HistoryOptions[] = [
  { seed: 1, events: 150, people: 1 },
  { seed: 6, events: 200, people: 1 },
  { seed: 2, events: 150, people: 3 },
  { seed: 3, events: 250, people: 5 },
  { seed: 4, events: 300, people: 14 },
  { seed: 5, events: 150, people: 4, days: 500 },
  { seed: 68, events: 200, people: 5, days: 700 },
];

describe('every view is what a recount of its events says', () => {
  it.each(CASES)('seed $seed: $events events of $people people', async (options) => {
    for (const { found, expected, name } of await recounted(options)) expect(found, name).toEqual(expected);
  });
});
