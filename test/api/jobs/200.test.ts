import { expect, it } from 'vitest';
import { jobList, jobView } from '../../../schemas/wire/ops.ts';
import { openHouse, read } from '../house.ts';

const PULL = '/v1/sources/pospal/main/pulls/tickets';

it('a pull is a job that is found, listed newest first, and steered', async () => {
  const { ask, post } = await openHouse();
  const first = await read(await post(PULL, {}), jobView);
  expect(first).toMatchObject({ kind: 'pull:pospal', state: 'queued', done: 0, total: null, started: null });
  expect(first.result).toEqual({ from: null, to: null });
  const second = await read(await post(PULL, { from: '2026-03-01T00:00:00+08:00' }), jobView);
  expect(second.result).toEqual({ from: Date.parse('2026-03-01T00:00:00+08:00'), to: null });
  expect(await read(await ask(`/v1/jobs/${first.id}`), jobView)).toEqual(first);

  const page = await read(await ask('/v1/jobs?limit=1'), jobList);
  expect(page.items.map(({ id }) => id)).toEqual([second.id]);
  const rest = await read(await ask(`/v1/jobs?limit=1&after=${page.next}`), jobList);
  expect([rest.items.map(({ id }) => id), rest.next]).toEqual([[first.id], null]);

  for (const [how, state] of Object.entries({ pause: 'paused', resume: 'queued', cancel: 'cancelled' })) {
    expect((await read(await post(`/v1/jobs/${first.id}/${how}`, {}), jobView)).state).toBe(state);
  }
  expect((await read(await post(`/v1/jobs/${first.id}/resume`, {}), jobView)).state).toBe('cancelled');
});

it('reading takes ops:read, steering admin, pulling sources:write', async () => {
  const { ask, post, keyFor } = await openHouse();
  const { id } = await read(await post(PULL, {}, await keyFor('sources:write')), jobView);
  const reader = await keyFor('ops:read');
  expect((await ask(`/v1/jobs/${id}`, { key: reader })).status).toBe(200);
  expect((await ask('/v1/jobs', { key: reader })).status).toBe(200);
  expect((await post(`/v1/jobs/${id}/cancel`, {}, reader)).status).toBe(403);
  expect((await post(PULL, {}, reader)).status).toBe(403);
});
