import { describe, expect, it } from 'vitest';
import { cluster } from '../../identity/cluster.ts';
import { RETAIL_CN } from '../../identity/rules.ts';
import { type Line, told } from './story.ts';

const M = '13700004321';
const registered = (day: number, bears: string, name?: string): Line => ({ day, bears, name, type: 'member_updated' });
const receipt = (day: number, bears: string, name?: string): Line => ({ day, bears, name });

describe('one per customer', () => {
  it.each([
    ['wechat_unionid per platform', 'u:1', 'u:2', 'wechat_unionid'],
    ['wechat_openid per appid', 'o:1', 'o:2', 'wechat_openid'],
    ['wecom_external_userid per corp', 'wecom:1', 'wecom:2', 'wecom_external_userid'],
  ])('%s: two of them under one card are held', (_, one, other, kind) => {
    const end = told([registered(0, `${one} brand/8`), registered(1, `${other} brand/8`)]);
    expect(end.whose).toBe('AB');
    expect(end.held).toEqual([`one_per_customer:${kind}`]);
    expect(end.state('brand/8')).toEqual({ A: 'active', B: 'quarantined' });
    expect(end.holder('brand/8', 2)).toBe('A');
  });

  it('two unionids under one number are held, and the number is shared', () => {
    const end = told([registered(0, `u:1 ${M}`), registered(1, `u:2 ${M}`), receipt(2, M)]);
    expect(end.whose).toBe('ABA');
    expect(end.held).toEqual(['one_per_customer:wechat_unionid']);
    expect(end.state(M)).toEqual({ A: 'shared', B: 'shared' });
  });

  it('the unionid of one person joins the openids of two appids', () => {
    const end = told([receipt(0, 'o:1 u:1'), receipt(1, 'u:1 youzan_open_id:5'), receipt(2, 'youzan_open_id:5')]);
    expect(end.whose).toBe('AAA');
    expect(end.held).toEqual([]);
  });

  it('two unionids in one event: the event is the more specific one’s, the other waits', () => {
    expect(told([receipt(0, 'u:1 u:2')]).held).toEqual(['one_per_customer:wechat_unionid']);
    const end = told([receipt(0, 'u:1 u:2'), receipt(1, 'u:2')]);
    expect(end.whose).toBe('AB');
    expect(end.held).toEqual(['one_per_customer:wechat_unionid']);
  });
});

describe('many per customer', () => {
  it.each([
    ['mobile', '13900001234', '13900005678'],
    ['email', 'si@example.cn', 'chen@example.cn'],
    ['member_card', 'brand/1', 'brand/2'],
    ['shop accounts', 'taobao_ouid:1', 'taobao_ouid:2'],
    ['weibo_uid', 'weibo_uid:1', 'weibo_uid:2'],
    ['user_id', 'user_id:1', 'user_id:2'],
  ])('%s', (_, one, other) => {
    const end = told([registered(0, `u:1 ${one}`), registered(1, `u:1 ${other}`), receipt(2, one), receipt(3, other)]);
    expect(end.whose).toBe('AAAA');
    expect(end.held).toEqual([]);
  });
});

describe('strength', () => {
  const typed = receipt(0, `brand/1 ${M}`, '刘芳');

  it('a registered number beats one that was typed earlier: the typed one was a slip', () => {
    const end = told([typed, registered(1, `brand/2 ${M}`, '王建国'), receipt(2, M)]);
    expect(end.whose).toBe('ABB');
    expect(end.state(M)).toEqual({ A: 'quarantined', B: 'active' });
    expect(end.held).toEqual([]);
  });

  it('a verified number is tried before a registered one', () => {
    const verified: Line = { ...receipt(5, `brand/2 ${M}`, '王建国'), verified: true };
    const end = told([
      registered(0, `brand/1 ${M}`, '刘芳'),
      verified,
      { ...receipt(6, `brand/3 ${M}`), verified: true },
    ]);
    expect(end.whose).toBe('ABB');
    expect(end.state(M)).toEqual({ A: 'shared', B: 'shared' });
  });

  it('among equals the earlier union stands', () => {
    const end = told([typed, receipt(1, `brand/2 ${M}`, '王建国'), receipt(2, `brand/3 ${M}`)]);
    expect(end.whose).toBe('ABA');
  });
});

describe('two cards under one number are one person unless their names clearly differ', () => {
  it.each([
    ['no names', undefined, undefined],
    ['the same name', '陈思远', '陈思远'],
    ['a part of the name', '陈思远', '陈先生'],
    ['the traditional form', '欧阳雨晴', '歐陽雨晴'],
    ['its pinyin', '陈思远', 'Siyuan Chen'],
    ['a stand-in', '陈思远', '微信用户'],
    ['a masked name', '陈思远', '陈**'],
  ])('one person: %s', (_, one, other) => {
    const end = told([registered(0, `brand/1 ${M}`, one), registered(1, `brand/2 ${M}`, other), receipt(2, M)]);
    expect(end.whose).toBe('AAA');
    expect(end.state(M)).toEqual({ A: 'active' });
  });

  it('clearly other names: the number is shared, the merge waits, and the first holder answers', () => {
    const end = told([registered(0, `brand/4a ${M}`, '王建国'), registered(1, `brand/4b ${M}`, '刘芳'), receipt(2, M)]);
    expect(end.whose).toBe('ABA');
    expect(end.state(M)).toEqual({ A: 'shared', B: 'shared' });
    expect(end.held).toEqual(['names_differ']);
    expect(end.holder(M, 5)).toBe('A');
  });

  it('the first holder is the first by event time, whichever was known first', () => {
    const late: Line = { ...registered(0, `brand/4a ${M}`, '王建国'), received: 9 };
    expect(told([registered(1, `brand/4b ${M}`, '刘芳'), late, receipt(2, M)]).whose).toBe('ABB');
  });

  it('a receipt with card and family number is the card’s', () => {
    const family = [registered(0, `brand/4a ${M}`, '王建国'), registered(1, `brand/4b ${M}`, '刘芳')];
    expect(told([...family, receipt(2, `brand/4b ${M}`)]).whose).toBe('ABB');
  });

  it('a number on which both signed up without a card agrees with one of them only', () => {
    const alone = [registered(0, M, '王建国'), registered(1, M, '刘芳')];
    const end = told([...alone, registered(2, `brand/4a ${M}`, '王建国'), registered(3, `brand/4b ${M}`, '刘芳')]);
    expect(end.whose).toBe('AAAB');
    expect(end.held).toEqual(['names_differ']);
  });

  it('once other evidence makes them one, nothing is shared or held', () => {
    const cards = [registered(0, `brand/1 ${M}`, '王建国'), registered(1, `brand/2 ${M}`, '刘芳')];
    const end = told([...cards, registered(2, 'brand/1 brand/2')]);
    expect(end.whose).toBe('AAA');
    expect(end.state(M)).toEqual({ A: 'active' });
    expect(end.held).toEqual([]);
  });

  it('even where that shows only after the number had been refused', () => {
    const cards = [registered(0, `brand/2 ${M}`, '刘芳'), registered(1, `brand/1 ${M}`, '王建国')];
    const both = [receipt(2, `brand/3 ${M}`, '刘芳'), receipt(3, `brand/3 ${M}`, '王建国')];
    expect(told([...cards, ...both]).whose).toBe('ABAA');
    const second = [receipt(4, 'brand/1 13900005678'), receipt(5, 'brand/3 13900005678')];
    const end = told([...cards, ...both, ...second]);
    expect(end.whose).toBe('AAAAAA');
    expect([end.state(M), end.held]).toEqual([{ A: 'active' }, []]);
  });
});

describe('caps, in distinct partners', () => {
  const many = (count: number, one: (at: number) => string): Line[] =>
    Array.from({ length: count }, (_, at) => receipt(at, one(at)));

  it.each([
    ['mobile 5 unionids', 5, (at: number) => `u:${at} ${M}`, M],
    ['mobile 8 cards', 8, (at: number) => `brand/${at} ${M}`, M],
    ['email 3', 3, (at: number) => `shopify_customer:${at} till@example.cn`, 'till@example.cn'],
  ])('%s: over it the value is hot', (_, cap, bears, node) => {
    expect(told(many(cap, bears)).hot).toEqual([]);
    expect(told(many(cap + 1, bears)).hot).toEqual([node]);
  });

  it('a clerk’s number comes apart again: what it had joined it has not', () => {
    const cards = (count: number): Line[] => many(count, (at) => `brand/${at} ${M}`);
    expect(told(cards(8)).whose).toBe('AAAAAAAA');
    const end = told([...cards(9), receipt(20, M)]);
    expect(end.whose).toBe('ABCDEFGHI-');
    expect(end.state(M).A).toBe('-');
  });

  it('a clerk’s account in members’ events is hot at the sixth name that no two of them could share', () => {
    const names = ['刘芳', '王建国', '刘女士', 'Fang Liu', '赵敏', '周杰', '欧阳雨晴', '陈思远'];
    const events = names.map((name, at) => receipt(at, `brand/${at} o:clerk`, name));
    expect(told(events.slice(0, 7)).hot).toEqual([]);
    const end = told([...events, receipt(20, 'o:clerk')]);
    expect([end.whose, end.hot, end.held]).toEqual(['ABCDEFGH-', ['o:clerk'], []]);
  });

  it('nor has anybody 41 names, be they such as contradict nothing', () => {
    const events = Array.from({ length: 41 }, (_, at) =>
      receipt(at, 'o:clerk', `Tom${'abcdefg'[at % 7]}${'hijklm'[at % 6]}`),
    );
    expect(new Set(events.map(({ name }) => name)).size).toBe(41);
    expect(told(events.slice(1)).hot).toEqual([]);
    expect(told(events).hot).toEqual(['o:clerk']);
  });

  it.each([
    ['numbers', 10, (at: number) => `brand/0000 1390000${1000 + at}`, 'brand/0000'],
    ['cards', 8, (at: number) => `brand/${at} u:clerk`, 'u:clerk'],
  ])('what is one person’s own has few %s', (_, cap, bears, node) => {
    expect(told(many(cap, bears)).hot).toEqual([]);
    expect(told(many(cap + 1, bears)).hot).toEqual([node]);
  });

  it('what bears only a blocked value is nobody’s', () => {
    const end = told([receipt(0, `brand/1 ${M}`), receipt(1, M), receipt(2, `brand/2 ${M}`)], [], [M]);
    expect(end.whose).toBe('A-B');
  });
});

describe('contacts', () => {
  it('a verified mail joins, and goes by the number where both stand alone', () => {
    const end = told([receipt(0, `${M} si@example.cn`), receipt(1, M), receipt(2, 'brand/1 si@example.cn')]);
    expect(end.whose).toBe('AAA');
  });

  it('a hashed number joins what bore it', () => {
    const end = told([receipt(0, 'brand/1 hashed_mobile:ab'), receipt(1, 'taobao_ouid:7 hashed_mobile:ab')]);
    expect(end.whose).toBe('AA');
  });

  it('a number that only we wrote to still belongs to the card beside it', () => {
    const sent: Line = { ...receipt(0, `brand/1 ${M}`), type: 'campaign_sent' };
    const end = told([sent, receipt(1, M)]);
    expect(end.whose).toBe('AA');
  });
});

describe('a component is quiet where a further use of it could change nothing', () => {
  const card = registered(0, `brand/1 ${M}`, '王建国');

  it.each([
    ['one anchor', [card]],
    ['one person in several ways', [card, receipt(1, M, '王先生'), receipt(2, 'brand/1 u:1'), receipt(3, 'u:1')]],
    ['a kind of its own', [card, receipt(200, `u:1 ${M}`)]],
  ])('%s', (_, lines) => {
    expect(told(lines).raw.quiet).toBe(true);
  });

  it.each([
    ['two cards that time may part', [registered(0, `brand/1 ${M}`), registered(1, `brand/2 ${M}`)]],
    ['names of two', [card, receipt(1, 'brand/1', '刘芳'), receipt(2, `youzan_open_id:1 ${M}`, '刘芳')]],
    ['two customers', [card, registered(1, `brand/2 ${M}`, '刘芳')]],
    ['a slip', [card, receipt(1, `brand/2 ${M}`, '刘芳')]],
    ['a hot value', Array.from({ length: 6 }, (_, at) => receipt(at, `brand/1 u:${at} ${M}`))],
  ])('not: %s', (_, lines) => {
    expect(told(lines).raw.quiet).toBe(false);
  });
});

const NOTHING = { suspended: new Set<string>(), allowed: new Set<string>(), decisions: [], policy: RETAIL_CN };

describe('whatever it is given', () => {
  it('answers: nothing, an anchor without identifiers, everything suspended', () => {
    const nothing = cluster({ ...NOTHING, anchors: [] });
    expect(nothing).toMatchObject({ groups: [], held: [] });
    const stamp = { received: 0, time: 0, key: 'k' };
    const bare = { anchor: 'a', nodes: [], first: stamp, early: { time: 0, key: 'k' }, uses: [] };
    const link = { id: 'd', received: 0, what: 'link' as const, anchors: ['a', 'b'] satisfies [string, string] };
    const decisions = [{ ...link, times: [0, 0] satisfies [number, number] }];
    const empty = cluster({
      ...NOTHING,
      ...{ anchors: [bare, { ...bare, anchor: '__proto__' }], suspended: new Set(['x']), decisions },
    });
    expect(empty.owners.get('__proto__')).toEqual([{ from: Number.NEGATIVE_INFINITY, group: null }]);
    const all = ['brand/1', M];
    expect(told([receipt(0, `brand/1 ${M}`), receipt(1, M)], [{ link: [0, 1] }], all).whose).toBe('--');
  });

  it('takes identifiers named like parts of every object', () => {
    expect(told([receipt(0, '__proto__:1 constructor:2'), receipt(1, 'constructor:2')]).whose).toBe('AA');
  });
});
