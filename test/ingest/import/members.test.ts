import { describe, expect, it } from 'vitest';
import { eventOf, eventsOf, outcomes, read, refusals, unitsOf } from './files.ts';

const HEAD = '会员卡号,姓名,性别,手机号,生日,开卡日期,等级,积分,邮箱,备注';
const members = (...rows: string[]): string => [HEAD, ...rows, ''].join('\n');

describe('a member row', () => {
  it('without an opening date, or one from before there were cards, only updates', async () => {
    const all = await read(members('0088,李四,,,,,,,,', '0089,李四,,,,1900-01-01,,,,', '0090,李四,,,,0000-00-00,,,,'));
    expect(eventsOf(all).map(({ type, id }) => [type, id.split(':')[0]])).toEqual([
      ['member_updated', '0088'],
      ['member_updated', '0089'],
      ['member_updated', '0090'],
    ]);
    expect(eventsOf(all).map((event) => event.properties?.opened)).toEqual([undefined, '1900-01-01', '0000-00-00']);
  });

  it('claims what it can and keeps the rest as it stands', async () => {
    const event = eventOf(await read(members('0088,李四,保密,1.39E+10,属兔,,金卡,约百,s@example.cn,"常客,爱茶"')));
    expect(event.traits).toEqual({ name: '李四', gender: 'unknown', level: '金卡', email: 's@example.cn' });
    expect(event.identifiers).toEqual([
      { kind: 'member_card', scope: 'b1', value: '0088' },
      { kind: 'mobile', value: '1.39E+10' },
      { kind: 'email', value: 's@example.cn' },
    ]);
    expect(event.properties).toEqual({ birthday: '属兔', points: '约百', remark: '常客,爱茶' });
  });

  it('has an id of its own in each file, and another content when it says something else', async () => {
    const first = await read(members('0088,李四,女,,,,,5,,'));
    const again = await read(members('0088,李四,女,,,,,5,,'));
    const other = await read(members('0088,李四,女,,,,,5,,', '0089,王五,男,,,,,6,,'));
    const changed = await read(members('0088,李四,女,,,,,7,,'));
    const key = (all: typeof first) => {
      const [unit] = unitsOf(all);
      const [outcome] = unit ? outcomes(unit.item) : [];
      return outcome?.kind === 'event' ? { id: outcome.event.id.split(':'), content: outcome.content } : { id: [] };
    };
    expect(key(again)).toEqual(key(first));
    expect(key(other).id.slice(0, 2)).toEqual(key(first).id.slice(0, 2));
    expect(key(other).id[2]).not.toBe(key(first).id[2]);
    expect(key(changed).id[1]).not.toBe(key(first).id[1]);
  });

  it('content leaves out when the file came', async () => {
    const { pos } = await import('../../../ingest/channels/pos.ts');
    const [unit] = unitsOf(await read(members('0088,李四,女,,,2024-01-01,,5,,')));
    const at = (received: number) =>
      unit
        ? pos.map(unit.item, { received, channel: 'pos', source: 'bj' }).flatMap((o) => (o.kind === 'event' ? [o] : []))
        : [];
    expect(at(1e12)[0]?.content).toBe(at(2e12)[0]?.content);
    expect(at(1e12)[0]?.event.time).not.toBe(at(2e12)[0]?.event.time);
    expect(at(1e12)[1]).toEqual(at(2e12)[1]);
  });

  it('without a card, or with one whose digits are gone, is malformed', async () => {
    expect(refusals(await read(members(',李四,,13900001234,,,,,,', '8.8E+15,李四,,13900001234,,,,,,')))).toEqual([
      [2, 'dead-letter', 'row_malformed'],
      [3, 'dead-letter', 'row_malformed'],
    ]);
  });
});

describe('a bill row', () => {
  const HEADER = '交易时间,公众账号ID,微信订单号,用户标识,交易状态,应结订单金额,微信退款单号,退款金额';
  it('that gives back is a refund under its own number', async () => {
    const rows = [
      '`2026-03-02 11:30:52,`wx1,`42001,`oA,`SUCCESS,`259.00,`0,`0.00',
      '`2026-03-03 11:30:52,`wx1,`42001,`oA,`REFUND,`0.00,`50001,`99.00',
      '`2026-03-03 11:30:52,`wx1,`42002,`oA,`REVOKED,`0.00,`,`5.00',
      '`2026-03-03 11:30:52,`wx1,`42003,`oA,`NOTPAY,`0.00,`,`',
      '`2026-03-03 11:30:52,`wx1,`,`oA,`SUCCESS,`1.00,`,`',
    ];
    const all = await read([HEADER, ...rows].join('\n'));
    expect(eventsOf(all).map(({ type, id, properties }) => [type, id, properties?.amount])).toEqual([
      ['payment_received', '42001', '259.00'],
      ['payment_refunded', '50001', '99.00'],
      ['payment_refunded', '42002#2', '5.00'],
    ]);
    expect(refusals(all)).toEqual([
      [5, 'ignored', 'type_not_used'],
      [6, 'dead-letter', 'row_malformed'],
    ]);
  });
});
