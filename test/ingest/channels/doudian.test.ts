import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../ingest/channel.ts';
import {
  asks,
  bytes,
  channelOf,
  dropped,
  event,
  events,
  filesOf,
  headersOf,
  md5Of,
  NOW,
  outcomes,
  send,
  texts,
} from './door.ts';

const NAME = 'doudian';
const { app_key: appKey = '', app_secret: appSecret = '' } = texts('secrets.json', NAME);
const SETTINGS = { appKey, appSecret, shop: '4400017' };
const OWN = { appKey: 'k1', appSecret: 'a secret', shop: 'other' };
const REPLY = { status: 200, contentType: 'application/json', body: '{"code":0,"msg":"success"}' };
const sample = (name: string, settings: unknown = SETTINGS): Verdict =>
  send(NAME, settings, {
    body: bytes(`${NAME}/${name}.body.json`),
    headers: headersOf(`${NAME}/${name}.headers.json`),
  });
function pushText(body: string | Buffer, settings = OWN): Verdict {
  const sign = md5Of(settings.appKey, body, settings.appSecret);
  return send(NAME, settings, { body, headers: { 'app-id': settings.appKey, 'event-sign': sign } });
}
const message = (tag: unknown, data: unknown, id = 'm1') => ({ tag, msg_id: id, data });
const push = (tag: unknown, data: object, settings = OWN): Verdict =>
  pushText(JSON.stringify([message(tag, JSON.stringify(data))]), settings);

describe('the samples', () => {
  it('are all tried', () => {
    expect(filesOf(NAME).filter((file) => file.endsWith('.body.json'))).toHaveLength(3);
  });

  it('a paid order, whose number is longer than a float', () => {
    const verdict = sample('push-trade-paid');
    expect(verdict).toMatchObject({ verdict: 'taken', reply: REPLY });
    const told = event(NAME, verdict);
    expect(told).toMatchObject({
      ...{ id: '4920000000000000017:101:1772509000:7000000000000000017', type: 'order_paid', identifiers: [] },
      ...{ time: '2026-03-03T11:36:40+08:00', order: { id: '4920000000000000017', currency: 'CNY', total: '129.00' } },
      properties: { tag: '101', order_status: 2, shop_order_ids: ['4920000000000000017'], shop_id: 4400017 },
    });
    expect(told.order).not.toHaveProperty('store');
    expect(asks(NAME, verdict)).toEqual([
      { name: 'order.orderDetail', params: { order: '4920000000000000017', shop: '4400017' } },
    ]);
  });

  it('two messages at once: an order without its sum, and a claim that has given nothing back yet', () => {
    const verdict = sample('push-batch-two');
    expect(events(NAME, verdict)).toMatchObject([
      {
        ...{ id: '4920000000000000018:100:1772509100:7000000000000000017', type: 'custom:doudian.100' },
        ...{ order: { id: '4920000000000000018', currency: 'CNY' }, time: '2026-03-03T11:38:20+08:00' },
      },
      {
        ...{ id: '4920000000000000017:200:1772700000:7000000000000000017', type: 'custom:doudian.200' },
        ...{ order: { id: '4920000000000000017', currency: 'CNY' }, time: '2026-03-05T16:40:00+08:00' },
        properties: { aftersale_id: '7100000000000000019', aftersale_status: 6, refund_amount: '129.00' },
      },
    ]);
    expect(asks(NAME, verdict).map(({ params }) => params.order)).toEqual(['4920000000000000018']);
  });

  it('a test', () => {
    const verdict = sample('push-test');
    expect(verdict).toMatchObject({ reply: REPLY });
    expect(dropped(NAME, verdict)).toMatchObject({ fate: 'ignored', reason: 'test_payload' });
  });
});

describe('messages of another shop', () => {
  const base = { p_id: '5', s_ids: ['5', '6'], shop_id: 9, biz: 2 };
  it.each([
    ['100', { order_status: 1, create_time: 1772509100, order_amount: 990 }, 'order_created', '9.90'],
    ['101', { order_status: 2, pay_time: 1772509100, pay_amount: 5 }, 'order_paid', '0.05'],
    ['101', { pay_time: 1772509100, pay_amount: '120000' }, 'order_paid', '1200.00'],
    ['101', { order_status: 2, pay_time: 1772509100 }, 'custom:doudian.101', undefined],
    ['102', { order_status: 3, update_time: 1772509100 }, 'order_shipped', undefined],
    ['103', { order_status: 5, complete_time: 1772509100 }, 'order_completed', undefined],
    ['106', { order_status: 4, cancel_time: 1772509100 }, 'order_cancelled', undefined],
    // The tag may be another one than remembered: the status has the last word.
    ['102', { order_status: 4, cancel_time: 1772509100 }, 'order_cancelled', undefined],
    ['105', { order_status: 2, update_time: 1772509100 }, 'custom:doudian.105', undefined],
    ['999', { order_status: 2, pay_time: 1772509100, pay_amount: 100 }, 'custom:doudian.999', undefined],
    [7.5, { order_status: 2, update_time: 1772509100 }, 'custom:doudian.7.5', undefined],
  ])('tag %s %j', (tag, more, type, total) => {
    const told = event(NAME, push(tag, { ...base, ...more }));
    expect(told).toMatchObject({ id: 'm1', type, time: '2026-03-03T11:38:20+08:00', order: { id: '5' } });
    expect(told.order?.total).toBe(total);
    expect(told.properties).toMatchObject({ shop_order_ids: ['5', '6'] });
  });

  const claim = { p_id: 5, s_id: 6, aftersale_id: 77, refund_amount: 1234, update_time: 1772700000 };
  it.each([
    ['206', { aftersale_status: 12, success_time: 1772700001 }, '2026-03-05T16:40:01+08:00'],
    ['206', { aftersale_status: 12 }, '2026-03-05T16:40:00+08:00'],
    ['299', { success_time: 1772700001 }, '2026-03-05T16:40:01+08:00'],
    ['299', { aftersale_status: 12 }, '2026-03-05T16:40:00+08:00'],
  ])('tag %s %j gives money back', (tag, more, time) => {
    const verdict = push(tag, { ...claim, ...more });
    expect(event(NAME, verdict)).toMatchObject({
      ...{ type: 'order_refunded', time },
      order: { id: '77', original_id: '5', total: '12.34', currency: 'CNY' },
    });
    expect(asks(NAME, verdict)).toEqual([]);
  });

  it('a refund without a number of its own is its order’s', () => {
    const { order } = event(NAME, push('206', { ...claim, aftersale_id: undefined }));
    expect(order).toEqual({ id: '5', currency: 'CNY', total: '12.34' });
  });

  it.each([
    ['200', { aftersale_status: 6 }],
    ['201', { aftersale_status: 12 }],
    ['206', { refund_amount: 0 }],
    ['206', { aftersale_status: 28 }],
    ['207', { aftersale_status: 28, close_time: 1772700000 }],
  ])('tag %s %j gives none', (tag, more) => {
    expect(event(NAME, push(tag, { ...claim, ...more }))).toMatchObject({
      ...{ type: `custom:doudian.${tag}`, order: { id: '5' } },
    });
  });

  it('whitespace, order of fields and a data that is an object change nothing', () => {
    const data = { pay_time: 1772509000, pay_amount: 12900, p_id: 1, order_status: 2 };
    const spaced = JSON.stringify([{ data: JSON.stringify(data, null, 2), msg_id: 'm1', tag: 101 }], null, '\t');
    const whole = JSON.stringify([message('101', data)]);
    const lone = JSON.stringify(message('101', data));
    const [first, ...others] = [spaced, whole, lone].map((text) => event(NAME, pushText(text)));
    for (const other of others) expect(other).toEqual(first);
    const long = whole.replace('"p_id":1', '"p_id":4837328765348566675');
    expect(event(NAME, pushText(long)).order?.id).toBe('4837328765348566675');
  });

  it('a receiver is a property, a person is an identifier, and what nobody listed is kept', () => {
    const receiver_msg = { name: '王建国', tel: '13700004321', addr: '{}' };
    const told = event(NAME, push('105', { ...base, receiver_msg, doudian_open_id: '1@#x', strange: 'kept' }));
    expect(told.identifiers).toEqual([{ kind: 'doudian_open_id', scope: 'other', value: '1@#x' }]);
    expect(told).not.toHaveProperty('traits');
    expect(told.properties).toMatchObject({ receiver: receiver_msg, strange: 'kept' });
    expect(event(NAME, push('700', { doudian_open_id: '1@#x' }))).toMatchObject({ type: 'custom:doudian.700' });
  });

  it('neither an order nor a person', () => {
    expect(dropped(NAME, push('400', { product_id: 5 }))).toMatchObject({ fate: 'ignored', reason: 'type_not_used' });
  });

  it('a time of its own or that of its arrival', () => {
    const [outcome] = outcomes(NAME, push('999', { p_id: 1, update_time: 0 }));
    expect(outcome).toMatchObject({
      content: '["999",{"p_id":1,"update_time":0}]',
      event: { time: '2026-03-02T12:00:00+08:00' },
    });
  });

  it('asks nothing where it may not', () => {
    const data = { ...base, order_status: 2, pay_time: 1772509100, pay_amount: 5 };
    for (const askOrders of [false, 'false']) {
      const verdict = push('101', data, { ...OWN, ...{ askOrders } });
      expect(asks(NAME, verdict)).toEqual([]);
      expect(event(NAME, verdict).type).toBe('order_paid');
    }
  });
});

describe('what is wrong', () => {
  it('in one message of a push harms no other', () => {
    const good = (id: string) => message('102', '{"p_id":1,"update_time":1772509100}', id);
    const bad = [null, 7, [], {}, message('101', '{"p_id":'), message('101', '[1]'), { ...good('x'), msg_id: '' }];
    const verdict = pushText(JSON.stringify([good('a'), ...bad, good('b')]));
    const told = outcomes(NAME, verdict).filter(({ kind }) => kind !== 'ask');
    expect(told.map((one) => (one.kind === 'event' ? one.event.id : one.kind === 'drop' ? one.reason : ''))).toEqual([
      ...['a', ...Array(6).fill('unreadable'), 'event_malformed', 'b'],
    ]);
  });

  it.each([
    ['cut off', '[{"tag":"101"'],
    ['empty', ''],
    ['an empty list', '[]'],
    ['no UTF-8', Buffer.from([0xff, 0xfe, 0x5b])],
    ['a thousand levels', '['.repeat(1000)],
    ['a text', '"101"'],
  ])('signed and unreadable is kept: %s', (_, body) => {
    const verdict = pushText(body);
    expect(verdict).toMatchObject({ verdict: 'taken', reply: REPLY });
    expect(dropped(NAME, verdict)).toMatchObject({ fate: 'dead-letter', reason: 'unreadable' });
  });

  it.each([
    [{ pay_amount: { yuan: 1 } }, 'data.pay_amount: a map, not integer'],
    [{ pay_amount: 12.5 }, 'data.pay_amount: number, not integer'],
    [{ p_id: [1] }, 'data.p_id: list, not text'],
    [{ pay_time: '2026-03-03 11:36:40' }, 'data.pay_time: string, not integer'],
  ])('another type is quarantined: %j', (more, detail) => {
    const found = dropped(NAME, push('101', { p_id: 1, pay_amount: 1, pay_time: 1772509000, ...more }));
    expect(found).toMatchObject({
      fate: 'quarantined',
      reason: 'field_type_changed',
      detail: detail.replace('a map', 'map'),
    });
  });

  it('a key named __proto__ is data', () => {
    const body =
      '[{"tag":"102","msg_id":"m","data":{"p_id":1,"update_time":1772509100,"__proto__":{"order_status":4}}}]';
    expect(event(NAME, pushText(body)).type).toBe('order_shipped');
  });
});

describe('the door', () => {
  it('holds the signature over the very bytes, whatever its case', () => {
    const headers = headersOf(`${NAME}/push-trade-paid.headers.json`);
    const body = bytes(`${NAME}/push-trade-paid.body.json`);
    const upper = { ...headers, 'event-sign': (headers['event-sign'] ?? '').toUpperCase() };
    expect(send(NAME, SETTINGS, { body, headers: upper }).verdict).toBe('taken');
    for (const request of [
      { body: Buffer.concat([body, Buffer.from(' ')]), headers },
      { body },
      { body, headers: { ...headers, 'event-sign': '' } },
      { body, headers, method: 'GET' as const },
    ]) {
      expect(send(NAME, SETTINGS, request)).toMatchObject({ code: 'signature_wrong' });
    }
    expect(sample('push-trade-paid', OWN)).toMatchObject({ code: 'signature_wrong' });
  });

  it('refuses everything while its secret is missing', () => {
    for (const name of ['appKey', 'appSecret', 'shop']) {
      expect(sample('push-test', { ...SETTINGS, [name]: '' })).toMatchObject({ code: 'source_incomplete' });
    }
  });

  it('has two secrets and knows the clock of nobody', () => {
    expect(channelOf(NAME).secrets).toEqual(['appSecret', 'accessToken']);
    expect(sample('push-test', { ...SETTINGS, maxAge: 1 }).verdict).toBe('taken');
    expect(NOW).toBeGreaterThan(0);
  });
});
