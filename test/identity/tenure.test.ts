import { describe, expect, it } from 'vitest';
import type { Run } from '../../identity/evidence.ts';
import { type Party, tenuresOf } from '../../identity/tenure.ts';
import { type Line, timeOf, told } from './story.ts';

const M = '17700002468';
const registered = (day: number, bears: string, name?: string): Line => ({ day, bears, name, type: 'member_updated' });
const receipt = (day: number, bears: string, name?: string): Line => ({ day, bears, name });
const sent = (day: number, bears: string): Line => ({ day, bears, type: 'campaign_sent' });
const old = registered(0, `brand/old ${M}`, '赵敏');
const taken = (day: number): Line => registered(day, `brand/new ${M}`, '周杰');

describe('a number changes holder', () => {
  it('after 90 days of silence, registered with a clearly other name: the old holder keeps the past', () => {
    const end = told([old, receipt(1, M), taken(200), receipt(201, M)]);
    expect(end.whose).toBe('AABB');
    expect(end.state(M)).toEqual({ A: 'past', B: 'active' });
    expect([end.holder(M, 199), end.holder(M, 201)]).toEqual(['A', 'B']);
    expect(end.held).toEqual([]);
    expect(end.ids).toEqual({ A: { first: 0, aliases: [] }, B: { first: 2, aliases: [] } });
  });

  it('at 90 days to the millisecond, not before', () => {
    expect(told([old, taken(90), receipt(91, M)]).whose).toBe('ABB');
    expect(told([old, taken(89), receipt(91, M)]).whose).toBe('ABA');
  });

  it('platform-verified instead of registered', () => {
    const verified: Line = { ...receipt(200, `brand/new ${M}`, '周杰'), verified: true };
    expect(told([old, verified, receipt(201, M)]).whose).toBe('ABB');
  });

  it('with another value of a one-per-customer kind and no agreeing name', () => {
    const [one, other] = [registered(0, `u:1 ${M}`), registered(200, `u:2 ${M}`)];
    expect(told([one, other, receipt(201, M)]).whose).toBe('ABB');
  });

  it('with another card and no agreeing name', () => {
    const end = told([registered(0, `brand/1 ${M}`), registered(200, `brand/2 ${M}`), receipt(201, M)]);
    expect(end.whose).toBe('ABB');
    expect(end.state(M)).toEqual({ A: 'past', B: 'active' });
  });

  it('also where a name alone signs up', () => {
    const end = told([registered(0, M, '赵敏'), registered(200, M, '周杰'), receipt(201, M), receipt(1, M)]);
    expect(end.whose).toBe('ABBA');
  });

  it('when it is registered first, though he who has it now registers it again later', () => {
    const alone = registered(0, M, '赵敏');
    const end = told([alone, taken(200), receipt(210, M, '赵敏'), taken(280), receipt(281, M)]);
    expect(end.whose).toBe('ABBBB');
  });

  it('where the old holder was only ever typed, with a name and no card', () => {
    expect(told([receipt(0, M, '赵敏'), taken(200), receipt(201, M)]).whose).toBe('ABB');
  });
});

describe('the new tenure starts with the first event after that silence', () => {
  it('a receipt with the number alone', () => {
    const end = told([old, receipt(95, M), taken(120)]);
    expect(end.whose).toBe('ABB');
    expect([end.holder(M, 94), end.holder(M, 95)]).toEqual(['A', 'B']);
  });

  it('a receipt with the card that registers later', () => {
    const end = told([old, receipt(95, `brand/new ${M}`), taken(120), receipt(96, M)]);
    expect(end.whose).toBe('ABBB');
    expect(end.holder(M, 95)).toBe('B');
  });

  it('a use before the silence was over does not begin it', () => {
    const end = told([old, receipt(60, `brand/new ${M}`, '周杰'), taken(100), receipt(99, M), receipt(30, M)]);
    expect(end.whose).toBe('ABBBA'.replace('BBB', 'BBA'));
  });

  it('a name alone that was typed before and registers after keeps its events together', () => {
    const end = told([registered(0, M, '赵敏'), receipt(60, M, '周杰'), registered(100, M, '周杰'), receipt(101, M)]);
    expect(end.whose).toBe('ABBB');
    expect(end.state(M)).toEqual({ A: 'past', B: 'active' });
  });

  it('but not where its events reach back to before the holder’s last: then it is a slip', () => {
    const holder = [registered(0, M, '赵敏'), receipt(70, M, '赵敏')];
    const other = [receipt(60, M, '周杰'), receipt(140, M, '周杰'), registered(165, M, '周杰')];
    const end = told([...holder, ...other]);
    expect(end.whose).toBe('AAAAA');
    expect(told([...holder, ...other, registered(300, M, '周杰')]).whose).toBe('AAAABB');
  });

  it('where several were silent and nobody said a name, the last silence counts', () => {
    expect(told([old, receipt(100, M), receipt(300, M), taken(310)]).whose).toBe('AABB');
    expect(told([old, receipt(100, M), taken(300)]).whose).toBe('AAB');
  });
});

describe('a number whose loss was reported', () => {
  const lost = (day: number, bears = `brand/old ${M}`): Line => ({ day, bears, type: 'custom:number_lost' });
  const typed = (day: number): Line => receipt(day, `brand/new ${M}`);

  it('is whoever’s uses it next, without a silence and without a registration', () => {
    const end = told([old, lost(5), typed(6), receipt(7, M)]);
    expect(end.whose).toBe('AABB');
    expect(end.state(M)).toEqual({ A: 'past', B: 'active' });
    expect([end.holder(M, 5), end.holder(M, 6)]).toEqual(['A', 'B']);
  });

  it('by a report that bears the number alone too', () => {
    expect(told([old, lost(5, M), typed(6), receipt(7, M)]).whose).toBe('AABB');
  });

  it('is its holder’s still where he uses it again first', () => {
    expect(told([old, lost(5), receipt(6, `brand/old ${M}`), typed(7), receipt(8, M)]).whose).toBe('AAAAA');
  });

  it('is shared where he uses it after another did', () => {
    const end = told([old, lost(5), taken(6), receipt(7, `brand/old ${M}`)]);
    expect(end.state(M)).toEqual({ A: 'shared', B: 'shared' });
  });

  it('is not lost by the word of a stranger who only slipped', () => {
    const end = told([old, receipt(3, `brand/new ${M}`, '周杰'), lost(4, `brand/new ${M}`), receipt(6, M)]);
    expect(end.whose).toBe('ABBA');
  });
});

describe('it stays', () => {
  it('while its holder bears it', () => {
    const end = told([old, receipt(60, `brand/old ${M}`), taken(120), receipt(121, M)]);
    expect(end.whose).toBe('AABA');
    expect(end.state(M)).toEqual({ A: 'shared', B: 'shared' });
  });

  it('sends by us do not break the silence', () => {
    const sends = [sent(50, `brand/old ${M}`), sent(100, M), sent(150, `brand/old ${M}`)];
    expect(told([old, ...sends, taken(200), receipt(201, M)]).whose).toBe('AAAABB');
  });

  it('merely typed is a slip: the event goes to its card, the number stays', () => {
    const end = told([old, receipt(200, `brand/new ${M}`, '周杰'), receipt(201, M)]);
    expect(end.whose).toBe('ABA');
    expect(end.state(M)).toEqual({ A: 'active', B: 'quarantined' });
    expect(end.held).toEqual([]);
  });

  it('with an agreeing name, whatever the card', () => {
    const end = told([old, registered(200, `brand/second ${M}`, '趙敏'), receipt(201, M)]);
    expect(end.whose).toBe('AAA');
  });

  it('with an agreeing name and another unionid: two customers share it, none took it over', () => {
    const [one, other] = [registered(0, `u:1 ${M}`, '赵敏'), registered(200, `u:2 ${M}`, '赵敏')];
    const end = told([one, other, receipt(201, M)]);
    expect(end.whose).toBe('ABA');
    expect(end.state(M)).toEqual({ A: 'shared', B: 'shared' });
  });

  it('a kind the customer did not have before contradicts nothing', () => {
    const end = told([registered(0, `brand/1 ${M}`), registered(200, `o:1 ${M}`), registered(400, `weibo_uid:1 ${M}`)]);
    expect(end.whose).toBe('AAA');
    expect(end.state(M)).toEqual({ A: 'active' });
  });
});

describe('if the earlier holder bears it again', () => {
  it('without another silence it was never passed on: it is shared', () => {
    const end = told([old, taken(200), receipt(210, `brand/old ${M}`), receipt(211, M)]);
    expect(end.whose).toBe('ABAA');
    expect(end.state(M)).toEqual({ A: 'shared', B: 'shared' });
    expect(end.held).toEqual(['names_differ']);
  });

  it('after a silence but not registered it was not passed on either', () => {
    const end = told([old, taken(200), receipt(400, `brand/old ${M}`)]);
    expect(end.state(M)).toEqual({ A: 'shared', B: 'shared' });
  });

  it('after another silence and registration he has it back', () => {
    const end = told([old, taken(200), registered(400, `brand/old ${M}`, '赵敏'), receipt(401, M)]);
    expect(end.whose).toBe('ABAA');
    expect(end.state(M)).toEqual({ A: 'active', B: 'past' });
    expect([1, 201, 401].map((day) => end.holder(M, day))).toEqual(['A', 'B', 'A']);
  });

  it('the registration may follow his first use after the silence', () => {
    const back = [receipt(395, `brand/old ${M}`), registered(400, `brand/old ${M}`, '赵敏')];
    const end = told([old, taken(200), ...back, receipt(396, M)]);
    expect(end.whose).toBe('ABAAA');
    expect(end.state(M)).toEqual({ A: 'active', B: 'past' });
  });

  it('but not where the other one bore it in between', () => {
    const back = [
      receipt(395, `brand/old ${M}`),
      receipt(397, `brand/new ${M}`),
      registered(400, `brand/old ${M}`, '赵敏'),
    ];
    expect(told([old, taken(200), ...back]).state(M)).toEqual({ A: 'shared', B: 'shared' });
  });

  it('and both at the very same time, the answer is one', () => {
    const same = [receipt(400, `brand/old ${M}`), registered(400, `brand/old u:9 ${M}`, '赵敏')];
    expect(told([old, taken(200), ...same]).state(M)).toEqual({ A: 'active', B: 'past' });
  });

  it('only a card or an account of his own proves it: a name alone is a slip', () => {
    const end = told([registered(0, M, '赵敏'), taken(200), registered(210, M, '赵敏')]);
    expect(end.whose).toBe('ABB');
    expect(end.state(M)).toEqual({ A: 'past', B: 'active' });
  });
});

describe('later holders', () => {
  it('what nobody signed after the silence counts as use by the new holder', () => {
    const lines = [old, receipt(100, M), taken(120), receipt(185, M), receipt(250, M)];
    const third = registered(300, `brand/third ${M}`, '刘芳');
    const end = told([...lines, third]);
    expect(end.whose).toBe('ABBBBC');
    expect(end.state(M)).toEqual({ A: 'past', B: 'shared', C: 'shared' });
  });

  it('three in a row', () => {
    const end = told([old, taken(200), registered(400, `brand/third ${M}`, '刘芳'), receipt(401, M)]);
    expect(end.whose).toBe('ABCC');
    expect(end.state(M)).toEqual({ A: 'past', B: 'past', C: 'active' });
  });

  it('one who typed it all the while joins the tenure that bears his name', () => {
    const typed = [60, 120, 180].map((day) => receipt(day, `taobao_ouid:7 ${M}`, '周杰'));
    const end = told([old, taken(100), ...typed, receipt(181, M)]);
    expect(end.whose).toBe('ABBBBB');
    expect(end.state(M)).toEqual({ A: 'past', B: 'active' });
  });
});

describe('tenuresOf', () => {
  const run = (start: number, end = start, signed: number | null = null): Run => {
    const first = { received: timeOf(start), time: timeOf(start), key: `k${start}` };
    return { start: timeOf(start), end: timeOf(end), registered: signed === null ? null : timeOf(signed), first };
  };
  const party = (id: string, name: string): Party => ({
    id,
    own: true,
    names: [name],
    ones: new Map(),
    cards: new Map(),
  });
  const parties = new Map([party('a', '赵敏'), party('b', '周杰')].map((one) => [one.id, one]));

  it('makes one tenure for ever of no use, of uses by nobody, and of uses by one', () => {
    const from = Number.NEGATIVE_INFINITY;
    expect(tenuresOf([], parties)).toMatchObject([{ from, parties: new Set() }]);
    expect(tenuresOf([{ party: null, run: run(0) }], parties)).toMatchObject([{ from, parties: new Set() }]);
    const twice = [run(0), run(500, 500, 500)].map((one) => ({ party: 'a', run: one }));
    expect(tenuresOf(twice, parties)).toMatchObject([{ from, parties: new Set(['a']) }]);
  });

  it('is a function of the set of uses', () => {
    const uses = [
      { party: 'a', run: run(0) },
      { party: 'b', run: run(200, 300, 250) },
      { party: null, run: run(195) },
    ];
    const cut = tenuresOf(uses, parties).map(({ from }) => from);
    expect(cut).toEqual([Number.NEGATIVE_INFINITY, timeOf(195)]);
    expect(tenuresOf(uses.toReversed(), parties).map(({ from }) => from)).toEqual(cut);
  });

  it('passes over a party that nobody described', () => {
    expect(tenuresOf([{ party: 'x', run: run(0) }], parties)).toMatchObject([{ parties: new Set() }]);
  });
});
