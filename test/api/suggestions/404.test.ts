import { expect, it } from 'vitest';
import { openHouse, problemOf } from '../house.ts';

it.each(['nothing', '%00', 'a%20b'])('suggestion_unknown: %s', async (id) => {
  const { post } = await openHouse();
  const problem = await problemOf(await post(`/v1/suggestions/${id}`, { decision: 'merge', reason: 'r' }));
  expect(problem).toMatchObject({ status: 404, code: 'suggestion_unknown', retry: 'no' });
});
