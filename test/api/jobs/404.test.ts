import { expect, it } from 'vitest';
import { openHouse, problemOf } from '../house.ts';

it.each(['/v1/jobs/nothing', '/v1/jobs/%00', '/v1/jobs/a%20b'])('job_unknown: %s', async (path) => {
  const { ask } = await openHouse();
  expect(await problemOf(await ask(path))).toMatchObject({ status: 404, code: 'job_unknown', retry: 'no' });
});

it.each(['cancel', 'pause', 'resume'])('job_unknown: %s', async (how) => {
  const { post } = await openHouse();
  expect((await problemOf(await post(`/v1/jobs/nothing/${how}`, {}))).code).toBe('job_unknown');
});

it.each([
  'pospal/main/pulls/nothing',
  'nothing/main/pulls/tickets',
  'pospal/main/pulls/%20',
  'pospal/%00/pulls/tickets',
])('source_unknown: %s', async (path) => {
  const { post } = await openHouse();
  expect((await problemOf(await post(`/v1/sources/${path}`, {}))).code).toBe('source_unknown');
});
