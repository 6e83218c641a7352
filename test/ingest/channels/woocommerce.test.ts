import { describe, expect, it } from 'vitest';
import type { Item, Verdict } from '../../../ingest/channel.ts';
import { bytes, channelOf, dropped, event, events, filesOf, headersOf, hmacOf, NOW, send, texts } from './door.ts';

const NAME = 'woocommerce';
const SHOP = 'shop.example.cn';
const SETTINGS = { shop: SHOP, ...texts('secrets.json', 'woocommerce') };
const OWN = { shop: 'other', secret: 'own secret' };
const sample = (name: string, settings: unknown = SETTINGS): Verdict =>
  send(NAME, settings, {
    body: bytes(`${NAME}/${name}.body.json`),
    headers: headersOf(`${NAME}/${name}.headers.json`),
  });
function push(topic: string, body: unknown, headers: Record<string, string> = {}, settings: object = OWN): Verdict {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body, null, 2);
  const own = { 'x-wc-webhook-topic': topic, 'x-wc-webhook-delivery-id': 'd1' };
  const signature = { 'x-wc-webhook-signature': hmacOf(OWN.secret, text) };
  return send(NAME, settings, { body: text, headers: { ...own, ...signature, ...headers } });
}
function itemOf(verdict: Verdict): Item {
  if (verdict.verdict !== 'taken' || !verdict.items[0]) throw new Error('not taken');
  return verdict.items[0];
}
const customer = (value: string, scope = SHOP) => ({ kind: 'woo_customer', scope, value });
const BUYER = [
  customer('26'),
  { kind: 'mobile', value: '0137-0000-4321' },
  { kind: 'email', value: 'wang@example.cn', verified: false },
];

describe('the samples', () => {
  it('are all tried', () => {
    expect(filesOf(NAME).filter((file) => file.includes('.body.'))).toHaveLength(3);
  });

  it('a paid order', () => {
    const verdict = sample('order.created');
    expect(verdict).toMatchObject({ reply: { status: 200, body: '' } });
    const told = event(NAME, verdict);
    expect(told).toMatchObject({
      ...{ id: 'd290f1ee6c544b0190e6d701748f0851', type: 'order_paid', time: '2026-03-02T12:01:05Z' },
      traits: { name: '王建国', province: '江苏省', city: '南京市' },
    });
    expect(told.identifiers).toEqual(BUYER);
    expect(told.order).toEqual({
      ...{ id: '727', currency: 'CNY', total: '198.00', store: 'NJ003' },
      items: [{ sku: 'TS-001', name: '纯棉T恤', quantity: '2', price: '99.00' }],
    });
    expect(told.properties).toMatchObject({
      ...{ status: 'processing', topic: 'order.created', payment_method: 'wechatpay', created_via: 'checkout' },
      receiver: { name: '刘芳', mobile: '137 0000 4321', province: '江苏省', address: '中山路100号' },
    });
  });

  it('an order that was refunded is its refund', () => {
    const told = event(NAME, sample('order.updated-refunded'));
    expect(told).toMatchObject({
      ...{ id: 'd290f1ee6c544b0190e6d701748f0852', type: 'order_refunded', time: '2026-03-06T02:00:00Z' },
      properties: { status: 'refunded', reason: '尺码不合' },
    });
    expect(told.identifiers).toEqual(BUYER);
    expect(told.order).toEqual({ id: '731', original_id: '727', currency: 'CNY', total: '198.00' });
  });

  it('the ping, which comes unsigned', () => {
    const verdict = send(NAME, SETTINGS, { body: bytes(`${NAME}/ping.body.txt`) });
    expect(verdict).toMatchObject({ verdict: 'taken', reply: { status: 200, body: '' } });
    expect(dropped(NAME, verdict)).toMatchObject({ fate: 'ignored', reason: 'test_payload' });
  });

  it.each(['order.created', 'order.updated-refunded'])('all fields of %s are known', (name) => {
    expect(channelOf(NAME).unknownFields(itemOf(sample(name)))).toEqual([]);
  });
});

const ORDER = {
  ...{ id: 9007199254740991, number: 'S-12', currency: 'HKD', total: '20', discount_total: '2.50', customer_id: 5 },
  ...{ date_created: '2026-01-01T08:00:00', date_modified: '2026-01-02T08:00:00' },
  ...{ date_created_gmt: '2026-01-01T00:00:01', date_modified_gmt: '2026-01-02T00:00:01' },
  billing: { last_name: 'Chen', first_name: 'Siyuan', email: 'S@x.cn', phone: '', country: 'HK', state: 'KOWLOON' },
  shipping: { last_name: '李', first_name: '四', phone: '18600005678', state: 'CN20', city: '深圳市' },
  line_items: [{ quantity: 3, product_id: 7, variation_id: 0, sku: '', name: 'Tee', price: 6.666666666666667 }],
};

describe('orders of another shop', () => {
  it.each([
    ['order.created', 'pending', 'order_created', '2026-01-01T00:00:01Z'],
    ['order.updated', 'on-hold', 'order_created', '2026-01-02T00:00:01Z'],
    ['order.created', 'processing', 'order_paid', '2026-01-02T00:00:01Z'],
    ['order.updated', 'completed', 'order_completed', '2026-01-02T00:00:01Z'],
    ['order.updated', 'cancelled', 'order_cancelled', '2026-01-02T00:00:01Z'],
    ['order.updated', 'failed', 'order_cancelled', '2026-01-02T00:00:01Z'],
    ['order.restored', 'wc-completed', 'order_completed', '2026-01-02T00:00:01Z'],
  ])('%s %s', (topic, status, type, time) => {
    const told = event(NAME, push(topic, { ...ORDER, status }));
    expect(told).toMatchObject({ id: 'd1', type, time, properties: { order_number: 'S-12' } });
    expect(told.identifiers).toEqual([customer('5', 'other'), { kind: 'email', value: 'S@x.cn', verified: false }]);
    expect(told.traits).toEqual({ name: 'Siyuan Chen' });
    expect(told.order).toEqual({
      ...{ id: '9007199254740991', currency: 'HKD', total: '20.00', discount: '2.50' },
      items: [{ sku: '7', name: 'Tee', quantity: '3', price: '6.6667' }],
    });
  });

  it('a guest is nobody’s customer', () => {
    const told = event(NAME, push('order.created', { ...ORDER, status: 'pending', customer_id: 0 }));
    expect(told.identifiers).toEqual([{ kind: 'email', value: 'S@x.cn', verified: false }]);
    const bare = { ...ORDER, status: 'pending', customer_id: '0', billing: {} };
    expect(event(NAME, push('order.created', bare))).toMatchObject({ type: 'order_created', identifiers: [] });
  });

  it('each refund is an event behind its order', () => {
    const refunds = [
      { id: 33, reason: '', total: '-5.5' },
      { id: 32, reason: 'stock only', total: '0.00' },
      { id: 31, reason: '破损', total: '-1.25' },
    ];
    const told = events(NAME, push('order.updated', { ...ORDER, status: 'completed', refunds }));
    expect(told.map(({ id, type, order }) => [id, type, order?.id, order?.original_id, order?.total])).toEqual([
      ['d1', 'order_completed', '9007199254740991', undefined, '20.00'],
      ['d1#2', 'order_refunded', '33', '9007199254740991', '5.50'],
      ['d1#3', 'order_refunded', '31', '9007199254740991', '1.25'],
    ]);
    expect(told[2]?.identifiers).toEqual(told[0]?.identifiers);
    const whole = events(NAME, push('order.updated', { ...ORDER, status: 'refunded', refunds }));
    expect(whole.map(({ id, order }) => [id, order?.id])).toEqual([
      ['d1', '33'],
      ['d1#2', '31'],
    ]);
  });

  it('refunded without a list is one refund, however often it is told', () => {
    expect(event(NAME, push('order.updated', { ...ORDER, status: 'refunded', refunds: [] })).order).toEqual({
      ...{ id: '9007199254740991', original_id: '9007199254740991', currency: 'HKD', total: '20.00' },
    });
  });

  it('statuses of plugins are kept under the topic, and their refunds count', () => {
    const order = { ...ORDER, status: 'lay-away', refunds: [{ id: 1, total: '-1.00' }] };
    const told = events(NAME, push('order.updated', order));
    expect(told.map(({ id, type }) => [id, type])).toEqual([
      ['d1', 'custom:woocommerce.order.updated'],
      ['d1#2', 'order_refunded'],
    ]);
    expect(told[0]).toMatchObject({ properties: { status: 'lay-away' } });
    expect(told[0]?.order).toBeUndefined();
  });

  it('a payment of WeChat Pay bears its number', () => {
    const value = '4200009999202604010000000001';
    const told = event(NAME, push('order.created', { ...ORDER, status: 'processing', transaction_id: value }));
    expect(told.identifiers).toContainEqual({ kind: 'payment_id', scope: 'wechat-pay', value });
    const other = event(NAME, push('order.created', { ...ORDER, status: 'processing', transaction_id: '4200001' }));
    expect(other.identifiers?.map(({ kind }) => kind)).toEqual(['woo_customer', 'email']);
    expect(other.properties).toMatchObject({ transaction_id: '4200001' });
  });

  it('takes the shop’s clock for China’s where there is no UTC', () => {
    const local = { ...ORDER, status: 'processing', date_created_gmt: null, date_modified_gmt: '0000-00-00T00:00:00' };
    expect(event(NAME, push('order.updated', local)).time).toBe('2026-01-02T08:00:00+08:00');
  });

  it('keeps what it does not know, under keys of any name', () => {
    const body = JSON.stringify({ ...ORDER, status: 'pending', gift: { wrap: 1 } }).replace(
      '{',
      '{"__proto__":{"id":1},',
    );
    const told = event(NAME, push('order.created', body));
    expect(told.properties).toMatchObject({ gift: { wrap: 1 } });
    expect(told.order?.id).toBe('9007199254740991');
    expect(channelOf(NAME).unknownFields(itemOf(push('order.created', body)))).toEqual(['__proto__', 'gift']);
  });

  it.each([
    ['total', { total: 20 }, 'total: number, not string'],
    ['billing', { billing: 'Chen' }, 'billing: string, not map'],
    ['refunds', { refunds: { id: 1 } }, 'refunds: map, not list'],
    ['price', { line_items: [{ price: {} }] }, 'line_items[].price: map, not number or string'],
  ])('a changed %s is quarantined', (_, change, detail) => {
    expect(dropped(NAME, push('order.updated', { ...ORDER, status: 'pending', ...change }))).toMatchObject({
      ...{ fate: 'quarantined', reason: 'field_type_changed', detail },
    });
  });
});

describe('customers and other topics', () => {
  const CUSTOMER = {
    ...{ id: 26, email: 'own@x.cn', first_name: '雨晴', last_name: '欧阳', role: 'customer', username: 'yuqing' },
    ...{ date_created_gmt: '2026-01-01T00:00:00', date_modified_gmt: '2026-01-02T00:00:00', avatar_url: '' },
    billing: { first_name: 'Q', email: 'own@x.cn', phone: '+86 139 0000 1234', state: '广东省', city: '深圳市' },
    shipping: { first_name: '芳', last_name: '刘', state: 'CN11', city: '南京市' },
    is_paying_customer: true,
  };

  it.each([
    ['customer.created', '2026-01-01T00:00:00Z'],
    ['customer.updated', '2026-01-02T00:00:00Z'],
  ])('%s: a customer speaks for themselves', (topic, time) => {
    const told = event(NAME, push(topic, CUSTOMER));
    expect(told).toMatchObject({ id: 'd1', type: 'member_updated', time });
    expect(told.traits).toEqual({ name: '欧阳雨晴', province: '广东省', city: '深圳市' });
    expect(told.identifiers).toEqual([
      customer('26', 'other'),
      { kind: 'mobile', value: '+86 139 0000 1234' },
      { kind: 'email', value: 'own@x.cn', verified: false },
    ]);
    expect(told.properties).toMatchObject({ role: 'customer', is_paying_customer: true, receiver: { name: '刘芳' } });
  });

  it('a deleted customer is named by their id alone; told again it is the same', () => {
    const item = itemOf(push('customer.deleted', { id: 26 }));
    const contents = [NOW, NOW + 5000].map((received) => {
      const [outcome] = channelOf(NAME).map(item, { received, channel: NAME, source: 'main' });
      return outcome?.kind === 'event' ? outcome.content : null;
    });
    expect(contents[0]).toEqual(expect.any(String));
    expect(contents[1]).toBe(contents[0]);
    expect(event(NAME, push('customer.deleted', { id: 26 }))).toMatchObject({
      ...{ type: 'custom:woocommerce.customer.deleted', time: '2026-03-02T12:00:00+08:00' },
      identifiers: [customer('26', 'other')],
    });
  });

  it('a topic of a plugin with a buyer in it is kept under its name', () => {
    expect(event(NAME, push('subscription.renewed', { ...ORDER, status: 'active' }))).toMatchObject({
      ...{ type: 'custom:woocommerce.subscription.renewed', identifiers: [customer('5', 'other'), {}] },
    });
  });

  it.each([
    ['product.updated', { id: 93, name: '纯棉T恤', total: '1.00' }],
    ['coupon.created', { id: 4, code: 'spring' }],
    ['order.deleted', { id: 727 }],
    ['action.woocommerce_add_to_cart', { action: 'woocommerce_add_to_cart', arg: 'x' }],
  ])('%s is about nobody', (topic, body) => {
    expect(dropped(NAME, push(topic, body))).toMatchObject({ fate: 'ignored', reason: 'type_not_used' });
  });

  it.each([
    ['cut off', 'order.created', '{"id":1', {}, 'unreadable'],
    ['empty', 'order.created', '', {}, 'unreadable'],
    ['no UTF-8', 'order.created', Buffer.from([0x7b, 0xff, 0x7d]), {}, 'unreadable'],
    ['a thousand levels', 'order.created', '['.repeat(1000), {}, 'unreadable'],
    ['without a topic', '', '{}', {}, 'event_malformed'],
    ['without an id', 'order.created', '{}', { 'x-wc-webhook-delivery-id': '' }, 'event_malformed'],
  ])('signed and broken are kept as dead: %s', (_, topic, body, headers, reason) => {
    expect(dropped(NAME, push(topic, body, headers))).toMatchObject({ fate: 'dead-letter', reason });
  });
});

describe('the door', () => {
  const headers = headersOf(`${NAME}/order.created.headers.json`);
  const body = bytes(`${NAME}/order.created.body.json`);

  it('holds the signature over the very bytes', () => {
    expect(send(NAME, SETTINGS, { body, headers }).verdict).toBe('taken');
    const { 'x-wc-webhook-signature': _signature, ...unsigned } = headers;
    for (const request of [
      { headers, body: Buffer.concat([body, Buffer.from('\n')]) },
      { headers, body: Buffer.alloc(0) },
      { headers: unsigned, body },
      { headers, body, method: 'GET' as const },
      { headers: { ...headers, 'x-wc-webhook-signature': '' }, body },
    ]) {
      expect(send(NAME, SETTINGS, request)).toMatchObject({ verdict: 'refused', code: 'signature_wrong' });
    }
    expect(sample('order.created', OWN)).toMatchObject({ code: 'signature_wrong' });
  });

  it.each([
    'webhook_id=',
    'webhook_id=17&id=1',
    'webhook_id=17\n',
    ' webhook_id=17',
    'webhook_id=17a',
    'WEBHOOK_ID=17',
    '{"webhook_id":17}',
    '',
    '{}',
    `webhook_id=${'1'.repeat(21)}`,
  ])('takes nothing else unsigned: %j', (text) => {
    expect(send(NAME, SETTINGS, { body: text })).toMatchObject({ code: 'signature_wrong' });
  });

  it('a ping is no ping by GET, with a wrong signature, or while the secret is missing', () => {
    const ping = 'webhook_id=17';
    expect(send(NAME, SETTINGS, { body: ping, method: 'GET' })).toMatchObject({ code: 'signature_wrong' });
    expect(push('', ping, { 'x-wc-webhook-signature': 'x' })).toMatchObject({ code: 'signature_wrong' });
    expect(send(NAME, { shop: SHOP }, { body: ping })).toMatchObject({ code: 'source_incomplete' });
    expect(dropped(NAME, push('order.created', ping))).toMatchObject({ reason: 'test_payload' });
  });

  it('refuses everything while its secret is missing', () => {
    expect(sample('order.created', { shop: SHOP })).toMatchObject({ code: 'source_incomplete' });
    expect(sample('order.created', { secret: 'x' })).toMatchObject({ code: 'source_incomplete' });
  });
});
