import { describe, expect, it } from 'vitest';
import type { Item, Outcome } from '../../../ingest/channel.ts';
import { tryJson } from '../../../ingest/door.ts';
import { readContent } from '../../../ingest/pdd-socket.ts';
import { fieldsAt, isFields, listAt } from '../../../ingest/pick.ts';
import { eventInput } from '../../../schemas/event.ts';
import { bytes, channelOf, filesOf, json, NOW, send } from './door.ts';
import { judge } from './judge.ts';
import { mutations } from './mutations.ts';

const NAME = 'pdd';
const SHOP = { shop: '660000017' };
const map = (body: unknown, meta: Record<string, string>): Outcome[] => {
  const item: Item = { body: typeof body === 'string' ? body : JSON.stringify(body), meta: { ...SHOP, ...meta } };
  return channelOf(NAME).map(item, { received: NOW, channel: NAME, source: 'main' });
};
function events(outcomes: Outcome[]) {
  return outcomes.flatMap((outcome) => {
    if (outcome.kind !== 'event') return [];
    expect(eventInput.safeParse(outcome.event).error?.issues ?? []).toEqual([]);
    expect(outcome.event.identifiers).toEqual([]);
    expect(outcome.event).not.toHaveProperty('traits');
    return [outcome.event];
  });
}
const sampleText = (name: string): string => bytes(`${NAME}/${name}.json`).toString('utf8');
const sampleOrder = (name: string) =>
  fieldsAt(listAt(json(`${NAME}/${name}.json`), 'order_list_get_response', 'order_list')[0]);
const PAID = sampleOrder('order.list.get-awaiting-shipment');
const order = (more: object, base: object = PAID) => events(map({ ...base, ...more }, { api: 'order' }));
const message = (type: string, content: unknown, more: object = {}) => ({
  ...{ id: 90071992547409931n.toString(), commandType: 'Common', sendTime: 1772500000123 },
  message: { type, mallID: 1, content: typeof content === 'string' ? content : JSON.stringify(content) },
  ...more,
});
const SN = '260303-010000000000017';
/** What reaches the mapping at all: the rest is dead where it is read. */
function isReadable(api: string, body: string): boolean {
  const read = tryJson(body);
  return read.ok && isFields(read.value) && (api !== 'message' || readContent(read.value).ok);
}

describe('the samples', () => {
  it('are all tried', () => {
    expect(filesOf(NAME)).toHaveLength(4);
  });

  it('an order that was paid', () => {
    const [told, ...others] = order({});
    expect(others).toEqual([]);
    expect(told).toMatchObject({
      ...{ id: `${SN}:1`, type: 'order_paid', time: '2026-03-03T09:06:05+08:00' },
      order: {
        ...{ id: SN, currency: 'CNY', total: '49.50', discount: '9.50' },
        items: [{ sku: 'TW-002-BLU', name: '纯棉毛巾 2条装', quantity: '1', price: '59.00' }],
      },
      properties: {
        ...{
          platform_discount: '5.00',
          seller_discount: '4.50',
          postage: '0.00',
          pay_type: 'WEIXIN',
          refund_status: 1,
        },
        receiver: {
          ...{ mobile_index: '1X4Dor8WLMJd', mobile_masked: '137****4321', name_masked: '王**', province: '广东省' },
          mobile_cipher: '$1X4Dor8WLMJd$AgAAAAh0bdxkfqMNJjEiZd3C6RCInoV1uS/NOdR4oD$1$$',
        },
      },
    });
  });

  it('the same order shipped, whose receiver has gone', () => {
    const shipped = sampleOrder('order.list.get-shipped-no-receiver');
    const [told] = order({}, shipped);
    expect(told).toMatchObject({ id: `${SN}:2`, type: 'order_shipped', order: { total: '49.50' } });
    expect(told?.properties?.receiver).toEqual({
      country: '中国',
      province: '广东省',
      city: '广州市',
      district: '天河区',
    });
    const unknown = [PAID, shipped].flatMap((one) =>
      channelOf(NAME).unknownFields({ body: JSON.stringify(one), meta: { api: 'order' } }),
    );
    expect(unknown).toEqual([]);
  });

  it('a trade that was confirmed, without a sum', () => {
    const [told, ...others] = map(sampleText('msg-TradeConfirmed'), { api: 'message' });
    expect(others).toEqual([]);
    expect(events(told ? [told] : [])).toMatchObject([
      {
        ...{ id: '90071992547409931', type: 'custom:pdd.pdd_trade_TradeConfirmed', order: { id: SN } },
        ...{ time: '2026-03-03T09:06:40+08:00', properties: { mall_id: '660000017' } },
      },
    ]);
    expect(channelOf(NAME).unknownFields({ body: sampleText('msg-TradeConfirmed'), meta: {} })).toEqual([]);
  });

  it('a refund that is asked for, in fen', () => {
    const [told] = events(map(sampleText('msg-RefundCreated'), { api: 'message' }));
    expect(told).toMatchObject({
      ...{ id: '90071992547409977', type: 'custom:pdd.pdd_refund_RefundCreated', order: { id: SN } },
      ...{ time: '2026-03-04T12:53:20+08:00', properties: { refund_fee: '59.00', operation: 1001 } },
    });
    expect(told?.order).not.toHaveProperty('total');
  });
});

describe('any one value gone wrong', () => {
  it.each([
    ['message', sampleText('msg-TradeConfirmed')],
    ['message', sampleText('msg-RefundCreated')],
    ['order', JSON.stringify(PAID)],
    ['refund', JSON.stringify({ id: 1, order_sn: SN, after_sales_status: 10, refund_amount: '8.00' })],
  ])('in a %s is told, never thrown', (api, text) => {
    const wrong = [...mutations(text)].flatMap(([what, body]) => {
      if (!isReadable(api, body)) return [];
      return judge(channelOf(NAME), { body, meta: { ...SHOP, api } }).map((why) => `${what}: ${why}`);
    });
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});

describe('orders', () => {
  it.each([
    [
      { order_status: 2, shipping_time: '2026-03-04 10:00:00' },
      `${SN}:2`,
      'order_shipped',
      '2026-03-04T10:00:00+08:00',
    ],
    [
      { order_status: 3, receive_time: '2026-03-05 10:00:00' },
      `${SN}:3`,
      'order_completed',
      '2026-03-05T10:00:00+08:00',
    ],
    [{ order_status: '3' }, `${SN}:3`, 'order_completed', '2026-03-03T09:06:08+08:00'],
    [{ confirm_status: 0, pay_time: '' }, `${SN}:created`, 'order_created', '2026-03-03T09:05:50+08:00'],
    [{ confirm_status: 2 }, `${SN}:cancelled`, 'order_cancelled', '2026-03-03T09:06:08+08:00'],
    [{ group_status: 2 }, `${SN}:cancelled`, 'order_cancelled', '2026-03-03T09:06:08+08:00'],
    [{ order_status: 9 }, `${SN}:9`, 'custom:pdd.order', '2026-03-03T09:06:08+08:00'],
    [{ pay_time: 1772500000 }, `${SN}:1`, 'order_paid', '2026-03-03T09:06:40+08:00'],
    [{ pay_time: null }, `${SN}:1`, 'order_paid', '2026-03-03T09:06:07+08:00'],
  ])('%j', (more, id, type, time) => {
    expect(order(more)).toMatchObject([{ id, type, time }]);
  });

  it('each step of after-sales is told once', () => {
    expect(order({ refund_status: 4, order_status: 2 })).toMatchObject([
      { id: `${SN}:2`, type: 'order_shipped' },
      { id: `${SN}:refund_status:4`, type: 'custom:pdd.refund_status', order: { id: SN } },
    ]);
  });

  it('one item alone, other amounts, other fields', () => {
    const item = { goods_id: 1, goods_name: 'x', goods_count: '2', goods_price: '0.30000000000000004' };
    const [told] = order({ pay_amount: '1.0E7', discount_amount: 0, item_list: item, strange: 'kept' });
    expect(told?.order).toEqual({
      ...{ id: SN, currency: 'CNY', total: '10000000.00' },
      items: [{ sku: '1', name: 'x', quantity: '2', price: '0.30' }],
    });
    expect(told?.properties).toMatchObject({ strange: 'kept' });
  });

  it('a receiver in clear is still no buyer', () => {
    const [told] = order({ receiver_phone: '13700004321', receiver_name: '王建国', receiver_address: '天河路1号' });
    expect(told?.properties?.receiver).toMatchObject({ mobile: '13700004321', name: '王建国', address: '天河路1号' });
  });

  it('a state is the same, whatever else changed meanwhile', () => {
    const contentOf = (more: object): unknown => {
      const [first] = map({ ...PAID, ...more }, { api: 'order' });
      return first?.kind === 'event' ? first.content : null;
    };
    expect(contentOf({ updated_at: '2026-03-09 00:00:00', remark: 'x', receiver_phone: '' })).toBe(contentOf({}));
    expect(contentOf({ pay_amount: '49.50' })).toBe(contentOf({}));
    expect(contentOf({ pay_amount: '49.51' })).not.toBe(contentOf({}));
  });

  it.each([
    [{ order_sn: '' }, { fate: 'dead-letter', reason: 'event_malformed', detail: 'order_sn' }],
    [{ order_status: null }, { fate: 'dead-letter', reason: 'event_malformed', detail: 'order_status' }],
    [
      { pay_amount: { yuan: 1 } },
      { fate: 'quarantined', reason: 'field_type_changed', detail: 'order.pay_amount: map, not number or string' },
    ],
    [{ order_status: 'paid' }, { fate: 'quarantined', reason: 'field_type_changed' }],
  ])('%j is no order', (more, outcome) => {
    expect(map({ ...PAID, ...more }, { api: 'order' })).toMatchObject([outcome]);
  });

  it('an amount that is none does not fit', () => {
    const [told] = map({ ...PAID, pay_amount: '-3' }, { api: 'order' });
    const fit = told?.kind === 'event' ? eventInput.safeParse(told.event) : null;
    expect(fit?.error?.issues[0]?.path).toEqual(['order', 'total']);
  });
});

describe('messages', () => {
  it.each([
    ['pdd_trade_TradeSellerShip', 'order_shipped'],
    ['pdd_trade_TradeSuccess', 'order_completed'],
    ['pdd_trade_BuyerMemoModified', 'custom:pdd.pdd_trade_BuyerMemoModified'],
  ])('%s', (type, becomes) => {
    const [told] = events(map(message(type, { tid: SN, mall_id: 1 }), {}));
    expect(told).toMatchObject({ type: becomes, order: { id: SN, currency: 'CNY' } });
  });

  it('ask for the order where the source may', () => {
    const [, asked] = map(message('pdd_trade_TradeConfirmed', { tid: SN }), { ask: 'yes' });
    expect(asked).toEqual({ kind: 'ask', ask: { name: 'order', params: { order: SN } } });
  });

  it('sent again are the same', () => {
    const contentOf = (more: object): unknown => {
      const [first] = map(message('pdd_trade_TradeConfirmed', { tid: SN }, more), {});
      return first?.kind === 'event' ? first.content : null;
    };
    expect(contentOf({ sendTime: 1772500009999 })).toBe(contentOf({}));
  });

  it.each([
    ['about goods', message('pdd_goods_GoodsAdd', { goods_id: 1 }), 'ignored', 'type_not_used'],
    ['without an id', message('pdd_trade_TradeConfirmed', { tid: SN }, { id: '' }), 'dead-letter', 'event_malformed'],
    ['without a type', message('', { tid: SN }), 'dead-letter', 'event_malformed'],
    ['with a fraction of a fen', message('x', { tid: SN, refund_fee: 0.5 }), 'quarantined', 'field_type_changed'],
  ])('%s', (_, frame, fate, reason) => {
    expect(map(frame, {})).toMatchObject([{ fate, reason }]);
  });
});

describe('refunds', () => {
  const refund = {
    ...{ id: 12900000017, order_sn: SN, after_sales_status: 10, after_sales_type: 2, refund_amount: '8.00' },
    ...{ after_sale_reason: '货物与描述不符', updated_time: '2026-03-09 17:18:03', order_amount: '49.50' },
  };
  it('in yuan', () => {
    expect(events(map(refund, { api: 'refund' }))).toMatchObject([
      {
        ...{ id: `${SN}:refund:12900000017`, type: 'order_refunded', time: '2026-03-09T17:18:03+08:00' },
        order: { id: '12900000017', original_id: SN, total: '8.00', currency: 'CNY' },
      },
    ]);
  });

  it.each([
    [{ after_sales_status: 4 }, 'ignored'],
    [{ refund_amount: 0 }, 'ignored'],
    [{ id: '' }, 'dead-letter'],
    [{ order_sn: '' }, 'dead-letter'],
  ])('%j', (more, fate) => {
    expect(map({ ...refund, ...more }, { api: 'refund' })).toMatchObject([{ kind: 'drop', fate }]);
  });
});

describe('the channel', () => {
  it('has no door', () => {
    const settings = { clientId: 'c', clientSecret: 's', shop: '1' };
    expect(send(NAME, settings, { body: '{}' })).toMatchObject({ code: 'source_incomplete' });
  });

  it('reads orders once it has a token, and messages always', () => {
    const ready = (more: object) =>
      channelOf(NAME).pulls.flatMap((pull) =>
        pull.ready({ clientId: 'c', clientSecret: 's', shop: '1', ...more }) ? [pull.name] : [],
      );
    expect(ready({})).toEqual(['messages']);
    expect(ready({ accessToken: '' })).toEqual(['messages']);
    expect(ready({ accessToken: 't' })).toEqual(['messages', 'orders', 'refunds']);
    expect(ready({ clientSecret: '' })).toEqual([]);
  });
});
