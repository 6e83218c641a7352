import { expect, it } from 'vitest';
import { openHouse, problemOf } from '../house.ts';

it('scope_missing: reading suggestions is not deciding them', async () => {
  const { ask, post, keyFor } = await openHouse();
  const key = await keyFor('customers:read');
  expect((await ask('/v1/suggestions', { key })).status).toBe(200);
  expect((await problemOf(await post('/v1/suggestions/runs', {}, key))).code).toBe('scope_missing');
  const problem = await problemOf(await post('/v1/suggestions/s1', { decision: 'merge', reason: 'r' }, key));
  expect(problem).toMatchObject({ status: 403, code: 'scope_missing' });
});
