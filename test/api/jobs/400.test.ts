import { expect, it } from 'vitest';
import { openHouse, problemOf } from '../house.ts';

const PULL = '/v1/sources/pospal/main/pulls/tickets';

it.each([
  [{ from: 'yesterday' }, /^body\.from: /],
  [{ from: '2026-03-01 00:00:00' }, /^body\.from: /],
  [{ from: '2026-03-01T00:00:00+08:00', to: 7 }, /^body\.to: /],
])('body_malformed: %o', async (body, detail) => {
  const { post } = await openHouse();
  const problem = await problemOf(await post(PULL, body));
  expect(problem).toMatchObject({ status: 400, code: 'body_malformed' });
  expect(problem.detail).toMatch(detail);
});

it('cursor_invalid for a list that goes on after no job', async () => {
  const { ask } = await openHouse();
  expect((await problemOf(await ask('/v1/jobs?after=nothing'))).code).toBe('cursor_invalid');
});

it('503 source_incomplete where the source lacks what its pull needs', async () => {
  const { post } = await openHouse();
  const problem = await problemOf(await post('/v1/sources/pospal/other/pulls/tickets', {}));
  expect(problem).toMatchObject({ status: 503, code: 'source_incomplete' });
});
