import { expect, it } from 'vitest';
import { openHouse, problemOf } from '../house.ts';

it.each(['?min=2', '?min=-0.1', '?min=high', '?state=undone'])('body_malformed: %s', async (query) => {
  const { ask } = await openHouse();
  expect(await problemOf(await ask(`/v1/suggestions${query}`))).toMatchObject({ status: 400, code: 'body_malformed' });
});

it.each([{}, { decision: 'split', reason: 'r' }, { decision: 'merge' }, { decision: 'merge', reason: '' }])(
  'body_malformed: %o',
  async (body) => {
    const { post } = await openHouse();
    expect((await problemOf(await post('/v1/suggestions/s1', body))).code).toBe('body_malformed');
  },
);

it('cursor_invalid', async () => {
  const { ask } = await openHouse();
  expect((await problemOf(await ask('/v1/suggestions?after=nothing'))).code).toBe('cursor_invalid');
});
