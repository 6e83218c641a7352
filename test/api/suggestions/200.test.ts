import { expect, it } from 'vitest';
import { jobView } from '../../../schemas/wire/ops.ts';
import { suggestionList, suggestionView } from '../../../schemas/wire/suggestions.ts';
import { openHouse, read } from '../house.ts';

it('starts a run as a job', async () => {
  const { post } = await openHouse();
  const job = await read(await post('/v1/suggestions/runs', {}), jobView);
  expect(job).toMatchObject({ kind: 'suggestions', state: 'queued' });
});

it('lists the most probable first, from a probability on', async () => {
  const { ask } = await openHouse();
  const ids = async (query: string): Promise<string[]> =>
    (await read(await ask(`/v1/suggestions${query}`), suggestionList)).items.map(({ id }) => id);
  expect(await ids('')).toEqual(['s2', 's1']);
  expect(await ids('?min=0.9')).toEqual(['s2']);
  expect(await ids('?min=0.99')).toEqual([]);
});

it.each([
  ['merge', 'merged'],
  ['keep_apart', 'kept_apart'],
  ['later', 'later'],
])('decides: %s', async (decision, state) => {
  const { ask, post } = await openHouse();
  const decided = await read(await post('/v1/suggestions/s2', { decision, reason: 'seen' }), suggestionView);
  expect(decided.state).toBe(state);
  const left = await read(await ask('/v1/suggestions'), suggestionList);
  expect(left.items.map(({ id }) => id)).toEqual(state === 'later' ? ['s2', 's1'] : ['s1']);
  const found = await read(await ask(`/v1/suggestions?state=${state}`), suggestionList);
  expect(found.items.map(({ id }) => id)).toEqual(['s2']);
});
