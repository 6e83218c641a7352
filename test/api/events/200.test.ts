import { expect, it } from 'vitest';
import { Problem } from '../../../schemas/errors.ts';
import { eventResults } from '../../../schemas/wire/ingest.ts';
import { EVENT, openHouse, problemOf, read } from '../house.ts';

it('answers each event in order with its fate', async () => {
  const { post } = await openHouse();
  const answer = await post('/v1/events?wait=applied', { events: [EVENT, { nothing: true }, EVENT] });
  expect(answer.status).toBe(200);
  const { results } = await read(answer, eventResults);
  expect(results).toMatchObject([
    { id: EVENT.id, fate: 'accepted', customer_id: 'c1' },
    { id: null, fate: 'dead-letter', reason: 'event_malformed' },
    { id: EVENT.id, fate: 'duplicate', reason: 'seen_before', customer_id: 'c1' },
  ]);
});

it('takes an empty list as a barrier', async () => {
  const { post } = await openHouse();
  expect(await (await post('/v1/events?wait=applied', { events: [] })).json()).toEqual({ results: [] });
});

it('202 with the same body when the wait runs out', async () => {
  const { post } = await openHouse();
  const answer = await post('/v1/events?wait=queryable', { events: [EVENT] });
  expect(answer.status).toBe(202);
  expect((await read(answer, eventResults)).results[0]?.id).toBe(EVENT.id);
});

it('400 for a wait there is none of', async () => {
  const { post } = await openHouse();
  expect((await problemOf(await post('/v1/events?wait=forever', { events: [] }))).detail).toMatch(/^query\.wait: /);
});

it('503 overloaded and storage_full say when to come again', async () => {
  const { services, post } = await openHouse();
  services.events.accept = async () => {
    throw new Problem('overloaded', 'too many events wait', { retry_after: 2 });
  };
  const answer = await post('/v1/events', { events: [EVENT] });
  expect(answer.headers.get('retry-after')).toBe('2');
  expect(await problemOf(answer)).toMatchObject({ status: 503, code: 'overloaded', retry: 'later' });
});

it('looks events up by channel, source and id', async () => {
  const { post } = await openHouse();
  await post('/v1/events', { events: [EVENT] });
  const { channel, source, id } = EVENT;
  const events = [
    { channel, source, id },
    { channel, source, id: 17 },
  ];
  const { results } = await read(await post('/v1/events/lookup', { events }), eventResults);
  expect(results).toEqual([
    { id, fate: 'accepted', customer_id: 'c1' },
    { id: '17', fate: 'unknown', customer_id: null },
  ]);
});
