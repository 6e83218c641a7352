import { describe, expect, it } from 'vitest';
import { ALIASES, FIELDS } from '../../../ingest/import/aliases.ts';
import { eventOf, eventsOf, headOf, read, refusals } from './files.ts';

const plain = (alias: string): string => alias.toLowerCase().replace(/[\s_-]/g, '');

it('has no header that names two fields', () => {
  const all = FIELDS.flatMap((field) => [...new Set(ALIASES[field].map(plain))]);
  expect(all.filter((alias, at) => all.indexOf(alias) !== at)).toEqual([]);
});

describe('the kind of a file', () => {
  it.each([
    [
      'sales',
      '销售日期,销售单号,总金额,付款方式,优惠金额,收银员,会员编号,会员名称,商品编号,商品名称,单价,打折率,数量,金额',
    ],
    ['sales', 'sale_ticket_no,store_no,trade_time,member_card_no,member_mobile,sale_type,amount_fen,original_order_id'],
    ['sales', 'Transaction ID,Store,Date,SKU,Qty,Amount'],
    ['sales', 'Receipt Number,Created At,Total'],
    ['refunds', '退货单号,原销售单号,门店,退货时间,手机号,退款金额'],
    ['refunds', '单号,原单号,门店,退款时间,退款金额'],
    ['members', '会员编号,会员名称,手机'],
    ['members', 'Card No,Full Name,Phone,Date of Birth'],
    [
      'bill',
      '交易时间,公众账号ID,商户号,微信订单号,商户订单号,用户标识,交易状态,应结订单金额,微信退款单号,退款金额,商品名称,手续费',
    ],
  ])('%s is told by %s', async (kind, header) => {
    expect(headOf(await read(`${header}\n`))?.kind).toBe(kind);
  });

  it('is what the caller says, where the header serves it', async () => {
    const file = '单号,会员卡号,姓名,原单号,退款时间,金额\nT1,8801,陈思远,R1,2026-03-01,5\n';
    expect(headOf(await read(file))?.kind).toBe('sales');
    expect(eventOf(await read(file, { kind: 'refunds' })).type).toBe('order_refunded');
    expect(eventOf(await read(file, { kind: 'members' })).type).toBe('member_updated');
    expect(await read(file, { kind: 'bill' })).toMatchObject([{ type: 'failed', reason: 'unreadable' }]);
  });

  it.each(['陈思远,13900001234\n李四,13700004321\n', 'a,b\n1,2\n', '会员卡号\n8801\n', '\n\n', '{"receipt":\n'])(
    'fails as a whole for %j, quoting nothing',
    async (file) => {
      const all = await read(file);
      expect(all).toMatchObject([{ type: 'failed', reason: 'unreadable' }]);
      expect(JSON.stringify(all)).not.toMatch(/陈思远|13900001234/);
    },
  );
});

describe('a header', () => {
  it('may stand below a title and be followed by nothing', async () => {
    const all = await read('销售明细报表\n导出时间:,2026-03-02\n\n小票号,门店编码,销售时间,金额\nR1,S1,2026-03-01,5\n');
    expect(headOf(all)).toMatchObject({ kind: 'sales', headerLine: 4 });
    expect(eventOf(all).id).toBe('S1:R1');
    expect(await read('小票号,金额\n')).toMatchObject([{ type: 'head', kind: 'sales' }]);
  });

  it('may name money in fen, yuan, or both', async () => {
    const amounts = async (header: string, cell: string) =>
      eventOf(await read(`小票号,门店编码,销售时间,${header}\nR1,S1,2026-03-01,${cell}\n`)).order?.total;
    expect(await amounts('金额(分)', '25900')).toBe('259.00');
    expect(await amounts('amount_fen', '1')).toBe('0.01');
    expect(await amounts('金额（元）', '259')).toBe('259.00');
    expect(await amounts('amount_fen,amount', '25900,259.00')).toBe('259.00');
    expect(refusals(await read('小票号,销售时间,amount_fen\nR1,2026-03-01,0.001\n'))).toEqual([
      [2, 'dead-letter', 'row_malformed'],
    ]);
  });

  it('gives a field to the better of two columns, and keeps the other under its own name', async () => {
    const file = '小票号,门店编码,销售时间,应收金额,金额,金额,实收金额\nR1,S1,2026-03-01,120,100,101,90\n';
    const event = eventOf(await read(file));
    expect(event.order?.total).toBe('100.00');
    expect(event.properties).toMatchObject({ 应收金额: '120', '金额 #2': '101', 实收金额: '90' });
  });

  it('calls goods `name` beside a sku, and a person otherwise', async () => {
    const goods = eventOf(await read('receipt_no,store,date,sku,name,qty,amount\nR1,S1,2026-03-01,A1,Scarf,1,5\n'));
    expect([goods.traits, goods.order?.items?.[0]?.name]).toEqual([undefined, 'Scarf']);
    const person = eventOf(await read('receipt_no,store,date,name,amount\nR1,S1,2026-03-01,Chen Siyuan,5\n'));
    expect(person.traits).toEqual({ name: 'Chen Siyuan' });
  });

  it('survives quotes, blanks, stars and a byte order mark', async () => {
    const all = await read('\ufeff" 小票号* ","门店 编码","销售时间（北京时间）",\t金额\nR1,S1,2026-03-01,5\n');
    expect(eventsOf(all).map((event) => event.id)).toEqual(['S1:R1']);
  });
});
