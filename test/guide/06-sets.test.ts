import { beforeAll, expect, it } from 'vitest';
import type { CustomerView } from '../../schemas/customer.ts';
import { type Problem, talkToServer } from './talk.ts';

// # 6. Asking for sets
//
// Who bought twice since March and may be written to? Sets and sums are answered by the analytic store, in one filter
// language. It shows what the identity store has committed within about two seconds; `?wait=queryable` waits for it.
const { get, post } = talkToServer();

type Found = { items: Record<string, unknown>[]; total: number; next: string | null };
type Person = { card: string; city: string; paid: string[]; marketing: 'granted' | 'withdrawn' };
const PEOPLE: Person[] = [
  { card: '1', city: '北京市', paid: ['99.00', '259.00'], marketing: 'granted' },
  { card: '2', city: '北京市', paid: ['1299.00'], marketing: 'granted' },
  { card: '3', city: '上海市', paid: ['59.00', '177.00'], marketing: 'withdrawn' },
];

function eventsOf({ card, city, paid, marketing }: Person): object[] {
  const identifiers = [{ kind: 'member_card', scope: 'acme', value: card }];
  const base = { channel: 'shop', source: 'web', time: '2026-03-01T10:00:00+08:00', identifiers };
  return [
    { ...base, id: `j${card}`, type: 'member_joined', traits: { city, name: `陈${card}号`, level: 'gold' } },
    { ...base, id: `c${card}`, type: 'consent_changed', consent: { purpose: 'marketing', state: marketing } },
    ...paid.map((total, at) => ({
      ...{ ...base, id: `o${card}-${at}`, type: 'order_paid', properties: { coupon: at === 0 ? 'SPRING' : 'NONE' } },
      order: { id: `${card}-${at}`, currency: 'CNY', total, items: [{ sku: 'SKU1', quantity: '1', price: total }] },
    })),
  ];
}

const idOf = async (card: string): Promise<string> =>
  (await get<CustomerView>(`/v1/customers?kind=member_card&scope=acme&value=${card}`)).body.id;
const query = (body: object) => post<Found>('/v1/customers/query', body);

beforeAll(async () => {
  await post('/v1/events?wait=queryable', { events: PEOPLE.flatMap(eventsOf) });
});

// Conditions are on fields of the customer, joined by `all`, `any` and `not`. What is asked for comes back under the
// name it was asked by.
it('asks for fields', async () => {
  const where = {
    all: [
      { field: 'traits.city', op: 'eq', value: '北京市' },
      { field: 'consents.marketing', op: 'eq', value: 'granted' },
    ],
  };
  const sort = [{ field: 'metrics.spend.CNY', dir: 'desc' }];
  const { body } = await query({ where, fields: ['metrics.orders', 'metrics.spend.CNY'], sort });
  expect(body).toEqual({
    items: [
      { id: await idOf('2'), 'metrics.orders': 1, 'metrics.spend.CNY': '1299.00' },
      { id: await idOf('1'), 'metrics.orders': 2, 'metrics.spend.CNY': '358.00' },
    ],
    ...{ total: 2, next: null },
  });
});

// `did` asks what somebody did: how often, when, with what, for how much in all. Money compares as a decimal, never
// as a float.
it('asks for deeds', async () => {
  const twice = {
    did: 'order_paid',
    times: { gte: 2 },
    between: ['2026-03-01T00:00:00+08:00', '2026-03-31T23:59:59+08:00'],
  };
  expect((await query({ where: twice })).body.total).toBe(2);
  const spent = { did: 'order_paid', sum: { field: 'order.total', currency: 'CNY', gte: '358' } };
  expect((await query({ where: { all: [twice, spent] } })).body.items).toEqual([{ id: await idOf('1') }]);
  const never = { not: { did: 'order_paid', where: { field: 'properties.coupon', op: 'eq', value: 'NONE' } } };
  expect((await query({ where: never })).body.items).toEqual([{ id: await idOf('2') }]);
});

// Sums by group.
it('sums', async () => {
  const { body } = await post<{ rows: unknown[] }>('/v1/customers/aggregate', {
    ...{ where: { field: 'traits.level', op: 'eq', value: 'gold' }, group_by: ['traits.city'] },
    measures: ['count', 'sum:metrics.spend.CNY'],
  });
  const rows = [
    { 'traits.city': '上海市', count: 1, 'sum:metrics.spend.CNY': '236.00' },
    { 'traits.city': '北京市', count: 2, 'sum:metrics.spend.CNY': '1657.00' },
  ];
  expect(body.rows).toHaveLength(rows.length);
  expect(body.rows).toEqual(expect.arrayContaining(rows));
});

// A field that does not exist is refused, and the nearest ones are named. Names, numbers and addresses are encrypted:
// no filter can ask for them, though a key with `pii:read` may have them among its fields.
it('refuses what it cannot answer', async () => {
  const typo = await post<Problem>('/v1/customers/query', { where: { field: 'traits.citty', op: 'eq', value: 'x' } });
  expect(typo.body.code).toBe('field_unknown');
  expect(typo.body.nearest).toContain('traits.city');
  const name = await post<Problem>('/v1/customers/query', { where: { field: 'traits.name', op: 'eq', value: 'x' } });
  expect(name.body.code).toBe('field_unknown');
  const shown = await query({ where: { field: 'metrics.spend.CNY', op: 'gt', value: 1000 }, fields: ['traits.name'] });
  expect(shown.body.items).toEqual([{ id: await idOf('2'), 'traits.name': '陈2号' }]);
});

// Pages go on from a cursor, and the total is there from the first.
it('pages', async () => {
  const first = await query({ where: { all: [] }, limit: 2 });
  expect([first.body.items.length, first.body.total]).toEqual([2, 3]);
  const rest = await query({ where: { all: [] }, limit: 2, after: first.body.next });
  expect([rest.body.items.length, rest.body.next]).toEqual([1, null]);
});
