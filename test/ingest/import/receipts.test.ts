import { describe, expect, it } from 'vitest';
import type { ImportUnit } from '../../../ingest/import/unit.ts';
import { eventOf, eventsOf, linesOf, outcomes, read, refusals, sales, unitsOf } from './files.ts';

type More = { at?: string; qty?: string; of?: string; sku?: string };
const row = (receipt: string, amount: string, { at, qty = '1', of = '', sku = 'A1' }: More = {}): string =>
  [receipt, 'S1', at ?? '2026-03-01 10:00:00', '8801', '', '陈思远', sku, qty, '', amount, of].join(',');
const told = (all: ImportUnit[]) =>
  eventsOf(all).map(({ id, type, order }) => [type, id, order?.id, order?.original_id, order?.total]);

describe('lines of a receipt', () => {
  it('come together from both ends of the file', async () => {
    const between = Array.from({ length: 5000 }, (_, at) => row(`R${at}`, '1.00'));
    const all = await read(sales(row('FAR', '10.10'), ...between, row('FAR', '0.20'), row('LAST', '5.00')));
    const far = unitsOf(all).find((unit) => unit.lines.length === 2);
    expect(far?.lines).toEqual([2, 5003]);
    expect(far && eventOf([far]).order).toMatchObject({ id: 'S1:FAR', total: '10.30' });
    expect(linesOf(all)).toEqual(Array.from({ length: 5003 }, (_, at) => at + 2));
  });

  it('come together whatever memory there is for open receipts', async () => {
    const rows = Array.from({ length: 6000 }, (_, at) => row(`R${at % 1500}`, `${at}.01`, { sku: `K${at}` }));
    const file = sales(...rows);
    const byFirst = (all: ImportUnit[]) => unitsOf(all).sort((a, b) => (a.lines[0] ?? 0) - (b.lines[0] ?? 0));
    const roomy = byFirst(await read(file));
    expect(roomy).toHaveLength(1500);
    for (const budget of [800_000, 100_000]) expect(byFirst(await read(file, { budget }))).toEqual(roomy);
  });

  it('come together with no memory at all for open receipts, one or two in each reading', async () => {
    const file = sales(...Array.from({ length: 90 }, (_, at) => row(`R${at % 30}`, '1.00')));
    const lines = unitsOf(await read(file, { budget: 1 })).map((unit) => unit.lines);
    expect(lines.sort(([a = 0], [b = 0]) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, at) => [at + 2, at + 32, at + 62]),
    );
  });

  it('are one receipt though a spreadsheet has made decimals of some numbers', async () => {
    const all = await read(sales(row('1001', '1'), row('1002', '2'), row('1001.0', '3')));
    expect(unitsOf(all).map((unit) => unit.lines)).toEqual([[3], [2, 4]]);
  });

  it('of a number used on two business days are two units, so that the second can be set aside', async () => {
    const file = sales(row('7', '1'), row('7', '2', { at: '2026-03-02 10:00' }), row('7', '3'));
    const days = unitsOf(await read(file)).map(({ lines, item }) => [
      lines,
      outcomes(item).map((outcome) => outcome.kind === 'event' && outcome.retold?.day),
    ]);
    expect(days).toEqual([
      [[2, 4], ['2026-03-01']],
      [[3], ['2026-03-02']],
    ]);
  });

  it('over two thousand are no receipt', async () => {
    const all = await read(sales(...Array.from({ length: 2003 }, () => row('0', '1.00')), row('R1', '2.00')), {
      budget: 1000,
    });
    expect(
      unitsOf(all)
        .map((unit) => unit.lines.length)
        .sort(),
    ).toEqual([1, 2000]);
    expect(refusals(all)).toEqual([2002, 2003, 2004].map((line) => [line, 'dead-letter', 'row_malformed']));
    const big = eventsOf(all).find((event) => event.id === 'S1:0');
    expect(big?.order).toMatchObject({ total: '2000.00' });
    expect([big?.order?.items?.length, big?.properties?.items]).toEqual([1000, '2000']);
  });
});

describe('what is given back', () => {
  it('beside a sale is a refund #2 of the receipt it names', async () => {
    const all = await read(sales(row('R9', '259.00'), row('R9', '-99.00', { qty: '-1', of: 'R1' })));
    expect(told(all)).toEqual([
      ['order_completed', 'S1:R9', 'S1:R9', undefined, '259.00'],
      ['order_refunded', 'S1:R9#2', 'S1:R9#2', 'S1:R1', '99.00'],
    ]);
    expect(eventsOf(all).map((event) => event.order?.items?.map((item) => item.quantity))).toEqual([['1'], ['1']]);
  });

  it('of two receipts is two refunds, numbered alike however the rows stand', async () => {
    const rows = [
      row('R9', '-1', { of: 'R2' }),
      row('R9', '9'),
      row('R9', '-2', { of: 'R1' }),
      row('R9', '-3', { of: 'R2' }),
    ];
    const expected = [
      ['order_completed', 'S1:R9', 'S1:R9', undefined, '9.00'],
      ['order_refunded', 'S1:R9#2', 'S1:R9#2', 'S1:R1', '2.00'],
      ['order_refunded', 'S1:R9#3', 'S1:R9#3', 'S1:R2', '4.00'],
    ];
    expect(told(await read(sales(...rows)))).toEqual(expected);
    expect(told(await read(sales(...rows.reverse())))).toEqual(expected);
  });

  it('alone is a refund under its own number', async () => {
    expect(told(await read(sales(row('R9', '-99.00', { of: 'R1' }))))).toEqual([
      ['order_refunded', 'S1:R9', 'S1:R9', 'S1:R1', '99.00'],
    ]);
  });

  it('without the receipt it came from is taken off the receipt it stands on', async () => {
    expect(told(await read(sales(row('R9', '100'), row('R9', '-20'))))).toEqual([
      ['order_completed', 'S1:R9', 'S1:R9', undefined, '100.00'],
      ['order_refunded', 'S1:R9#2', 'S1:R9', undefined, '20.00'],
    ]);
  });

  it.each(['退货', '1', 'SELL_RETURN', '退款'])('is told by the type %s, whatever the sign', async (type) => {
    const file = (amount: string) => `小票号,门店编码,销售时间,金额,销售类型\nR1,S1,2026-03-01,${amount},${type}\n`;
    for (const amount of ['99.00', '-99.00']) expect(eventOf(await read(file(amount))).type).toBe('order_refunded');
  });
});

describe('ids', () => {
  it('of daily numbers bear the business day; an original of an unknown day is not named', async () => {
    const settings = { receiptNumbers: 'daily', dayEndsAt: '06:00' };
    const rows = [row('7', '5', { at: '2026-03-02 01:00' }), row('8', '-5', { at: '2026-03-02 10:00', of: '7' })];
    const all = await read(sales(...rows), { settings });
    expect(told(all)).toEqual([
      ['order_completed', 'S1:2026-03-01:7', 'S1:2026-03-01:7', undefined, '5.00'],
      ['order_refunded', 'S1:2026-03-02:8', 'S1:2026-03-02:8', undefined, '5.00'],
    ]);
    const [sale, refund] = eventsOf(all);
    expect(sale?.identifiers?.at(-1)).toEqual({ kind: 'receipt', scope: 'b1', value: 'S1:2026-03-01:7' });
    expect(refund?.properties?.original).toBe('7');
    const dated = '小票号,门店编码,销售日期,金额,原小票号,原销售日期\n8,S1,2026-03-02,-5,7,2026/3/1\n';
    expect(eventOf(await read(dated, { settings })).order?.original_id).toBe('S1:2026-03-01:7');
  });

  it('take the store from code, name, settings, and at last the source', async () => {
    const file = (head: string, cell: string) => `小票号,销售时间,金额${head}\nR1,2026-03-01,5${cell}\n`;
    const settings = { stores: { 朝阳门店: 'BJ001' }, store: 'HQ' };
    const idOf = async (head: string, cell: string, given = {}) =>
      eventOf(await read(file(head, cell), { settings: given })).id;
    expect(await idOf(',门店编码,门店名称', ',X9,朝阳门店', settings)).toBe('X9:R1');
    expect(await idOf(',门店', ',朝阳门店', settings)).toBe('BJ001:R1');
    expect(await idOf(',门店', ',徐汇店', settings)).toBe('徐汇店:R1');
    expect(await idOf(',门店', ',', settings)).toBe('HQ:R1');
    expect(await idOf('', '')).toBe('bj:R1');
  });

  it('of a receipt told again differ where its lines do, not where their order does', async () => {
    const rows = [row('R1', '1.00', { sku: 'A' }), row('R1', '2.00', { sku: 'B' })];
    const first = async (...lines: string[]) => {
      const [unit] = unitsOf(await read(sales(...lines)));
      const [outcome] = unit ? outcomes(unit.item) : [];
      return outcome?.kind === 'event' ? outcome : undefined;
    };
    const once = await first(...rows);
    const turned = await first(...[...rows].reverse());
    const more = await first(...rows, row('R1', '3.00', { sku: 'C' }));
    const columns = '金额,商品编码,数量,姓名,会员卡号,销售时间,门店编码,小票号,单价';
    const cells = (amount: string, sku: string) => `${amount},${sku},1.0,陈思远,8801,2026/3/1 10:00,S1,R1,`;
    const [moved] = unitsOf(await read([columns, cells('2', 'B'), cells('￥1.00', 'A')].join('\n')));
    const [elsewhere] = moved ? outcomes(moved.item) : [];
    expect(elsewhere?.kind === 'event' && elsewhere.content).toBe(once?.content);
    expect(once?.retold?.id).toMatch(/^S1:R1:[0-9a-f]{16}$/);
    expect([turned?.content, turned?.retold]).toEqual([once?.content, once?.retold]);
    expect(more?.event.id).toBe('S1:R1');
    expect(more?.content).not.toBe(once?.content);
    expect(more?.retold?.id).not.toBe(once?.retold?.id);
  });
});

it('reads a refund file: lines by refund number, the receipt number beside it the original', async () => {
  const file = [
    '退款单号,小票号,门店编码,退款时间,商品编码,退款金额,数量',
    'T1,R1,S1,2026-03-02 10:00,A,10.00,1',
    'T2,R1,S1,2026-03-02 11:00,C,-7,1',
    'T1,R1,S1,2026-03-02 10:00,B,20.00,1',
  ].join('\n');
  expect(told(await read(file, { kind: 'refunds' }))).toEqual([
    ['order_refunded', 'S1:T2', 'S1:T2', 'S1:R1', '7.00'],
    ['order_refunded', 'S1:T1', 'S1:T1', 'S1:R1', '30.00'],
  ]);
});

it('takes the total of a file without lines once, and a payment number for an identifier', async () => {
  const file = [
    '小票号,门店编码,销售时间,总金额,支付流水号',
    'R1,S1,2026-03-01,100.00,4200002601202603021234567890',
    'R1,S1,2026-03-01,100.00,CASH-1',
  ].join('\n');
  const event = eventOf(await read(file));
  expect(event.order).toMatchObject({ total: '100.00', items: [] });
  expect(event.identifiers).toContainEqual({
    kind: 'payment_id',
    scope: 'wechat-pay',
    value: '4200002601202603021234567890',
  });
  expect(event.properties?.transaction_id).toEqual(['4200002601202603021234567890', 'CASH-1']);
});
