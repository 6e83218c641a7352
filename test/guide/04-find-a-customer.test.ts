import { beforeAll, expect, it } from 'vitest';
import type { CustomerView } from '../../schemas/customer.ts';
import { type Problem, talkToServer } from './talk.ts';

// # 4. Finding a customer
//
// Somebody calls, writes or stands at the till, and says who they are in their own way.
const { get, post } = talkToServer();

const base = { channel: 'crm', source: 'members', time: '2026-03-01T10:00:00+08:00', type: 'member_joined' };
const people = [
  {
    ...base,
    id: 'chen',
    identifiers: [
      { kind: 'mobile', value: '13900001234' },
      { kind: 'member_card', scope: 'acme', value: '0042' },
      { kind: 'wechat_openid', scope: 'wx0123456789abcdef', value: 'oChen_0123456789abcdefghijkl' },
      { kind: 'email', value: 'Siyuan@Example.cn', verified: true },
    ],
    traits: { name: '陈思远', birthday: '1990-05-12', city: '北京市' },
  },
  {
    ...base,
    id: 'ouyang',
    identifiers: [{ kind: 'mobile', value: '18600005678' }],
    traits: { name: '歐陽雨晴', city: '上海市' },
  },
];

let chen = '';
beforeAll(async () => {
  await post('/v1/events?wait=queryable', { events: people });
  chen = (await get<CustomerView>('/v1/customers?kind=member_card&scope=acme&value=0042')).body.id;
});

// Every identifier leads there, in whatever spelling. A number may have blanks, hyphens, full-width digits or a
// country code; a `+` in a URL is `%2B`, and a blank in its place is forgiven. Leading zeros of a card are part of
// it.
it.each([
  'kind=mobile&value=13900001234',
  'kind=mobile&value=%2B86 139-0000-1234',
  'kind=mobile&value=１３９００００１２３４',
  'kind=member_card&scope=acme&value=0042',
  'kind=wechat_openid&scope=wx0123456789abcdef&value=oChen_0123456789abcdefghijkl',
  'kind=email&value=siyuan@example.cn',
])('finds 陈思远 by %s', async (query) => {
  expect((await get<CustomerView>(`/v1/customers?${query}`)).body.id).toBe(chen);
});

// Nobody has that number: 404. That can be no number: 400, and what it is. The same string in another scope is
// another identifier, and that is nobody's either.
it('tells nobody from nonsense', async () => {
  expect((await get<Problem>('/v1/customers?kind=mobile&value=13900009999')).body.code).toBe('customer_unknown');
  const masked = await get<Problem>('/v1/customers?kind=mobile&value=139****1234');
  expect(masked.body).toMatchObject({ code: 'identifier_malformed', status: 400, reason: 'mobile_masked' });
  expect((await get('/v1/customers?kind=member_card&scope=other&value=0042')).status).toBe(404);
});

// Up to 1,000 identifiers in one call, answered in order; `?fields=id` leaves the views out.
it('looks many up at once', async () => {
  const identifiers = [
    { kind: 'mobile', value: '13900001234' },
    { kind: 'mobile', value: '13900009999' },
  ];
  const { body } = await post<{ results: { customer: { id: string } | null; reason?: string }[] }>(
    '/v1/customers/lookup?fields=id',
    { identifiers },
  );
  expect(body.results).toEqual([{ customer: { id: chen } }, { customer: null, reason: 'customer_unknown' }]);
});

// The search box takes names whole, by surname, in pinyin or its initials, in traditional or simplified characters,
// and the end of a number. It asks the analytic store, which holds keyed hashes of these and no names.
it.each([
  ['陈思远', '陈思远'],
  ['chensiyuan', '陈思远'],
  ['csy', '陈思远'],
  ['欧阳', '歐陽雨晴'],
  ['5678', '歐陽雨晴'],
  ['139****1234', '陈思远'],
])('finds by %s', async (text, name) => {
  const { body } = await post<{ items: CustomerView[] }>('/v1/customers/search', { text });
  expect(body.items.map(({ traits }) => traits.name?.value)).toEqual([name]);
});

// Keys carry scopes. One without `pii:read` may look a caller up by the number that the telephone shows, and sees
// masks: enough to greet, too little to take away.
it('shows only what a key may see', async () => {
  const made = await post<{ key: string }>('/v1/keys', { name: 'call centre', scopes: ['customers:read'] });
  const { body } = await get<CustomerView>('/v1/customers?kind=mobile&value=13900001234', made.body.key);
  expect(body.id).toBe(chen);
  expect(body.traits.name?.value).toBe('陈**');
  expect(body.traits.birthday?.value).toBe('1990-**-**');
  expect(body.traits.city?.value).toBe('北京市');
  expect(body.identifiers.map(({ value }) => value)).toContain('+86139****1234');

  const refused = await post<Problem>('/v1/events', { events: [] }, made.body.key);
  expect(refused.body).toMatchObject({ code: 'scope_missing', scope: 'events:write' });
});
