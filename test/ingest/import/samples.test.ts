import { describe, expect, it } from 'vitest';
import type { ImportUnit } from '../../../ingest/import/unit.ts';
import { eventsOf, headOf, linesOf, outcomes, read, refusals, sample, unitsOf } from './files.ts';

const STORES = { stores: { 北京朝阳门店: 'BJ001' } };
const open = (name: string, settings: object = STORES): Promise<ImportUnit[]> => read(sample(name), { settings });
const short = (all: ImportUnit[]): [string, string, string | null | undefined][] =>
  eventsOf(all).map(({ id, type, order }) => [type, id, order?.total]);
const identifiers = (all: ImportUnit[]): string[][] =>
  eventsOf(all).map((event) => (event.identifiers ?? []).map(({ kind, scope, value }) => `${kind}@${scope}=${value}`));

const R1 = 'BJ001:BJ001-07-20260301-0001';

describe('sales-gb18030.csv', () => {
  it('is receipts, a refund of one of them, and a total row', async () => {
    const all = await open('sales-gb18030.csv');
    expect(headOf(all)).toMatchObject({ kind: 'sales', encoding: 'gb18030', headerLine: 1 });
    expect(unitsOf(all).map((unit) => unit.lines)).toEqual([[2, 3], [4], [5], [6], [7], [8], [9], [10]]);
    expect(refusals(all)).toEqual([[11, 'ignored', 'total_row']]);
    expect(short(all)).toEqual([
      ['order_completed', R1, '437.00'],
      ['order_completed', 'BJ001:BJ001-07-20260301-0002', '99.00'],
      ['order_completed', 'BJ001:BJ001-07-20260301-0003', '149.00'],
      ['order_completed', 'BJ001:BJ001-08-20260301-0001', '1299.00'],
      ['order_completed', 'BJ001:BJ001-08-20260301-0002', '59.00'],
      ['order_completed', 'BJ001:BJ001-08-20260301-0003', '177.00'],
      ['order_refunded', 'BJ001:BJ001-07-20260302-0009', '99.00'],
      ['order_completed', 'BJ001:BJ001-07-20260302-0010', '88.00'],
    ]);
  });

  it('gives each receipt its items, buyer and time', async () => {
    const [first, , , lossy, wide, tail, refund, rare] = eventsOf(await open('sales-gb18030.csv'));
    expect(first).toEqual({
      ...{ id: R1, channel: 'pos', source: 'bj', time: '2026-03-01T09:05:00+08:00', type: 'order_completed' },
      identifiers: [
        { kind: 'member_card', scope: 'b1', value: '8800012345678901' },
        { kind: 'mobile', value: '13900001234' },
        { kind: 'receipt', scope: 'b1', value: R1 },
      ],
      traits: { name: '陈思远' },
      order: {
        ...{ id: R1, currency: 'CNY', total: '437.00', store: 'BJ001' },
        items: [
          { sku: '6901234567892', name: '春季轻薄外套 黑色M', quantity: '1', price: '259.00' },
          { sku: '6901234567908', name: '纯棉T恤', quantity: '2', price: '99.00' },
        ],
      },
      properties: {
        ...{ business_date: '2026-03-01', store_name: '北京朝阳门店', cashier: '07', payment_method: '微信' },
        ...{ sale_type: '销售', discount_rate: ['0.92', '1'] },
      },
    });
    const mobile = (event: typeof first) => event?.identifiers?.find(({ kind }) => kind === 'mobile')?.value;
    expect([lossy, wide, tail].map(mobile)).toEqual(['1.86E+10', '13700004321', '13700004321']);
    expect(wide?.order?.items?.[0]?.name).toBe('毛巾"2条装"');
    expect(refund?.order).toMatchObject({ id: refund?.id, original_id: R1, items: [{ quantity: '1' }] });
    expect(rare?.traits?.name).toBe('䶮先生');
    expect(rare?.order?.items?.[0]?.name).toBe('𠮷祥如意礼盒');
  });
});

it('sales-gbk-plain.csv tells the same receipts with the same content', async () => {
  const of = async (name: string) =>
    unitsOf(await open(name)).flatMap(({ item }) =>
      outcomes(item).map((outcome) => (outcome.kind === 'event' ? [outcome.event.id, outcome.content] : [])),
    );
  expect((await of('sales-gb18030.csv')).slice(0, 3)).toEqual(await of('sales-gbk-plain.csv'));
});

it('sales-utf8-bom.csv has fen, business dates and a refund flag', async () => {
  const all = await open('sales-utf8-bom.csv', {});
  expect(headOf(all)).toMatchObject({ kind: 'sales', encoding: 'utf-8' });
  expect(linesOf(all)).toEqual([2, 3, 4, 5]);
  expect(short(all)).toEqual([
    ['order_completed', 'SH002:SH002000001', '259.00'],
    ['order_completed', 'SH002:SH002000002', '99.00'],
    ['order_refunded', 'SH002:SH002000003', '259.00'],
    ['order_completed', 'SH002:SH002000004', '99.00'],
  ]);
  const [, night, refund] = eventsOf(all);
  expect(night).toMatchObject({ time: '2026-03-02T01:30:05+08:00', properties: { business_date: '2026-03-01' } });
  expect(refund?.order?.original_id).toBe('SH002:SH002000001');
  expect(identifiers(all)).toEqual([
    ['member_card@b1=8800012345678918', 'mobile@undefined=+86 186 0000 5678', 'receipt@b1=SH002:SH002000001'],
    ['mobile@undefined=138****1234', 'receipt@b1=SH002:SH002000002'],
    ['member_card@b1=8800012345678918', 'mobile@undefined=0086-186-0000-5678', 'receipt@b1=SH002:SH002000003'],
    ['mobile@undefined=17700002468/13900001234', 'receipt@b1=SH002:SH002000004'],
  ]);
});

it('refunds-semicolon.csv refunds a receipt of the store it names', async () => {
  const all = await open('refunds-semicolon.csv');
  expect(headOf(all)).toMatchObject({ kind: 'refunds', encoding: 'utf-8' });
  const [event] = eventsOf(all);
  expect(event).toMatchObject({
    ...{ id: 'BJ001:TH2026030200017', type: 'order_refunded', time: '2026-03-02T15:30:12+08:00' },
    order: { id: 'BJ001:TH2026030200017', original_id: R1, total: '99.00', store: 'BJ001' },
    properties: { reason: '尺码不合', store_name: '北京朝阳门店' },
  });
  const [unresolved] = eventsOf(await open('refunds-semicolon.csv', {}));
  expect(unresolved?.order?.original_id).toBe('北京朝阳门店:BJ001-07-20260301-0001');
});

it('members-gbk.csv updates each card, and joins it at its opening date', async () => {
  const all = await open('members-gbk.csv');
  expect(headOf(all)).toMatchObject({ kind: 'members', encoding: 'gb18030', fileHash: 'd7ef58519487df2e' });
  expect(linesOf(all)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  const events = eventsOf(all);
  expect(events.map((event) => event.type)).toEqual(Array(7).fill(['member_updated', 'member_joined']).flat());
  const [updated, joined, second, , shared] = events;
  expect(updated?.id).toMatch(/^8800012345678901:[0-9a-f]{16}:d7ef58519487df2e$/);
  expect(updated).toMatchObject({
    time: '2026-03-05T04:00:00.000Z',
    identifiers: [
      { kind: 'member_card', scope: 'b1', value: '8800012345678901' },
      { kind: 'mobile', value: '13900001234' },
    ],
    traits: { name: '陈思远', gender: 'male', birthday: '1990-06-18', level: '金卡', points: '1280' },
    properties: { store: 'BJ001', opened: '2024-05-01' },
  });
  expect(joined).toEqual({
    ...{ id: '8800012345678901', channel: 'pos', source: 'bj', time: '2024-05-01T00:00:00+08:00' },
    type: 'member_joined',
    identifiers: [{ kind: 'member_card', scope: 'b1', value: '8800012345678901' }],
  });
  expect(second?.traits).toMatchObject({ gender: 'female', birthday: '1992-02-15' });
  expect(shared?.traits).not.toHaveProperty('birthday');
});

it('wechatpay-bill.csv is a payment, and two rows of totals', async () => {
  const all = await open('wechatpay-bill.csv', {});
  expect(headOf(all)).toMatchObject({ kind: 'bill', encoding: 'utf-8' });
  expect(refusals(all)).toEqual([
    [3, 'ignored', 'total_row'],
    [4, 'ignored', 'total_row'],
  ]);
  const [event] = eventsOf(all);
  expect(event).toMatchObject({
    ...{ id: '4200002601202603021234567890', type: 'payment_received', time: '2026-03-02T11:30:52+08:00' },
    identifiers: [
      { kind: 'wechat_openid', scope: 'wx7b1e9c4d2a6f8350', value: 'o_q4S-jOalDjAMe39xYv6Ihh6IVQ' },
      { kind: 'payment_id', scope: 'wechat-pay', value: '4200002601202603021234567890' },
    ],
    properties: { amount: '259.00', currency: 'CNY', out_trade_no: 'BJ001202603021130450017', trade_type: 'JSAPI' },
  });
  expect(event?.order).toBeUndefined();
});
