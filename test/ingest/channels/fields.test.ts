import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../ingest/channel.ts';
import { CHANNELS } from '../../../ingest/channels.ts';
import { bytes, channelOf, dropped, event, hmacOf, json, md5Of, send, sha1Of } from './door.ts';

const changed = (detail: string) => ({
  ...{ kind: 'drop', fate: 'quarantined', reason: 'field_type_changed' },
  detail: expect.stringMatching(detail),
});
/** The fields of what was taken that nobody listed. */
function unknownOf(name: string, verdict: Verdict): string[] {
  if (verdict.verdict !== 'taken') throw new Error('not taken');
  return verdict.items.flatMap((item) => channelOf(name).unknownFields(item));
}

describe('weibo', () => {
  const push = (body: string): Verdict =>
    send(
      'weibo',
      { appSecret: 's' },
      { body, query: { signature: sha1Of('s', '1', '2'), timestamp: '1', nonce: '2' } },
    );
  const TEXT = json('weibo/text.json');

  it.each([
    ['sender_id', '^sender_id: map, not text$'],
    ['created_at', '^created_at: map, not string$'],
    ['text', '^text: map, not string$'],
  ])('%s became a map', (field, detail) => {
    expect(dropped('weibo', push(JSON.stringify({ ...TEXT, [field]: { value: '1' } })))).toEqual(changed(detail));
  });

  it('a number became a list, in either form', () => {
    const body = JSON.stringify({ ...TEXT, type: 'position', data: { latitude: ['39.9'], longitude: '116.4' } });
    expect(dropped('weibo', push(body))).toEqual(changed('^data\\.latitude: list, not number or string$'));
    const xml = bytes('weibo/text-wechat-compatible.xml').toString('utf8');
    const twice = xml.replace('<MsgId>', '<CreateTime>1772420500</CreateTime><MsgId>');
    expect(dropped('weibo', push(twice))).toEqual(changed('^CreateTime: list, not integer$'));
  });

  it('keeps what nobody listed, and tells it', () => {
    const verdict = push(JSON.stringify({ ...TEXT, mood: 'fine', data: { sticker: { id: 7 } } }));
    expect(event('weibo', verdict).properties).toMatchObject({ mood: 'fine', sticker: { id: 7 } });
    expect(unknownOf('weibo', verdict)).toEqual(['data.sticker', 'mood']);
    const xml = bytes('weibo/text-wechat-compatible.xml').toString('utf8');
    const more = push(xml.replace('<MsgId>', '<Mood>fine</Mood><MsgId>'));
    expect(event('weibo', more).properties).toMatchObject({ Mood: 'fine' });
    expect(unknownOf('weibo', more)).toEqual(['Mood']);
  });
});

describe('youzan', () => {
  const push = (msg: unknown, more: object = {}): Verdict => {
    const envelope = { type: 'trade_TradePaid', msg_id: 'm1', kdt_id: 42, version: 1767225600, test: false };
    const body = JSON.stringify({ ...envelope, msg, ...more });
    return send(
      'youzan',
      { clientId: 'c', clientSecret: 's' },
      { body, headers: { 'event-sign': md5Of('c', body, 's') } },
    );
  };
  const coded = (msg: unknown): string => encodeURIComponent(JSON.stringify(msg));
  const order = (pay: object, more: object = {}) => ({
    ...more,
    full_order_info: { order_info: { tid: 'E1', update_time: '2026-01-01 08:00:00' }, pay_info: pay },
  });

  it.each([
    ['a map', { amount: '239.00' }, 'map'],
    ['a number', 239, 'number'],
    ['a list', ['239.00'], 'list'],
  ])('an amount became %s', (_, payment, kind) => {
    const path = '^msg\\.full_order_info\\.pay_info\\.payment: ';
    for (const msg of [order({ payment }), coded(order({ payment }))]) {
      expect(dropped('youzan', push(msg))).toEqual(changed(`${path}${kind}, not string$`));
    }
  });

  it('the amount of a refund became a number; the list of lines became text', () => {
    const refund = { tid: 'E1', refund_id: 'R1', refunded_fee: 1.5, update_time: '2026-01-01 08:00:00' };
    const sent = { type: 'youzan_trade_RefundSuccess' };
    expect(dropped('youzan', push(refund, sent))).toEqual(changed('^msg\\.refunded_fee: number, not string$'));
    const lines = { full_order_info: { orders: '[{"price":"1.00"}]' } };
    const detail = '^msg\\.full_order_info\\.orders: string, not list or map$';
    expect(dropped('youzan', push(lines))).toEqual(changed(detail));
  });

  it('keeps what nobody listed, and tells it', () => {
    const verdict = push(order({ payment: '1.00', card_fee: '0' }, { mood: 'fine' }), { trace: 't1' });
    expect(event('youzan', verdict).properties).toMatchObject({ mood: 'fine', trace: 't1' });
    expect(unknownOf('youzan', verdict)).toEqual(['msg.full_order_info.pay_info.card_fee', 'msg.mood', 'trace']);
  });
});

describe('shopify', () => {
  const ORDER = json('shopify/orders-create.body.json');
  const push = (body: object, topic = 'orders/create'): Verdict => {
    const text = JSON.stringify(body);
    const headers = {
      'x-shopify-topic': topic,
      'x-shopify-event-id': 'e1',
      'x-shopify-hmac-sha256': hmacOf('s', text),
    };
    return send('shopify', { shop: 'a', apiSecret: 's' }, { body: text, headers });
  };

  it.each([
    ['total_price', { amount: '478.00' }, '^total_price: map, not string$'],
    ['total_price', 478, '^total_price: number, not string$'],
    ['line_items', 'two coats', '^line_items: string, not list$'],
    ['line_items', [{ price: { amount: '1' } }], '^line_items\\[\\]\\.price: map, not string$'],
    ['customer', '8200000000017', '^customer: string, not map$'],
    ['buyer_accepts_marketing', [], '^buyer_accepts_marketing: list, not flag$'],
    ['buyer_accepts_marketing', { toString: 1 }, '^buyer_accepts_marketing: map, not flag$'],
  ])('%s became another type', (field, value, detail) => {
    expect(dropped('shopify', push({ ...ORDER, [field]: value }))).toEqual(changed(detail));
  });

  it('what a refund gave back became a map', () => {
    const refund = { id: 1, order_id: 9, transactions: [{ kind: 'refund', amount: { value: '1' } }] };
    const detail = '^transactions\\[\\]\\.amount: map, not string$';
    expect(dropped('shopify', push(refund, 'refunds/create'))).toEqual(changed(detail));
  });

  it('keeps what nobody listed, and tells it', () => {
    const verdict = push({ ...ORDER, loyalty: { tier: 'gold' }, customer: { id: 5, nickname: '思远' } });
    expect(event('shopify', verdict).properties).toMatchObject({ loyalty: { tier: 'gold' } });
    expect(unknownOf('shopify', verdict)).toEqual(['customer.nickname', 'loyalty']);
  });
});

describe('the samples', () => {
  it('hold no field that is not listed', () => {
    const youzan = ['trade_TradePaid', 'SCRM_CUSTOMER_EVENT', 'trade_refund_RefundSuccess'].map((name) => [
      'youzan',
      `${name}.body.json`,
    ]);
    const shopify = ['orders-create', 'orders-create-redacted', 'customers-data_request', 'customers-redact'];
    const weibo = ['text.json', 'event-scan_follow.json', 'mention.json', 'position.json'];
    const files = [
      ...youzan,
      ...shopify.map((name) => ['shopify', `${name}.body.json`]),
      ...weibo.map((name) => ['weibo', name]),
    ];
    for (const [name = '', file = ''] of files) {
      const item = { body: bytes(`${name}/${file}`).toString('utf8'), meta: {} };
      expect([file, CHANNELS.get(name)?.unknownFields(item)]).toEqual([file, []]);
    }
  });
});
