import { expect, it } from 'vitest';
import { makeDice } from '../profiles/population.ts';
import { makeHistory } from './history.ts';
import { withWhole } from './house.ts';
import { live } from './live.ts';
import { setsRecounted } from './sets.ts';

it.each([
  { seed: 21, events: 150, people: 4 },
  { seed: 22, events: 150, people: 10, days: 400 },
])('sets and sums say what the views say: seed $seed', async (options) => {
  await withWhole({ analytic: true, key: options.seed }, async (whole) => {
    const history = makeHistory(options);
    await live(whole, history, makeDice(options.seed));
    await whole.services.events.accept([], 'queryable');
    const pairs = await setsRecounted(whole, history, options.seed);
    for (const { found, expected, name } of pairs) expect(found, name).toEqual(expected);
  });
});
