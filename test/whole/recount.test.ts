import { describe, expect, it } from 'vitest';
import { entryOf, type HistoryOptions, makeHistory } from './history.ts';
import { openWhole, removeDirectory, withWhole } from './house.ts';
import { recount } from './recount.ts';
import { countable, ownedEvents, timelineOf, viewOf } from './views.ts';

const cases: HistoryOptions[] = Array.from({ length: Number(process.env.N ?? 6) }, (_, at) => ({
  seed: Number(process.env.SEED ?? 1) + at,
  events: 60 + 60 * (at % 3),
  people: 3 + (at % 4),
}));

describe('views are what a recount says', () => {
  it.each(cases)('%o', async (options) => {
    await withWhole({}, async (whole) => {
      const history = makeHistory(options);
      await whole.deliver(history.map(entryOf), [1, 7, 30]);
      const owned = await ownedEvents(whole, history);
      const expected = recount(owned);
      for (const [id, { following: _, ...told }] of expected) {
        const view = await viewOf(whole, id);
        expect(countable(view, await timelineOf(whole, id))).toEqual(told);
      }
    });
  });
});
