import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../ingest/channel.ts';
import { bytes, dropped, event, filesOf, headersOf, json, md5Of, send, texts } from './door.ts';

const NAME = 'youzan';
const secret = texts('secrets.json', 'youzan');
const SETTINGS = {
  clientId: secret.client_id,
  clientSecret: secret.client_secret,
  kdtId: 90000123,
  wechatAppid: 'wxmini',
};
const OWN = { clientId: 'c2', clientSecret: 's2', kdtId: '42' };
const sample = (name: string, settings: unknown = SETTINGS): Verdict =>
  send(NAME, settings, {
    body: bytes(`${NAME}/${name}.body.json`),
    headers: headersOf(`${NAME}/${name}.headers.json`),
  });
const push = (body: string, settings: { clientId: string; clientSecret: string } = OWN): Verdict =>
  send(NAME, settings, { body, headers: { 'event-sign': md5Of(settings.clientId, body, settings.clientSecret) } });
const envelope = (type: string, msg: unknown, more: object = {}): string =>
  JSON.stringify({ type, msg, msg_id: 'm1', kdt_id: 42, version: 1767225600, test: false, ...more });
const coded = (msg: unknown): string => encodeURIComponent(JSON.stringify(msg)).replaceAll('%20', '+');

const BUYER = { kind: 'youzan_open_id', scope: '9e7c1f04ab3d52680c', value: 'yzKQZqd5EEja3JpHQU' };
const PHONE = { kind: 'cipher', scope: 'youzan:90000123', value: '$d87DrbgCMk1YVIBqOvuH0xzZCL7fSYKXqRx/Dj7myyk=$1$' };
const TID = 'E20260302123000000000017';
const REFUND = { id: '202603061010100000010017', currency: 'CNY', total: '239.00', original_id: TID };

describe('the samples', () => {
  it('are all tried', () => {
    expect(filesOf(NAME).filter((file) => file.endsWith('.body.json'))).toHaveLength(6);
  });

  it('a paid trade', () => {
    const verdict = sample('trade_TradePaid');
    expect(verdict).toMatchObject({ reply: { status: 200, body: '{"code":0,"msg":"success"}' } });
    const told = event(NAME, verdict);
    expect(told).toMatchObject({
      id: '6f0377ab-53a2-384c-96ae-058ee4d0ccc1',
      type: 'order_paid',
      time: '2026-03-02T12:30:21+08:00',
    });
    expect(told.identifiers).toEqual([
      BUYER,
      { kind: 'wechat_openid', scope: 'wxmini', value: 'ocDzrIbU7Yy6V0HLUr2e4_LbFSM0' },
      PHONE,
      { kind: 'payment_id', scope: 'wechat-pay', value: '4200002602202603029876543210' },
    ]);
    expect(told.order).toEqual({
      ...{ id: TID, currency: 'CNY', total: '239.00', discount: '20.00' },
      items: [{ sku: 'JK-2026-007-BLK-M', name: '春季轻薄外套 黑色', quantity: '1', price: '259.00' }],
    });
    expect(told.traits).toEqual({ name: '陈思远', nickname: '思远' });
    expect(told.properties).toMatchObject({
      receiver: { province: '北京市', district: '朝阳区' },
      remark: { buyer_message: '请放前台 谢谢' },
      ...{ pay_type_str: 'WEIXIN_DAIXIAO', order_status: 'WAIT_SELLER_SEND_GOODS' },
    });
  });

  it('the same without the app of its OpenIDs: told, without a scope', () => {
    const { wechatAppid: _, ...without } = SETTINGS;
    expect(event(NAME, sample('trade_TradePaid', without)).identifiers?.[1]).toMatchObject({
      kind: 'wechat_openid',
      scope: null,
    });
  });

  it.each([
    [
      'trade_TradeSuccess',
      'cb60ea21-8570-a3f2-1c34-e5c390bd7066',
      'order_completed',
      '2026-03-05T09:10:00+08:00',
      { id: TID, currency: 'CNY' },
    ],
    [
      'trade_TradeClose',
      '3b9df0ef-6eb6-e5b6-ee28-cb1f2387b89c',
      'order_cancelled',
      '2026-03-02T13:15:00+08:00',
      { id: 'E20260302124500000000021', currency: 'CNY' },
    ],
    [
      'trade_refund_RefundSuccess',
      'db741963-de26-b74e-367f-a4f754a6ac4a',
      'order_refunded',
      '2026-03-06T10:10:10+08:00',
      REFUND,
    ],
    [
      'youzan_trade_RefundSuccess',
      '4274e642-10c6-b46b-09a0-a112bdf42453',
      'order_refunded',
      '2026-03-06T10:10:10+08:00',
      REFUND,
    ],
  ])('%s bears nothing but its order', (name, id, type, time, order) => {
    const told = event(NAME, sample(name));
    expect(told).toMatchObject({ id, type, time, identifiers: [] });
    expect(told.order).toEqual(order);
  });

  it('a blank that came as + is a blank again', () => {
    expect(event(NAME, sample('trade_TradeClose')).properties).toMatchObject({ close_reason: '超时未付款 系统关闭' });
  });

  it('a customer', () => {
    const told = event(NAME, sample('SCRM_CUSTOMER_EVENT'));
    expect(told).toMatchObject({
      id: '785d1f62-2fb9-c719-9c9b-45b0035a62fa',
      type: 'member_updated',
      time: '2026-03-02T12:31:40+08:00',
    });
    expect(told.identifiers).toEqual([BUYER, PHONE]);
    expect(told.traits).toEqual({ name: '陈思远', gender: 'male', birthday: '1990-06-18' });
  });
});

const TRADE = {
  full_order_info: {
    order_info: {
      tid: 'E1',
      created: '2026-01-01 08:00:00',
      pay_time: '',
      update_time: '2026-01-02 09:00:00',
      offline_id: 77,
    },
    buyer_info: { buyer_phone: '138****8000', yz_open_id: 'yz2' },
    address_info: { receiver_name: '李四', receiver_tel: '13900001234' },
    pay_info: {
      total_fee: '10.00',
      post_fee: '5.00',
      payment: '15.00',
      transaction: ['2026010122001', '4200000000000000000000000001'],
    },
    orders: [{ sku_id: 4837328765348, title: '袜 a+b 100%', num: 2, price: '5.00' }],
  },
};

describe('messages of another shop', () => {
  it.each([
    ['trade_TradeCreate', 'order_created', '2026-01-01T08:00:00+08:00'],
    ['trade_TradeBuyerPay', 'order_paid', '2026-01-02T09:00:00+08:00'],
    ['trade_TradeSellerShip', 'order_shipped', '2026-01-02T09:00:00+08:00'],
    ['trade_TradePartlySellerShip', 'order_shipped', '2026-01-02T09:00:00+08:00'],
  ])('%s', (sent, type, time) => {
    for (const msg of [coded(TRADE), JSON.stringify(TRADE), TRADE, encodeURIComponent(JSON.stringify(TRADE))]) {
      const told = event(NAME, push(envelope(sent, msg)));
      expect(told).toMatchObject({ id: 'm1', type, time, order: { id: 'E1', total: '15.00', store: '77' } });
      expect(told.order?.items).toEqual([{ sku: '4837328765348', name: '袜 a+b 100%', quantity: '2', price: '5.00' }]);
      expect(told.order?.discount).toBeUndefined();
    }
  });

  it('a receiver who is not the buyer stays with the order', () => {
    const told = event(NAME, push(envelope('trade_TradePaid', TRADE)));
    expect(told.identifiers).toEqual([
      { kind: 'youzan_open_id', scope: 'c2', value: 'yz2' },
      { kind: 'mobile', value: '138****8000' },
      { kind: 'payment_id', scope: 'wechat-pay', value: '4200000000000000000000000001' },
    ]);
    expect(told.traits).toEqual({});
    expect(told.properties).toMatchObject({ receiver: { name: '李四', mobile: '13900001234' } });
  });

  it('a customer who leaves closes the account', () => {
    for (const is_log_off of [true, 1, 'true']) {
      const body = envelope('SCRM_CUSTOMER_EVENT', coded({ yz_open_id: 'yz2', is_log_off }), {
        version: 1767225600123,
      });
      expect(event(NAME, push(body))).toMatchObject({ type: 'account_closed', time: '2026-01-01T08:00:00+08:00' });
    }
  });

  it('claims nothing of a customer that is encrypted or unsaid', () => {
    const body = envelope(
      'SCRM_CUSTOMER_EVENT',
      coded({ yz_open_id: 'yz2', name: '$abc=$1$', gender: 0, mobile: '13900001234' }),
    );
    const told = event(NAME, push(body));
    expect(told.traits).toEqual({});
    expect(told.identifiers).toContainEqual({ kind: 'mobile', value: '13900001234' });
  });

  it('other types: with a person in it, and without', () => {
    expect(event(NAME, push(envelope('POINTS', coded({ yz_open_id: 'yz2', amount: 5 }))))).toMatchObject({
      type: 'custom:youzan.POINTS',
    });
    expect(dropped(NAME, push(envelope('item_ItemCreate', coded({ item_id: 1 }))))).toMatchObject({
      ...{ fate: 'ignored', reason: 'type_not_used' },
    });
  });

  it('a self-test is no event; no money back is no refund', () => {
    expect(dropped(NAME, push(envelope('trade_TradePaid', TRADE, { test: true })))).toMatchObject({
      fate: 'ignored',
      reason: 'test_payload',
    });
    const exchange = { tid: 'E1', refund_id: 'R1', refunded_fee: '0.00', update_time: '2026-01-01 08:00:00' };
    expect(dropped(NAME, push(envelope('youzan_trade_RefundSuccess', exchange)))).toMatchObject({
      reason: 'type_not_used',
    });
  });

  it('a refund without a number of its own is its order’s', () => {
    const told = event(NAME, push(envelope('trade_refund_RefundSuccess', coded({ tid: 'E1', refunded_fee: '1.50' }))));
    expect(told.order).toEqual({ id: 'E1', currency: 'CNY', total: '1.50' });
  });

  it.each([
    ['no type', envelope('', {}), 'event_malformed'],
    ['no id', envelope('POINTS', {}, { msg_id: '' }), 'event_malformed'],
    ['no time', envelope('trade_TradeSuccess', { tid: 'E1' }, { version: null }), 'event_malformed'],
    ['cut off', envelope('POINTS', {}).slice(0, -2), 'unreadable'],
    ['msg with a broken escape', envelope('POINTS', '%7B%22a%E9%99'), 'unreadable'],
    ['msg cut off', envelope('POINTS', coded({ a: 1 }).slice(0, -3)), 'unreadable'],
    ['msg nested deeper than 64', envelope('POINTS', '['.repeat(65) + ']'.repeat(65)), 'unreadable'],
  ])('signed and broken are kept as dead: %s', (_, body, reason) => {
    expect(push(body)).toMatchObject({ verdict: 'taken', reply: { body: '{"code":0,"msg":"success"}' } });
    expect(dropped(NAME, push(body))).toMatchObject({ fate: 'dead-letter', reason });
  });

  it('takes keys of any name as plain data', () => {
    const body = envelope('POINTS', { yz_open_id: 'y' }).replace(
      '"yz_open_id"',
      '"__proto__":{"polluted":1},"yz_open_id"',
    );
    const told = event(NAME, push(body));
    expect(Object.hasOwn(told.properties ?? {}, '__proto__')).toBe(true);
    expect(Object.hasOwn({}, 'polluted')).toBe(false);
  });
});

describe('the door', () => {
  const body = bytes(`${NAME}/trade_TradePaid.body.json`);
  const headers = headersOf(`${NAME}/trade_TradePaid.headers.json`);

  it('holds the signature over the very bytes', () => {
    const again = JSON.stringify(json(`${NAME}/trade_TradePaid.body.json`));
    expect(send(NAME, SETTINGS, { body: again, headers }).verdict).toBe('taken');
    for (const changed of [`${again} `, again.replace('"test":false', '"test": false'), '']) {
      expect(send(NAME, SETTINGS, { body: changed, headers })).toMatchObject({ code: 'signature_wrong' });
    }
  });

  it('takes the signature in capitals, and none without one', () => {
    const capitals = { 'event-sign': (headers['event-sign'] ?? '').toUpperCase() };
    expect(send(NAME, SETTINGS, { body, headers: capitals }).verdict).toBe('taken');
    expect(send(NAME, SETTINGS, { body })).toMatchObject({ code: 'signature_wrong' });
    expect(send(NAME, OWN, { body, headers })).toMatchObject({ code: 'signature_wrong' });
    expect(send(NAME, SETTINGS, { method: 'GET', headers })).toMatchObject({ code: 'signature_wrong' });
  });

  it('refuses everything while its secret is missing', () => {
    const { clientSecret: _, ...without } = SETTINGS;
    expect(send(NAME, without, { body, headers })).toMatchObject({ code: 'source_incomplete' });
  });
});
