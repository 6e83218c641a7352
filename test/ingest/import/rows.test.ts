import { describe, expect, it } from 'vitest';
import { eventOf, eventsOf, linesOf, outcomes, read, refusals, rowsOf, sales, unitsOf } from './files.ts';

const GOOD = 'R1,S1,2026-03-01 10:00,8801,13900001234,陈思远,A1,1,9.90,9.90,';
const DEAD = ['dead-letter', 'row_malformed'];

describe('rows that are none', () => {
  it.each([
    ['no receipt number', ',S1,2026-03-01 10:00,8801,13900001234,陈思远,A1,1,9.90,9.90,', 'receipt (小票号): missing'],
    ['a number with lost digits', '1.2E+15,S1,2026-03-01 10:00,8801,13900001234,陈思远,A1,1,9.90,9.90,', 'receipt'],
    ['no time', 'R2,S1,,8801,13900001234,陈思远,A1,1,9.90,9.90,', 'trade_time (销售时间): missing'],
    [
      'a time that is none',
      'R2,S1,13900001234,8801,13900001234,陈思远,A1,1,9.90,9.90,',
      'trade_time (销售时间): not a time',
    ],
    [
      'a quantity that is none',
      'R2,S1,2026-03-01 10:00,8801,13900001234,陈思远,A1,陈思远,9.90,9.90,',
      'quantity (数量)',
    ],
    [
      'an amount that is none',
      'R2,S1,2026-03-01 10:00,8801,13900001234,陈思远,A1,1,9.90,陈思远,',
      'amount (金额): not an amount',
    ],
    ['no amount', 'R2,S1,2026-03-01 10:00,8801,13900001234,陈思远,A1,1,,,', 'amount (金额): missing'],
    ['too few fields', 'R2,S1,2026-03-01 10:00,8801,13900001234,陈思远', '6 fields, the header 11'],
    [
      'too many fields',
      'R2,S1,2026-03-01 10:00,8801,13900001234,陈思远,A1,1,9.90,9.90,,陈思远',
      '12 fields, the header 11',
    ],
    ['an open quote', '"陈思远13900001234,S1', 'quote'],
  ])('%s: the row alone is a dead letter, and its detail quotes nothing', async (_, row, detail) => {
    const all = await read(sales(row, GOOD));
    expect(refusals(all)).toEqual([[2, ...DEAD]]);
    expect(linesOf(all)).toEqual([2, 3]);
    expect(eventOf(all).id).toBe('S1:R1');
    const [dead] = rowsOf(all);
    expect(dead?.detail).toContain(detail);
    expect(dead?.detail).not.toMatch(/陈思远|13900001234/);
    // Logged and mapped, it is the same dead letter, with its row kept.
    expect(dead && outcomes(dead.item)).toEqual([
      { kind: 'drop', fate: 'dead-letter', reason: 'row_malformed', detail: dead?.detail },
    ]);
    expect(dead?.item.body).toContain('陈思远');
  });

  it('are total rows wherever they stand, the header again, and voided receipts', async () => {
    const file = [
      '小票号,门店编码,销售时间,金额,销售类型',
      'R1,S1,2026-03-01,5,销售',
      '小计:,,,5,',
      ',S1,合计,5,',
      '小票号,门店编码,销售时间,金额,销售类型',
      'R2,S1,2026-03-01,5,作废',
      'Grand Total,,,10',
      'R3,S1,2026-03-01,5,销售',
    ].join('\n');
    const all = await read(file);
    expect(refusals(all)).toEqual([
      [3, 'ignored', 'total_row'],
      [4, 'ignored', 'total_row'],
      [5, 'ignored', 'type_not_used'],
      [6, 'ignored', 'type_not_used'],
      [7, 'ignored', 'total_row'],
    ]);
    expect(eventsOf(all).map((event) => event.id)).toEqual(['S1:R1', 'S1:R3']);
    for (const row of rowsOf(all))
      expect(outcomes(row.item)).toMatchObject([{ kind: 'drop', fate: row.fate, reason: row.reason }]);
  });

  it('are not blank lines: these count for nothing', async () => {
    const all = await read(sales('', GOOD, ' ', ',,,,,,,,,,', '\t', `${GOOD.replace('R1', 'R2')},,,`));
    expect(linesOf(all)).toEqual([3, 7]);
  });
});

describe('fields', () => {
  it('of more than one line keep their line breaks, and the row its first line', async () => {
    const all = await read(sales('R1,S1,2026-03-01 10:00,,,"陈\n思远",A1,1,9.90,9.90,', GOOD.replace('R1', 'R2')));
    expect(linesOf(all)).toEqual([2, 4]);
    expect(eventsOf(all)[0]?.traits?.name).toBe('陈\n思远');
  });

  it.each([';', '\t', '|', ','])('are split at %j', async (delimiter) => {
    const all = await read(sales(GOOD).replaceAll(',', delimiter).replaceAll('\n', '\r\n'));
    expect(eventOf(all)).toMatchObject({ id: 'S1:R1', order: { total: '9.90' } });
  });

  it('are read with CR alone as line break', async () => {
    const all = await read(sales(GOOD, GOOD.replace('R1', 'R2')).replaceAll('\n', '\r'));
    expect(linesOf(all)).toEqual([2, 3]);
  });

  it('of unknown columns are properties, `__proto__` too', async () => {
    const file = '小票号,门店编码,销售时间,金额,导购,__proto__,导购,\nR1,S1,2026-03-01,5,甲,x,乙,\n';
    const { properties = {} } = eventOf(await read(file));
    expect(Object.entries(properties ?? {})).toEqual([
      ['business_date', '2026-03-01'],
      ['导购', '甲'],
      ['__proto__', 'x'],
      ['导购 #2', '乙'],
    ]);
  });

  it('of a card with lost digits are a property, no key', async () => {
    const event = eventOf(await read(sales('R1,S1,2026-03-01 10:00,8.80001E+15,,,A1,1,,5,')));
    expect(event.identifiers?.map(({ kind }) => kind)).toEqual(['receipt']);
    expect(event.properties?.card).toBe('8.80001E+15');
  });

  it('of price and quantity make the amount where there is none', async () => {
    const all = await read(
      sales('R1,S1,2026-03-01 10:00,,,,A1,0.735,"1,299.00",,', 'R1,S1,2026-03-01 10:00,,,,A1,3,0.10,,'),
    );
    expect(eventOf(all).order).toMatchObject({
      total: '955.065',
      items: [{ quantity: '0.735', price: '1299.00' }, {}],
    });
  });

  it('of price and quantity round half up at the fourth digit after the point', async () => {
    const all = await read(sales('R1,S1,2026-03-01 10:00,,,,A1,0.5,0.0003,,'));
    expect(eventOf(all).order?.total).toBe('0.0002');
  });

  it('of date and time in two columns make one time', async () => {
    const file = '流水号,门店编码,销售日期,销售时间,金额\nR1,S1,2026/3/1,9:05:07,5\nR2,S1,2026/3/1,,5\n';
    const times = eventsOf(await read(file)).map((event) => event.time);
    expect(times).toEqual(['2026-03-01T09:05:07+08:00', '2026-03-01T00:00:00+08:00']);
  });

  it('are declared for queries only where they are codes', async () => {
    const file = (cashier: string) => `小票号,门店编码,销售时间,金额,收银员,导购\nR1,S1,2026-03-01,5,${cashier},甲\n`;
    const queryable = async (cashier: string) => {
      const [unit] = unitsOf(await read(file(cashier)));
      const [outcome] = unit ? outcomes(unit.item) : [];
      return outcome?.kind === 'event' ? outcome.queryable : [];
    };
    expect(await queryable('07')).toContain('cashier');
    expect(await queryable('张三')).not.toContain('cashier');
    expect(await queryable('07')).not.toContain('导购');
  });
});
