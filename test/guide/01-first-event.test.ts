import { expect, it } from 'vitest';
import type { DeadLetterView, EventResult, Page, TimelineEvent } from '../../api/port.ts';
import type { CustomerView } from '../../schemas/customer.ts';
import { type Problem, talkToServer } from './talk.ts';

// # 1. Start, and a first event
//
// `npm start` needs nothing but Node.js: no server beside it, no configuration. Log, identity store and analytic
// store are files in the directory `HUAXIANG_DATA` names. The first start makes an admin key and shows it once; here
// the key is given in `HUAXIANG_ADMIN_KEY`. Port 0 picks a free port.
const { get, post } = talkToServer();

type Results = { results: EventResult[] };

// `/healthz` says that the process lives, `/readyz` that it can take and answer. Neither wants a key; everything that
// tells of customers does.
it('is ready, and shows customers to nobody without a key', async () => {
  expect((await get('/readyz', '')).status).toBe(200);
  const refused = await get<Problem>('/v1/customers?kind=mobile&value=13900001234', '');
  expect(refused.status).toBe(401);
  expect(refused.body.code).toBe('key_missing');
});

// An event says who, what and when: identifiers, a type, a time with its offset. Traits are claims about the person,
// not truths. The answer comes once the event is on disk; `?wait=applied` waits until it shows in every answer about
// single customers, and then tells whose the event is.
const joined = {
  id: 'first-event',
  ...{ channel: 'pos', source: 'beijing', type: 'member_joined', time: '2026-03-01T10:00:00+08:00' },
  identifiers: [
    { kind: 'mobile', value: '139 0000 1234' },
    { kind: 'member_card', scope: 'acme', value: '0042' },
  ],
  traits: { name: '陈思远', city: '北京市' },
};

it('takes an event and makes a customer of it', async () => {
  const { status, body } = await post<Results>('/v1/events?wait=applied', { events: [joined] });
  expect(status).toBe(200);
  expect(body.results[0]).toMatchObject({ id: 'first-event', fate: 'accepted' });

  const found = await get<CustomerView>('/v1/customers?kind=mobile&value=13900001234');
  expect(found.body.id).toBe(body.results[0]?.customer_id);
  expect(found.body.identifiers.map(({ kind, value }) => [kind, value])).toEqual([
    ['member_card', '0042'],
    ['mobile', '+8613900001234'],
  ]);
});

// Every trait says who claimed it, in which event, and which rule let this claim win. `only` means that nobody
// claimed anything else.
it('knows where each value comes from', async () => {
  const { body } = await get<CustomerView>('/v1/customers?kind=mobile&value=13900001234');
  expect(body.traits.name).toMatchObject({ value: '陈思远', channel: 'pos', event: 'first-event', rule: 'only' });
});

// Platforms and programs send things twice. An event is known by channel, source and id: the first one stands, and a
// repeat is told so. It changes nothing, whatever it says.
it('counts nothing twice', async () => {
  const again = await post<Results>('/v1/events?wait=applied', { events: [joined] });
  expect(again.body.results[0]).toMatchObject({ fate: 'duplicate', reason: 'seen_before' });
  const other = await post<Results>('/v1/events?wait=applied', { events: [{ ...joined, traits: { city: '上海市' } }] });
  expect(other.body.results[0]).toMatchObject({ fate: 'duplicate', reason: 'duplicate_differs' });

  const { body } = await get<CustomerView>('/v1/customers?kind=mobile&value=13900001234');
  expect(body.metrics.events).toBe(1);
  expect(body.traits.city?.value).toBe('北京市');
});

// In a batch each event has a fate of its own. One that does not fit is kept as a dead letter with the path of what
// is wrong; an identifier that can be no key leaves its event accepted, and is told beside it.
it('gives every event a fate and a reason', async () => {
  const base = { channel: 'pos', source: 'beijing', type: 'store_visited', time: '2026-03-02T10:00:00+08:00' };
  const good = { ...base, id: 'second', identifiers: [{ kind: 'mobile', value: '13900001234' }] };
  const masked = { ...base, id: 'third', identifiers: [{ kind: 'mobile', value: '138****1234' }] };
  const late = { ...base, id: 'fourth', time: 'yesterday' };
  const { body } = await post<Results>('/v1/events?wait=applied', { events: [good, masked, late] });
  expect(body.results).toMatchObject([
    { fate: 'accepted' },
    { fate: 'accepted', reason: 'anonymous', identifiers: [{ index: 0, reason: 'mobile_masked' }], customer_id: null },
    { fate: 'dead-letter', reason: 'event_malformed', detail: 'time: RFC 3339 with offset' },
  ]);

  const fates = await get<{ items: { fate: string; count: number }[] }>('/v1/fates');
  expect(fates.body.items.reduce((sum, { count }) => sum + count, 0)).toBe(6);
  const letters = await get<Page<DeadLetterView>>('/v1/deadletters?fate=dead-letter');
  expect(letters.body.items).toHaveLength(1);
});

// What happened to a customer is a list of events, newest first, as they were taken.
it('tells the story of a customer', async () => {
  const { body } = await get<CustomerView>('/v1/customers?kind=member_card&scope=acme&value=0042');
  const events = await get<Page<TimelineEvent>>(`/v1/customers/${body.id}/events`);
  expect(events.body.items.map(({ id }) => id)).toEqual(['second', 'first-event']);
});
