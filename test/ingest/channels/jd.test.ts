import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../ingest/channel.ts';
import { bytes, channelOf, dropped, event, events, filesOf, outcomes } from './door.ts';

const taken = (body: unknown): Verdict => ({
  verdict: 'taken',
  items: [{ body: typeof body === 'string' ? body : JSON.stringify(body), meta: { api: 'order', shop: 'flagship' } }],
  reply: { status: 200, contentType: 'text/plain', body: '' },
});
const jdId = (value: string) => ({ kind: 'jd_open_id', scope: 'flagship', value });

/** The one order of the sample, as its text has it. */
const sampleText = (): string => {
  const text = bytes('jd/pop.order.enSearch.json').toString('utf8');
  return text.slice(text.indexOf('"orderInfoList": [') + '"orderInfoList": ['.length, text.lastIndexOf(']'));
};
const ORDER = {
  ...{ orderId: '298000000099', orderState: 'WAIT_SELLER_STOCK_OUT', payType: '4-在线支付', orderPayment: '35.00' },
  ...{ orderStartTime: '2026-01-02 03:00:00', paymentConfirmTime: '2026-01-02 03:01:00', open_id_buyer: 'D6x' },
  ...{ modified: '2026-01-05 06:07:08', orderEndTime: '' },
  itemInfoList: [{ skuId: '10020000000099', skuName: 'T恤', jdPrice: '30.00', itemTotal: 1 }],
};

describe('the sample', () => {
  it('a paid order', () => {
    const told = event('jd', taken(sampleText()));
    expect(told).toMatchObject({
      ...{ id: '298000000017:WAIT_SELLER_STOCK_OUT', type: 'order_paid', time: '2026-03-03T09:00:40+08:00' },
    });
    expect(told.identifiers).toEqual([
      jdId('D6jUjqQv1iPu9v8V0F7nnnUtTEim'),
      jdId('o*AATAs-10P0qmWJ9EMgG12yz33pAp0FoZRPsWL8eS3N-'),
    ]);
    expect(told.traits).toBeUndefined();
    expect(told.order).toEqual({
      ...{ id: '298000000017', currency: 'CNY', total: '239.00', discount: '20.00' },
      items: [{ sku: 'JK-2026-007-BLK-M', name: '春季轻薄外套 黑色 M', quantity: '1', price: '259.00' }],
    });
    expect(told.properties).toMatchObject({
      ...{ order_state: 'WAIT_SELLER_STOCK_OUT', pay_type: '4-在线支付', order_total_price: '259.00' },
      coupons: [{ coupon_type: '52-礼品卡', coupon_price: '20.00' }],
      receiver: { province: '北京', city: '朝阳区', county: '朝阳门街道', county_id: '55653' },
    });
  });

  it('the receiver’s ciphertext stays with the order', () => {
    const told = event('jd', taken(sampleText()));
    const { receiver } = told.properties ?? {};
    expect(receiver).toHaveProperty('mobile', 'WAeSr9YQBxPATUbYiN5d6n3M7cflmh6S2sn+edfdpa/XENPLaG5htkr9GvdBusCf');
    expect(JSON.stringify([told.identifiers, told.traits ?? {}, told.order])).not.toMatch(
      /WAeSr9|9eq5Xa|zG4VMJ|WlfWOf/,
    );
  });

  it('holds no field that is not listed', () => {
    expect(channelOf('jd').unknownFields({ body: sampleText(), meta: {} })).toEqual([]);
    expect(filesOf('jd')).toHaveLength(3);
  });
});

describe('orders in every state', () => {
  it.each([
    ['WAIT_SELLER_STOCK_OUT', 'order_paid', '2026-01-02T03:01:00+08:00'],
    ['WAIT_SELLER_DELIVERY', 'order_paid', '2026-01-02T03:01:00+08:00'],
  ])('%s is %s', (orderState, type, time) => {
    expect(event('jd', taken({ ...ORDER, orderState }))).toMatchObject({
      ...{ id: `298000000099:${orderState}`, type, time, identifiers: [jdId('D6x')] },
      order: { total: '35.00', items: [{ sku: '10020000000099', quantity: '1', price: '30.00' }] },
    });
  });

  it.each([
    ['WAIT_GOODS_RECEIVE_CONFIRM', 'order_shipped', '2026-01-05T06:07:08+08:00'],
    ['FINISHED_L', 'order_completed', '2026-01-04T00:00:00+08:00'],
    ['TRADE_CANCELED', 'order_cancelled', '2026-01-04T00:00:00+08:00'],
    ['LOCKED', 'custom:jd.order', '2026-01-05T06:07:08+08:00'],
    ['POP_ORDER_PAUSE', 'custom:jd.order', '2026-01-05T06:07:08+08:00'],
  ])('%s is %s, after the payment told under its own id', (orderState, type, time) => {
    const late = events('jd', taken({ ...ORDER, orderState, orderEndTime: '2026-01-04 00:00:00' }));
    expect(late.map(({ id, type, time }) => ({ id, type, time }))).toEqual([
      ...[{ id: '298000000099:WAIT_SELLER_STOCK_OUT', type: 'order_paid', time: '2026-01-02T03:01:00+08:00' }],
      { id: `298000000099:${orderState}`, type, time },
    ]);
  });

  it('cash on delivery is paid when it is paid', () => {
    const cash = { ...ORDER, payType: '1-货到付款', paymentConfirmTime: '' };
    expect(event('jd', taken(cash))).toMatchObject({ type: 'order_created', time: '2026-01-02T03:00:00+08:00' });
    const done = { ...cash, orderState: 'FINISHED_L', paymentConfirmTime: '2026-01-04 00:00:00' };
    expect(event('jd', taken(done)).type).toBe('order_completed');
    expect(event('jd', taken({ ...cash, payType: '10-其他' })).type).toBe('order_paid');
  });

  it('never paid, and cancelled', () => {
    const cancelled = { ...ORDER, orderState: 'TRADE_CANCELED', paymentConfirmTime: '' };
    expect(event('jd', taken(cancelled))).toMatchObject({ type: 'order_cancelled', time: '2026-01-05T06:07:08+08:00' });
  });

  it('an exchange is no purchase', () => {
    for (const orderState of ['WAIT_SELLER_STOCK_OUT', 'FINISHED_L']) {
      const told = event('jd', taken({ ...ORDER, orderState, returnOrder: '1' }));
      expect(told).toMatchObject({ type: 'custom:jd.order', properties: { return_order: '1' } });
    }
  });

  it('a repeat with another remark is the same, with another sum it is not', () => {
    const content = (body: object) =>
      outcomes('jd', taken(body)).map((one) => (one.kind === 'event' ? one.content : ''));
    expect(content({ ...ORDER, venderRemark: 'x', modified: '2026-02-01 00:00:00' })).toEqual(content(ORDER));
    expect(content({ ...ORDER, orderPayment: '34.00' })).not.toEqual(content(ORDER));
  });
});

describe('money', () => {
  it.each([
    ['freight is in it already', { orderPayment: '35.00', freightPrice: '5.00', orderSellerPrice: '30.00' }, '35.00'],
    ['what came out of a balance was paid too', { orderPayment: '5.50', balanceUsed: '29.50' }, '35.00'],
    ['nothing left to pay', { orderPayment: '0.00', balanceUsed: '0.00' }, '0.00'],
    [
      'without it the goods and the freight',
      { orderPayment: '', orderSellerPrice: '30.00', freightPrice: '5' },
      '35.00',
    ],
  ])('%s', (_, more, total) => {
    expect(event('jd', taken({ ...ORDER, ...more })).order?.total).toBe(total);
  });

  it.each([
    [{ sellerDiscount: '3.00' }, '3.00'],
    [{ sellerDiscount: '3.00', couponDetailList: [{ couponPrice: '3.00' }, { couponPrice: '1.50' }] }, '4.50'],
    [{ sellerDiscount: '0.00', couponDetailList: [] }, undefined],
    [{ couponDetailList: { couponType: '41-京东券优惠', couponPrice: '2.00' } }, '2.00'],
  ])('%j takes off %s', (more, discount) => {
    expect(event('jd', taken({ ...ORDER, ...more })).order?.discount).toBe(discount);
  });
});

describe('the buyer', () => {
  it.each([
    ['both', { open_id_buyer: 'A', xid_buyer: 'B', pin: 'C' }, ['A', 'B']],
    ['the same twice', { open_id_buyer: 'A', xid_buyer: 'A' }, ['A']],
    ['the newer alone', { open_id_buyer: '', xid_buyer: 'B', pin: 'C' }, ['B']],
    ['the pin where there is neither', { open_id_buyer: null, pin: 'C' }, ['C']],
    ['nobody', { open_id_buyer: '' }, []],
  ])('%s', (_, more, ids) => {
    expect(event('jd', taken({ ...ORDER, ...more })).identifiers).toEqual(ids.map(jdId));
  });
});

describe('what does not fit', () => {
  it.each([
    ['orderPayment', 35, 'orderPayment: number, not string'],
    ['orderPayment', { amount: '35.00' }, 'orderPayment: map, not string'],
    ['itemInfoList', 'two', 'itemInfoList: string, not list or map'],
    ['itemInfoList', [{ itemTotal: {} }], 'itemInfoList[].itemTotal: map, not integer'],
    ['couponDetailList', [{ couponPrice: 2 }], 'couponDetailList[].couponPrice: number, not string'],
    ['open_id_buyer', ['A'], 'open_id_buyer: list, not text'],
    ['consigneeInfo', 'x', 'consigneeInfo: string, not map'],
  ])('%s: %j', (field, value, detail) => {
    expect(dropped('jd', taken({ ...ORDER, [field]: value }))).toMatchObject({
      ...{ fate: 'quarantined', reason: 'field_type_changed', detail },
    });
  });

  it.each([
    ['orderId', { orderId: '' }],
    ['orderState', { orderState: null }],
    ['modified', { modified: 'x', orderStartTime: '', paymentConfirmTime: '2026-02-30 00:00:00' }],
  ])('without %s it is dead', (detail, more) => {
    expect(dropped('jd', taken({ ...ORDER, ...more }))).toMatchObject({
      ...{ fate: 'dead-letter', reason: 'event_malformed', detail },
    });
  });

  it('keeps what nobody listed; numbers and whole texts are ids alike', () => {
    const told = event('jd', taken({ ...ORDER, orderId: 298000000099, moodOfDay: { a: 1 } }));
    expect(told).toMatchObject({ id: '298000000099:WAIT_SELLER_STOCK_OUT', properties: { mood_of_day: { a: 1 } } });
    expect(channelOf('jd').unknownFields({ body: '{"moodOfDay":1}', meta: {} })).toEqual(['moodOfDay']);
  });
});
