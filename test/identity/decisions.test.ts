import { describe, expect, it } from 'vitest';
import { type Line, told } from './story.ts';

const M = '13700004321';
const registered = (day: number, bears: string, name?: string): Line => ({ day, bears, name, type: 'member_updated' });
const receipt = (day: number, bears: string, name?: string): Line => ({ day, bears, name });
const strangers = [registered(0, 'brand/1', '王建国'), registered(1, 'brand/2', '刘芳')];
const family = [registered(0, `brand/1 ${M}`, '王建国'), registered(1, `brand/2 ${M}`, '刘芳')];

describe('decisions win over rules', () => {
  it('a link joins whom nothing else joins', () => {
    expect(told(strangers).whose).toBe('AB');
    expect(told(strangers, [{ link: [0, 1] }]).whose).toBe('AA');
  });

  it('a link joins those whom a rule keeps apart, and nothing is held or shared any more', () => {
    const end = told(family, [{ link: [0, 1] }]);
    expect(end.whose).toBe('AA');
    expect(end.held).toEqual([]);
    expect(end.state(M)).toEqual({ A: 'active' });
    expect(told([receipt(0, 'u:1'), receipt(1, 'u:2')], [{ link: [0, 1] }]).whose).toBe('AA');
  });

  it('keeping apart undoes what evidence joins', () => {
    const cards = [registered(0, `brand/1 ${M}`), registered(1, `brand/2 ${M}`), receipt(2, M)];
    expect(told(cards).whose).toBe('AAA');
    const end = told(cards, [{ apart: [`brand/1 ${M}`, 'brand/2'], lines: [[0], [1]] }]);
    expect(end.whose).toBe('ABA');
    expect(end.held).toEqual([]);
  });

  it('a link of one tenure of a number says nothing of the others', () => {
    const lines = [registered(0, M, '赵敏'), registered(200, `brand/new ${M}`, '周杰'), receipt(201, 'brand/9')];
    expect(told(lines).whose).toBe('ABC');
    expect(told(lines, [{ link: [0, 2] }]).whose).toBe('ABA');
  });
});

describe('of contradicting decisions the later stands', () => {
  const apart = { apart: ['brand/1', 'brand/2'] satisfies [string, string] };

  it('a later link over an earlier split, and the other way round', () => {
    expect(
      told(strangers, [
        { ...apart, received: 10 },
        { link: [0, 1], received: 11 },
      ]).whose,
    ).toBe('AA');
    expect(
      told(strangers, [
        { ...apart, received: 11 },
        { link: [0, 1], received: 10 },
      ]).whose,
    ).toBe('AB');
  });

  it('also where two links together contradict an earlier split', () => {
    const lines = [...strangers, receipt(2, M)];
    const links = [
      { link: [0, 2] satisfies [number, number], received: 11 },
      { link: [2, 1] satisfies [number, number], received: 12 },
    ];
    expect(told(lines, [{ ...apart, received: 10 }, ...links]).whose).toBe('AAA');
    expect(told(lines, [{ ...apart, received: 13 }, ...links]).whose).toBe('ABB');
  });

  it('whichever way round a link names the two', () => {
    const lines = [receipt(0, 'brand/1'), receipt(1, 'brand/2'), receipt(2, 'brand/3')];
    const parted = { apart: ['brand/1 brand/2', 'brand/3'] satisfies [string, string], received: 11 };
    const ends = [
      told(lines, [{ link: [0, 2], received: 10 }, parted, { link: [1, 2], received: 12 }]),
      told(lines, [{ link: [0, 2], received: 10 }, parted, { link: [2, 1], received: 12 }]),
    ];
    expect(ends.map(({ whose }) => whose)).toEqual(['ABB', 'ABB']);
  });

  it('one that is undone is not there: it takes nothing with it', () => {
    expect(told(strangers, []).whose).toBe('AB');
  });
});

describe('split by a set of nodes', () => {
  const one = [registered(0, `brand/1 ${M}`), receipt(1, 'brand/1 brand/2'), receipt(2, 'brand/2'), receipt(3, M)];

  it('nodes taken out have a customer of their own, with the anchors they lead', () => {
    expect(told(one).whose).toBe('AAAA');
    const end = told(one, [{ apart: ['brand/2', `brand/1 ${M}`], lines: [[2], [0, 1, 3]] }]);
    expect(end.whose).toBe('AABA');
    expect(end.state('brand/2')).toEqual({ A: '-', B: 'active' });
    expect(end.state('brand/1')).toEqual({ A: 'active', B: '-' });
  });

  it('a number taken out is no longer the card’s, nor shared with it', () => {
    const end = told(one, [{ apart: [M, 'brand/1 brand/2'], lines: [[3], [0, 1, 2]] }]);
    expect(end.whose).toBe('AAAB');
    expect(end.state(M)).toEqual({ A: '-', B: 'active' });
    expect(end.holder(M, 9)).toBe('B');
    expect(end.held).toEqual([]);
  });

  it('what we sent to a number before anyone is known to have used it is not lost', () => {
    const lines: Line[] = [
      { day: 0, bears: M, type: 'campaign_sent', received: 900 },
      registered(3, `brand/1 ${M}`, '周杰'),
      registered(300, M, '赵敏'),
    ];
    expect(told(lines).whose).toBe('AAB');
    expect(told(lines, [{ apart: [M, 'brand/1'] }]).whose).toBe('ABA');
  });

  it('a family kept apart without a word about its number goes on sharing it', () => {
    const end = told(family, [{ apart: ['brand/1', 'brand/2'] }]);
    expect(end.state(M)).toEqual({ A: 'shared', B: 'shared' });
    expect(end.held).toEqual([]);
  });

  it('evidence that came in between stays with its anchor’s owner', () => {
    const later = [...one, receipt(20, 'brand/2 youzan_open_id:1'), receipt(21, 'youzan_open_id:1')];
    const end = told(later, [{ apart: ['brand/2', `brand/1 ${M}`], lines: [[2], [0, 1, 3]], received: 10 }]);
    expect(end.whose).toBe('AABABB');
  });
});

describe('ids', () => {
  it('a customer’s id is of the earliest received, then event time, then key', () => {
    const lines = [
      { ...receipt(5, 'brand/1'), received: 7 },
      { ...receipt(6, `brand/1 ${M}`), received: 6 },
    ];
    expect(told(lines).ids.A?.first).toBe(1);
    const same = lines.map((line) => ({ ...line, received: 9 }));
    expect(told(same).ids.A?.first).toBe(0);
    expect(told(same.map((line) => ({ ...line, day: 5 }))).ids.A?.first).toBe(0);
  });

  it('an import of old orders renames nobody', () => {
    const lines = [receipt(100, 'brand/1'), { ...receipt(1, 'brand/1 youzan_open_id:3'), received: 101 }];
    expect(told(lines).ids).toEqual({ A: { first: 0, aliases: [] } });
  });

  it('two holders of one number never share an id', () => {
    const lines = [registered(0, M, '赵敏'), receipt(60, M, '周杰'), registered(100, M, '周杰')];
    const early = lines.map((line, at) => ({ ...line, received: 300 - at }));
    for (const story of [lines, early]) {
      const { ids } = told(story);
      expect(ids.A?.first).toBe(0);
      expect([1, 2]).toContain(ids.B?.first);
    }
  });

  it('of two merged customers the one known longer survives, the other is an alias', () => {
    const lines = [receipt(50, 'brand/1'), { ...receipt(1, 'brand/2'), received: 51 }, receipt(60, 'brand/1 brand/2')];
    expect(told(lines).ids).toEqual({ A: { first: 0, aliases: [1] } });
  });

  it('those who never had a customer of their own are no aliases', () => {
    const lines = [receipt(0, `brand/1 ${M}`), receipt(1, `brand/2 ${M}`), receipt(2, 'brand/2')];
    expect(told(lines).ids).toEqual({ A: { first: 0, aliases: [] } });
  });

  it('events and decisions count in order of received, not of time', () => {
    const lines = [{ ...receipt(0, 'brand/2'), received: 9 }, receipt(1, 'brand/1 brand/2'), receipt(2, 'brand/1')];
    expect(told(lines).ids).toEqual({ A: { first: 1, aliases: [] } });
    const link = [receipt(0, 'brand/1'), receipt(5, 'brand/2'), receipt(9, 'brand/3')];
    expect(
      told(link, [
        { link: [0, 1], received: 10 },
        { link: [1, 2], received: 11 },
      ]).ids.A?.aliases,
    ).toEqual([1, 2]);
  });

  it('one who holds a shared number has his own card as an alias all the same', () => {
    const lines = [receipt(0, 'brand/1'), receipt(1, M), registered(2, `brand/1 ${M}`, '王建国')];
    const end = told([...lines, { ...registered(3, `brand/2 ${M}`, '刘芳'), verified: true }]);
    expect(end.whose).toBe('AAAB');
    expect(end.ids.A).toEqual({ first: 0, aliases: [1] });
  });

  it('two who shared a number and are merged by a person: the younger is an alias', () => {
    expect(told(family, [{ link: [0, 1] }]).ids).toEqual({ A: { first: 0, aliases: [1] } });
  });

  it('so are two whom a rule kept apart until evidence made them one', () => {
    expect(told([...family, receipt(2, 'brand/1 brand/2')]).ids).toEqual({ A: { first: 0, aliases: [1] } });
  });

  it('so is a card taken for another holder’s until an event bears both', () => {
    const lines = [
      { ...registered(462, `brand/1 ${M}`, '王建国'), received: 500 },
      { ...receipt(0, `brand/2 ${M}`), received: 501 },
      { ...registered(463, `brand/1 brand/2 ${M}`), received: 502 },
    ];
    expect(told(lines.slice(0, 2)).whose).toBe('AB');
    const { ids, raw } = told(lines);
    expect(raw.quiet).toBe(true);
    expect(ids).toEqual({ A: { first: 0, aliases: [1] } });
  });

  it('a split gives the alias its life back under its own id', () => {
    const lines = [receipt(0, 'brand/1'), receipt(1, 'brand/2'), receipt(2, 'brand/1 brand/2')];
    expect(told(lines).ids).toEqual({ A: { first: 0, aliases: [1] } });
    const { ids } = told(lines, [{ apart: ['brand/1', 'brand/2'] }]);
    expect(ids).toEqual({ A: { first: 0, aliases: [] }, B: { first: 1, aliases: [] } });
  });
});
