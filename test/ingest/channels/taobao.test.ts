import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../ingest/channel.ts';
import { asks, channelOf, dropped, event, events, json } from './door.ts';
import { message, OPEN_UID, OUID, omid, openUid, ouid, sample, trade, tradeText } from './taobao.ts';

const push = (topic: string, content: object, more: object = {}): Verdict =>
  message({ id: '9', topic, time: '2026-01-02T03:04:05.000+0800', content: JSON.stringify(content), ...more });

describe('the messages of the samples', () => {
  it('a payment: the order is paid, and the trade asked for in full', () => {
    const told = event('taobao', message(sample('tmc-TradeBuyerPay')));
    expect(told).toMatchObject({
      ...{ id: '7215900000000000123', type: 'order_paid', time: '2026-03-02T20:15:09+08:00' },
      order: { id: '4837328765340000017', total: '328.00', currency: 'CNY' },
      properties: { topic: 'taobao_trade_TradeBuyerPay', oid: '4837328765340010017', buyer_nick: '欧**' },
    });
    expect(told.identifiers).toEqual([OPEN_UID]);
    expect(told.traits).toBeUndefined();
    expect(asks('taobao', message(sample('tmc-TradeBuyerPay')))).toEqual([
      { name: 'trade.fullinfo', params: { tid: '4837328765340000017' } },
    ]);
  });

  it('a refund: its own id, the trade it is of, what was given back', () => {
    const told = event('taobao', message(sample('tmc-RefundSuccess')));
    expect(told).toMatchObject({
      ...{ id: '7215900000000000456', type: 'order_refunded', time: '2026-03-08T10:21:33+08:00' },
      properties: { refund_phase: 'aftersale', bill_type: 'refund_bill' },
    });
    expect(told.order).toEqual({
      ...{ id: '199900000000017', original_id: '4837328765340000017', total: '99.00', currency: 'CNY' },
    });
    expect(told.identifiers).toEqual([OPEN_UID]);
    expect(JSON.stringify(told)).toContain('4837328765340020017');
  });

  it('a new member, by the ouid of the shop', () => {
    const told = event('taobao', message(sample('tmc-MemberJoinPrivate')));
    expect(told).toMatchObject({
      ...{ id: '7215900000000000789', type: 'member_joined', time: '2026-03-02T20:12:01+08:00' },
      ...{ identifiers: [OUID] },
    });
    expect(told.order).toBeUndefined();
  });

  it('the form of the HTTP call gives the same events', () => {
    for (const name of ['tmc-TradeBuyerPay', 'tmc-RefundSuccess', 'tmc-MemberJoinPrivate']) {
      const frame = json(`taobao/${name}.json`);
      const id = /"id": (\d+)/.exec(sample(name))?.[1];
      const pulled = {
        ...{ content: frame.content, user_nick: frame.nick, user_id: frame.userid, pub_app_key: frame.publisher },
        ...{ topic: frame.topic, pub_time: String(frame.time).slice(0, 19).replace('T', ' '), id },
      };
      expect(events('taobao', message(pulled))).toEqual(events('taobao', message(sample(name))));
    }
  });

  it('hold no field that is not listed', () => {
    const unknown = (api: string, body: string) => channelOf('taobao').unknownFields({ body, meta: { api } });
    for (const name of ['tmc-TradeBuyerPay', 'tmc-RefundSuccess', 'tmc-MemberJoinPrivate']) {
      expect(unknown('message', sample(name))).toEqual([]);
    }
    for (const name of ['trade.fullinfo.get-two-orders', 'trade.fullinfo.get-single-order-object']) {
      expect(unknown('trade', tradeText(name))).toEqual([]);
    }
  });
});

describe('messages of other topics and people', () => {
  const TID = { tid: '4837328765340005555', buyer_open_uid: 'AAX', buyer_nick: 't**' };

  it.each([
    ['taobao_trade_TradeCreate', { payment: '5.00', status: 'WAIT_BUYER_PAY' }, 'order_created', '5.00'],
    ['taobao_trade_TradeSellerShip', { payment: '5.00' }, 'order_shipped', '5.00'],
    ['taobao_trade_TradePartlySellerShip', { payment: '5.00', oid: '7' }, 'order_shipped', undefined],
    ['taobao_trade_TradeSuccess', { payment: '5.00', oid: TID.tid }, 'order_completed', '5.00'],
    ['taobao_trade_TradeSuccess', { payment: '2.00', oid: '7' }, 'order_completed', undefined],
    ['taobao_trade_TradeClose', {}, 'order_cancelled', undefined],
  ])('%s %j', (topic, more, type, total) => {
    const told = event('taobao', push(topic, { ...TID, ...more }));
    expect(told).toMatchObject({ id: '9', type, time: '2026-01-02T03:04:05+08:00', identifiers: [openUid('AAX')] });
    expect([told.order?.id, told.order?.total]).toEqual([TID.tid, total]);
  });

  it('a payment without its sum is told as it is, and the trade asked for', () => {
    const verdict = push('taobao_trade_TradeBuyerPay', TID);
    expect(event('taobao', verdict)).toMatchObject({
      ...{ type: 'custom:taobao.taobao_trade_TradeBuyerPay', order: { id: TID.tid } },
    });
    expect(asks('taobao', verdict)).toEqual([{ name: 'trade.fullinfo', params: { tid: TID.tid } }]);
  });

  it('a refund that is only asked for gives nothing back yet', () => {
    const told = event('taobao', push('taobao_refund_RefundCreated', { ...TID, refund_id: 5, refund_fee: '1.00' }));
    expect(told).toMatchObject({ type: 'custom:taobao.taobao_refund_RefundCreated', order: { id: TID.tid } });
    expect(told.order).not.toHaveProperty('total');
    const zero = push('taobao_refund_RefundSuccess', { ...TID, refund_id: 5, refund_fee: '0.00' });
    expect(dropped('taobao', zero)).toMatchObject({ fate: 'ignored', reason: 'type_not_used' });
  });

  it('members: grades, and the two meanings of user', () => {
    const grade = { ouid: 'AAS', omid: 'AAO', grade: 2, seller_id: 5, msg_id: 'm' };
    expect(event('taobao', push('taobao_opencrm_MemberGradeChange', grade))).toMatchObject({
      ...{ type: 'member_updated', traits: { level: '2' }, identifiers: [ouid('AAS'), omid('AAO')] },
    });
    const joined = { user: 'AAS', seller: 'x', join_time: '2026-01-01 00:00:00' };
    expect(event('taobao', push('taobao_opencrm_MemberJoinPrivate', joined)).identifiers).toEqual([ouid('AAS')]);
    const nick = { ...joined, user: '某人' };
    expect(dropped('taobao', push('taobao_opencrm_MemberJoin', nick))).toMatchObject({
      ...{ fate: 'ignored', reason: 'type_not_used' },
    });
  });

  it('a bound member card: the number is never a mobile', () => {
    const bound = { ouid: 'AAS', omid: 'AAO', mix_mobile: '8CB1E5A9D7F2', seller_name: 'x', type: 1 };
    const told = event('taobao', push('tmall_mei_CrmBind', bound));
    expect(told).toMatchObject({ type: 'identified', identifiers: [ouid('AAS'), omid('AAO')] });
    const masked = event('taobao', push('tmall_mei_CrmBind', { ...bound, mix_mobile: '139****1234' }));
    expect(masked.identifiers).toContainEqual({ kind: 'masked_mobile', value: '139****1234' });
    for (const whole of ['13900001234', '18400009965-7576']) {
      const clear = event('taobao', push('tmall_mei_CrmBind', { ...bound, mix_mobile: whole, mobile: whole }));
      expect(clear.identifiers).toEqual([ouid('AAS'), omid('AAO')]);
    }
    const unbound = event('taobao', push('tmall_mei_CrmBind', { ...bound, type: 2 }));
    expect(unbound.type).toBe('custom:taobao.tmall_mei_CrmBind');
  });

  it('about nobody', () => {
    for (const content of [
      { num_iid: 5, nick: '某店' },
      { seller_open_uid: 'AAE', mix_mobile: '139****1234' },
    ]) {
      expect(dropped('taobao', push('taobao_item_ItemUpdate', content))).toMatchObject({ fate: 'ignored' });
    }
  });

  it('keep what nobody listed', () => {
    const verdict = push('taobao_trade_TradeMemoModified', { ...TID, mood: 'fine' }, { trace: 't1' });
    expect(event('taobao', verdict).properties).toMatchObject({ mood: 'fine', trace: 't1' });
    const told = event('taobao', trade({ tid: '1', status: 'X', modified: '2026-01-02 03:00:00', mood: { level: 1 } }));
    expect(told.properties).toMatchObject({ mood: { level: 1 } });
  });

  it.each([
    ['no id', { id: '' }, 'id'],
    ['no topic', { topic: null }, 'topic'],
    ['no time', { time: 'yesterday' }, 'time'],
  ])('%s', (_, more, detail) => {
    const verdict = push('taobao_trade_TradeClose', TID, more);
    expect(dropped('taobao', verdict)).toMatchObject({ fate: 'dead-letter', reason: 'event_malformed', detail });
  });

  it('an order without its number', () => {
    const verdict = push('taobao_trade_TradeClose', { buyer_open_uid: 'AAX' });
    expect(dropped('taobao', verdict)).toMatchObject({ fate: 'dead-letter', detail: 'content.tid' });
  });
});

describe('fields of another type', () => {
  const changed = (detail: string) => ({ fate: 'quarantined', reason: 'field_type_changed', detail });

  it.each([
    ['payment', { cent: 1 }, 'content.payment: map, not string'],
    ['payment', 5, 'content.payment: number, not string'],
    ['buyer_open_uid', ['AAX'], 'content.buyer_open_uid: list, not text'],
    ['refund_fee', 1, 'content.refund_fee: number, not string'],
  ])('content.%s: %j', (field, value, detail) => {
    const verdict = push('taobao_trade_TradeBuyerPay', { tid: '1', payment: '1.00', [field]: value });
    expect(dropped('taobao', verdict)).toMatchObject(changed(detail));
  });
});

describe('the settings', () => {
  it('of the contract are enough to configure it, and ask for nothing yet', () => {
    const { settings, pulls, asks: answers, secrets, accept } = channelOf('taobao');
    const given = { appKey: '1', appSecret: 's', shop: 'a', brand: 'b' };
    expect(settings.safeParse(given).success).toBe(true);
    expect(settings.safeParse({ ...given, appSecret: '' }).success).toBe(false);
    expect(pulls.map(({ name, ready }) => [name, ready(given), ready({ ...given, sessionKey: 'k' })])).toEqual([
      ['messages', false, true],
      ['trades', false, true],
    ]);
    expect(answers['trade.fullinfo']?.ready?.(given)).toBe(false);
    expect(secrets).toEqual(['appSecret', 'sessionKey']);
    const request = { method: 'POST', query: {}, headers: {}, body: Buffer.from('{}'), now: 0 } as const;
    expect(accept(request, given)).toMatchObject({ verdict: 'refused', code: 'source_incomplete' });
  });
});
