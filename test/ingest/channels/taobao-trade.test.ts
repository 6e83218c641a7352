import { describe, expect, it } from 'vitest';
import { dropped, event, events, outcomes } from './door.ts';
import { OPEN_UID, OUID, omid, openUid, ouid, sample, trade, tradeText } from './taobao.ts';

const TRADE = {
  ...{ tid: '4837328765340009999', status: 'WAIT_SELLER_SEND_GOODS', type: 'fixed', payment: '12.50' },
  ...{ created: '2026-01-02 03:00:00', pay_time: '2026-01-02 03:01:00', modified: '2026-01-05 06:07:08' },
  ...{ buyer_open_uid: 'AAX', orders: { order: [{ title: 'T恤', price: '12.50', num: 1, num_iid: 690000000018 }] } },
};

describe('the trades of the samples', () => {
  it('two lines', () => {
    const told = event('taobao', trade(tradeText('trade.fullinfo.get-two-orders')));
    expect(told).toMatchObject({
      ...{ id: '4837328765340000017:WAIT_SELLER_SEND_GOODS', type: 'order_paid', time: '2026-03-02T20:15:08+08:00' },
    });
    expect(told.identifiers).toEqual([OUID, OPEN_UID]);
    expect(told.order).toEqual({
      ...{ id: '4837328765340000017', currency: 'CNY', total: '328.00', discount: '99.00' },
      items: [
        { sku: 'JK-2026-007-BLK-M', name: '春季轻薄外套', quantity: '1', price: '229.00' },
        { sku: 'JK-2026-007-BLK-M', name: '纯棉T恤', quantity: '1', price: '99.00' },
      ],
    });
    expect(told.properties).toMatchObject({
      ...{ status: 'WAIT_SELLER_SEND_GOODS', buyer_nick: '欧**', post_fee: '0.00' },
      receiver: { name: '欧**', mobile: '186****5678', province: '上海', district: '徐汇区', town: '徐家汇街道' },
      lines: [{ oid: '4837328765340010017' }, { oid: '4837328765340020017', refund_status: 'NO_REFUND' }],
    });
    expect(told.properties).toHaveProperty('receiver.oaid');
    expect(told.traits).toBeUndefined();
  });

  it('one line, as an object', () => {
    const told = event('taobao', trade(tradeText('trade.fullinfo.get-single-order-object')));
    expect(told.order).toMatchObject({ total: '328.00', items: [{ quantity: '1', price: '328.00' }] });
  });

  it('a privacy number is the receiver’s and no key of anybody', () => {
    const text = sample('top.oaid.decrypt');
    const mobile = /"mobile": "([^"]+)"/.exec(text)?.[1];
    const told = event(
      'taobao',
      trade({ ...TRADE, receiver_mobile: mobile, oaid: /"oaid": "([^"]+)"/.exec(text)?.[1] }),
    );
    expect(mobile).toBe('18400009965-7576');
    expect(told.properties).toMatchObject({ receiver: { mobile } });
    expect(told.identifiers).toEqual([openUid('AAX')]);
    expect(JSON.stringify([told.identifiers, told.traits ?? {}])).not.toMatch(/7576|1dRmEgna|欧/);
  });
});

describe('trades in every state', () => {
  it.each([
    ['WAIT_BUYER_PAY', 'order_created', '2026-01-02T03:00:00+08:00'],
    ['TRADE_NO_CREATE_PAY', 'order_created', '2026-01-02T03:00:00+08:00'],
    ['PAID_FORBID_CONSIGN', 'order_paid', '2026-01-02T03:01:00+08:00'],
    ['WAIT_SELLER_SEND_GOODS', 'order_paid', '2026-01-02T03:01:00+08:00'],
  ])('%s is %s', (status, type, time) => {
    expect(event('taobao', trade({ ...TRADE, status }))).toMatchObject({
      ...{
        id: `4837328765340009999:${status}`,
        type,
        time,
        order: { total: '12.50', items: [{ sku: '690000000018' }] },
      },
    });
  });

  it.each([
    ['SELLER_CONSIGNED_PART', 'order_shipped', '2026-01-03T00:00:00+08:00'],
    ['WAIT_BUYER_CONFIRM_GOODS', 'order_shipped', '2026-01-03T00:00:00+08:00'],
    ['TRADE_FINISHED', 'order_completed', '2026-01-04T00:00:00+08:00'],
    ['TRADE_CLOSED', 'order_cancelled', '2026-01-04T00:00:00+08:00'],
    ['SOMETHING_NEW', 'custom:taobao.trade', '2026-01-05T06:07:08+08:00'],
  ])('%s is %s, after the payment told under its own id', (status, type, time) => {
    const late = { ...TRADE, status, consign_time: '2026-01-03 00:00:00', end_time: '2026-01-04 00:00:00' };
    const told = events('taobao', trade(late)).map(({ id, type, time }) => ({ id, type, time }));
    expect(told).toEqual([
      ...[{ id: `${TRADE.tid}:WAIT_SELLER_SEND_GOODS`, type: 'order_paid', time: '2026-01-02T03:01:00+08:00' }],
      { id: `${TRADE.tid}:${status}`, type, time },
    ]);
  });

  it('closed without a payment: nothing was paid', () => {
    const closed = { ...TRADE, status: 'TRADE_CLOSED_BY_TAOBAO', pay_time: '', end_time: '2026-01-04 00:00:00' };
    expect(event('taobao', trade(closed)).type).toBe('order_cancelled');
  });

  it('a repeat with another memo is the same, with another sum it is not', () => {
    const content = (body: object) =>
      outcomes('taobao', trade(body)).map((one) => (one.kind === 'event' ? one.content : ''));
    expect(content({ ...TRADE, seller_memo: 'x', modified: '2026-02-01 00:00:00' })).toEqual(content(TRADE));
    expect(content({ ...TRADE, payment: '12.40' })).not.toEqual(content(TRADE));
  });

  it('bear every id of the buyer, whatever the order of their fields', () => {
    const told = { omid: 'AAO', ouid: 'AAS', ...TRADE };
    const reversed = Object.fromEntries(Object.entries(told).reverse());
    for (const body of [told, reversed]) {
      expect(event('taobao', trade(body)).identifiers).toEqual([ouid('AAS'), omid('AAO'), openUid('AAX')]);
    }
  });

  it.each([
    ['tid', { tid: '' }, 'trade.tid'],
    ['status', { status: null }, 'trade.status'],
    ['time', { pay_time: '2026-02-30 00:00:00', modified: 'x', created: '' }, 'trade.modified'],
  ])('without %s it is dead', (_, more, detail) => {
    expect(dropped('taobao', trade({ ...TRADE, ...more }))).toMatchObject({ reason: 'event_malformed', detail });
  });
});

describe('fields of another type', () => {
  const changed = (detail: string) => ({ fate: 'quarantined', reason: 'field_type_changed', detail });

  it.each([
    ['payment', 12.5, 'trade.payment: number, not string'],
    ['orders', [], 'trade.orders: list, not map'],
    ['orders', { order: [{ price: {} }] }, 'trade.orders.order[].price: map, not string'],
    ['orders', { order: { num: '1.5' } }, 'trade.orders.order.num: string, not integer'],
    ['tid', { id: 1 }, 'trade.tid: map, not text'],
  ])('trade.%s: %j', (field, value, detail) => {
    expect(dropped('taobao', trade({ ...TRADE, [field]: value }))).toMatchObject(changed(detail));
  });
});
