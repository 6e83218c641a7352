import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../ingest/channel.ts';
import { bytes, dropped, event, filesOf, headersOf, hmacOf, NOW, send, texts } from './door.ts';

const NAME = 'shopify';
const SHOP = 'sample-brand-cn.myshopify.com';
const SETTINGS = { shop: SHOP, ...texts('secrets.json', 'shopify') };
const OWN = { shop: 'other', apiSecret: 'own secret' };
const sample = (name: string, settings: unknown = SETTINGS): Verdict =>
  send(NAME, settings, {
    body: bytes(`${NAME}/${name}.body.json`),
    headers: headersOf(`${NAME}/${name}.headers.json`),
  });
function push(topic: string, body: unknown, headers: Record<string, string> = {}, settings: object = OWN): Verdict {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return send(NAME, settings, {
    body: text,
    headers: {
      ...{
        'x-shopify-topic': topic,
        'x-shopify-event-id': 'e1',
        'x-shopify-triggered-at': '2026-03-02T03:00:00.123456789Z',
      },
      ...{ 'x-shopify-hmac-sha256': hmacOf(OWN.apiSecret, text), ...headers },
    },
  });
}
const customer = (value: string, scope = SHOP) => ({ kind: 'shopify_customer', scope, value });
const MOBILE = { kind: 'mobile', value: '+8613900001234' };
const email = (verified: boolean) => ({ kind: 'email', value: 'siyuan.chen@example.cn', verified });

describe('the samples', () => {
  it('are all tried', () => {
    expect(filesOf(NAME).filter((file) => file.endsWith('.body.json'))).toHaveLength(5);
  });

  it('a paid order', () => {
    const verdict = sample('orders-create');
    expect(verdict).toMatchObject({ reply: { status: 200, body: '' } });
    const told = event(NAME, verdict);
    expect(told).toMatchObject({
      id: '340dcb07-d7fb-f5a8-73b4-9ddb4e75545b',
      type: 'order_paid',
      time: '2026-03-02T12:30:59+08:00',
    });
    expect(told.identifiers).toEqual([customer('8200000000017'), MOBILE, email(true)]);
    expect(told.traits).toEqual({ name: '陈思远' });
    expect(told.order).toEqual({
      ...{ id: '6100000000017', currency: 'CNY', total: '478.00' },
      items: [{ sku: 'JK-2026-007-BLK-M', name: '春季轻薄外套', brand: '示例品牌', quantity: '2', price: '239.00' }],
    });
    expect(told.properties).toMatchObject({ financial_status: 'paid', receiver: { mobile: '+86 139 0000 1234' } });
    expect(told.properties).not.toHaveProperty('test');
  });

  it('an order without protected data', () => {
    const told = event(NAME, sample('orders-create-redacted'));
    expect(told).toMatchObject({
      id: 'c5b4a3f2-e1d0-55c9-b8a4-e3f206a9d1c7',
      type: 'order_paid',
      order: { total: '99.00' },
    });
    expect(told.identifiers).toEqual([customer('8200000000018')]);
    expect(told.traits).toEqual({});
  });

  it.each([
    ['customers-redact', '01122334-4556-6778-8694-a5b4c3d2e1f0', 'account_closed'],
    ['customers-data_request', 'b4a3f2e1-d0c9-b7a8-06f4-5e4d3c2b1a0e', 'custom:shopify.customers_data_request'],
  ])('%s', (name, id, type) => {
    const told = event(NAME, sample(name));
    expect(told).toMatchObject({ id, type, time: '2026-03-02T12:31:00+08:00', traits: {} });
    expect(told.identifiers).toEqual([customer('8200000000017'), MOBILE, email(false)]);
    expect(told.order).toBeUndefined();
  });

  it('a shop that leaves is about nobody', () => {
    expect(dropped(NAME, sample('shop-redact'))).toMatchObject({ fate: 'ignored', reason: 'type_not_used' });
  });
});

const ORDER = {
  ...{
    id: 9007199254740991,
    currency: 'CNY',
    total_price: '10.00',
    total_discounts: '2.50',
    financial_status: 'pending',
  },
  ...{ created_at: '2026-01-01T00:00:00-05:00', updated_at: '2026-01-02T00:00:00Z', test: true },
  customer: { id: 5, first_name: 'Siyuan', last_name: 'Chen', email: 'S@x.cn', verified_email: true },
  ...{ email: 'other@x.cn', shipping_address: { phone: '18600005678', name: '李四' } },
  ...{
    billing_address: { phone: '18600005679' },
    line_items: [{ variant_id: 3, sku: '', quantity: 1, price: '12.50' }],
  },
};

describe('webhooks of another shop', () => {
  it.each([
    ['orders/create', { financial_status: 'paid' }, 'order_paid', '2026-01-01T00:00:00-05:00'],
    ['orders/create', {}, 'order_created', '2026-01-01T00:00:00-05:00'],
    ['orders/updated', { financial_status: 'partially_refunded' }, 'order_created', '2026-01-02T00:00:00Z'],
    ['orders/paid', { financial_status: 'paid' }, 'order_paid', '2026-01-02T00:00:00Z'],
    ['orders/cancelled', { cancelled_at: '2026-01-03T00:00:00Z' }, 'order_cancelled', '2026-01-03T00:00:00Z'],
    ['orders/fulfilled', {}, 'custom:shopify.orders_fulfilled', '2026-01-02T00:00:00Z'],
  ])('%s %j', (topic, more, type, time) => {
    const told = event(NAME, push(topic, { ...ORDER, ...more }));
    expect(told).toMatchObject({ id: 'e1', type, time, properties: { test: true } });
    expect(told.identifiers).toEqual([
      customer('5', 'other'),
      { kind: 'email', value: 'other@x.cn', verified: false },
      { kind: 'email', value: 'S@x.cn', verified: true },
    ]);
    expect(told.traits).toEqual({ name: 'Siyuan Chen' });
    if (type.startsWith('order_')) {
      expect(told.order).toMatchObject({
        id: '9007199254740991',
        discount: '2.50',
        items: [{ sku: '3', price: '12.50' }],
      });
    }
  });

  it('a refund is what went back', () => {
    const refund = {
      ...{ id: 12345678901234, order_id: 9, processed_at: '2026-01-04T00:00:00+08:00' },
      transactions: [
        { kind: 'refund', status: 'success', amount: '5.25', currency: 'HKD' },
        { kind: 'refund', status: 'success', amount: '0.10', currency: 'HKD' },
        { kind: 'refund', status: 'failure', amount: '9.00', currency: 'HKD' },
        { kind: 'void', status: 'success', amount: '3.00', currency: 'HKD' },
      ],
    };
    expect(event(NAME, push('refunds/create', refund))).toMatchObject({
      ...{ type: 'order_refunded', identifiers: [], time: '2026-01-04T00:00:00+08:00' },
      order: { id: '12345678901234', original_id: '9', total: '5.35', currency: 'HKD' },
    });
    const lines = { id: 1, order_id: 9, refund_line_items: [{ subtotal: 10, total_tax: '0.60' }] };
    expect(event(NAME, push('refunds/create', lines)).order).toMatchObject({ total: '10.60', currency: 'CNY' });
    const restocked = { ...lines, transactions: [] };
    expect(dropped(NAME, push('refunds/create', restocked))).toMatchObject({
      fate: 'ignored',
      reason: 'type_not_used',
    });
  });

  it('a customer speaks for themselves', () => {
    const body = {
      ...{
        id: 5,
        first_name: '雨晴',
        last_name: '欧阳',
        email: 's@x.cn',
        verified_email: false,
        phone: '139 0000 1234',
      },
      default_address: { province: '广东省', city: '深圳市', phone: '13700004321' },
      ...{ updated_at: '2026-01-02T00:00:00Z', email_marketing_consent: { state: 'subscribed' } },
    };
    for (const topic of ['customers/create', 'customers/update', 'customers/enable']) {
      const told = event(NAME, push(topic, body));
      expect(told).toMatchObject({ type: 'member_updated', properties: { email_marketing_state: 'subscribed' } });
      expect(told.traits).toEqual({ name: '欧阳雨晴', province: '广东省', city: '深圳市' });
      expect(told.identifiers).toEqual([
        customer('5', 'other'),
        { kind: 'mobile', value: '139 0000 1234' },
        { kind: 'email', value: 's@x.cn', verified: false },
      ]);
    }
  });

  it('the shop’s own addresses are no customer', () => {
    const shop = { id: 1, email: 'owner@x.cn', phone: '13900001234', name: 'Brand' };
    for (const topic of ['shop/update', 'app/uninstalled', 'locations/create', 'products/update']) {
      expect(dropped(NAME, push(topic, shop))).toMatchObject({ fate: 'ignored', reason: 'type_not_used' });
    }
  });

  it('other topics with a customer are kept under their name', () => {
    expect(event(NAME, push('customers_marketing_consent/update', { customer_id: 5 }))).toMatchObject({
      ...{ type: 'custom:shopify.customers_marketing_consent_update', time: '2026-03-02T11:00:00+08:00' },
      identifiers: [customer('5', 'other')],
    });
  });

  it.each([
    ['cut off', 'orders/create', '{"id":1', {}, 'unreadable'],
    ['empty', 'orders/create', '', {}, 'unreadable'],
    ['a thousand levels', 'orders/create', '['.repeat(1000), {}, 'unreadable'],
    ['without a topic', '', '{}', {}, 'event_malformed'],
    ['without an id', 'orders/create', '{}', { 'x-shopify-event-id': '' }, 'event_malformed'],
  ])('signed and broken are kept as dead: %s', (_, topic, body, headers, reason) => {
    expect(dropped(NAME, push(topic, body, headers))).toMatchObject({ fate: 'dead-letter', reason });
  });
});

describe('the door', () => {
  it('holds the signature over the very bytes', () => {
    const headers = headersOf(`${NAME}/orders-create.headers.json`);
    const body = bytes(`${NAME}/orders-create.body.json`);
    expect(send(NAME, SETTINGS, { body, headers }).verdict).toBe('taken');
    const changed = Buffer.concat([body, Buffer.from('\n')]);
    expect(send(NAME, SETTINGS, { body: changed, headers })).toMatchObject({ code: 'signature_wrong' });
    expect(send(NAME, SETTINGS, { body })).toMatchObject({ code: 'signature_wrong' });
    expect(sample('orders-create', OWN)).toMatchObject({ code: 'signature_wrong' });
    expect(send(NAME, SETTINGS, { method: 'GET', headers })).toMatchObject({ code: 'signature_wrong' });
  });

  it('refuses everything while its secret is missing', () => {
    expect(sample('orders-create', { shop: SHOP })).toMatchObject({ code: 'source_incomplete' });
    expect(sample('orders-create', { apiSecret: 'x' })).toMatchObject({ code: 'source_incomplete' });
  });

  it('refuses the stale where it has a limit', () => {
    const at = (ms: number) => ({ 'x-shopify-triggered-at': new Date(ms).toISOString() });
    const limited = { ...OWN, maxAge: 60 };
    expect(push('shop/redact', {}, at(NOW - 59_000), limited).verdict).toBe('taken');
    expect(push('shop/redact', {}, at(NOW - 61_000), limited)).toMatchObject({ code: 'signature_stale' });
    expect(push('shop/redact', {}, { 'x-shopify-triggered-at': '' }, limited)).toMatchObject({
      code: 'signature_stale',
    });
  });
});
