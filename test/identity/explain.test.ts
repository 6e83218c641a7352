import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeExplain } from '../../identity/explain.ts';
import type { IdentifierRef } from '../../schemas/identifier.ts';
import { day, type House, openHouse } from './house.ts';
import { card, email, mobile, openid, unionid } from './people.ts';

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const NUMBER = '13900001234';
const id = (found: string | null | undefined): string => {
  if (!found) throw new Error('no customer');
  return found;
};
const explain = (customer: string, other: string | IdentifierRef) => {
  if (typeof other === 'string') return makeExplain(house)(customer, other);
  const read = house.normaliser.ref(other);
  if ('refused' in read) throw new Error(read.detail);
  return makeExplain(house)(customer, read.identifier);
};
const join = (number: string, name: string, days: number, phone = NUMBER) => ({
  ...{ id: `join${number}`, type: 'member_joined', traits: { name }, time: day(days) },
  identifiers: [card(number), mobile(phone)],
});

describe('why two are one', () => {
  it('goes from the event of one id to that of the other, a step for each event on the way', async () => {
    const [one, other] = await house.send([
      join('0001', '陈思远', 1),
      { id: 'follow', type: 'follow', identifiers: [openid('oA'), unionid('uA')], time: day(2) },
    ]);
    await house.send([
      { id: 'bind', type: 'identified', identifiers: [openid('oA'), mobile(NUMBER, true)], time: day(3) },
    ]);
    const view = await explain(id(one), id(other));
    expect(view?.same).toBe(true);
    expect(view?.path?.map(({ kind }) => kind)).toEqual(['member_card', 'mobile', 'wechat_openid', 'wechat_unionid']);
    expect(view?.because).toEqual([
      {
        rule: 'same_event',
        text: '同一事件带有会员卡和手机号 / one event bore both member card and mobile',
        evidence: ['join0001'],
      },
      {
        rule: 'same_event',
        text: '同一事件带有手机号和微信 OpenID / one event bore both mobile and WeChat OpenID',
        evidence: ['bind'],
      },
      {
        rule: 'same_event',
        text: '同一事件带有微信 OpenID和微信 UnionID / one event bore both WeChat OpenID and WeChat UnionID',
        evidence: ['follow'],
      },
    ]);
    expect(view?.held).toBeUndefined();
    const back = await explain(id(other), id(one));
    expect(back?.path).toEqual([...(view?.path ?? [])].reverse());
  });

  it('names the decision where a person joined them', async () => {
    const [one, other] = await house.send([{ identifiers: [card('0001')] }, { identifiers: [card('0002')] }]);
    await house.decide(await house.linkOf('d1', id(one), id(other)));
    expect(await explain(id(one), id(other))).toMatchObject({
      same: true,
      because: [{ rule: 'decided', evidence: ['d1'] }],
      path: [{ value: '0001' }, { value: '0002' }],
    });
  });

  it('leads to an identifier of the customer, and from an id to itself', async () => {
    const [one] = await house.send([join('0001', '陈思远', 1)]);
    expect(await explain(id(one), { kind: 'mobile', value: '139 0000 1234' })).toMatchObject({
      same: true,
      because: [{ rule: 'same_event', evidence: ['join0001'] }],
      path: [{ kind: 'member_card' }, { kind: 'mobile' }],
    });
    expect(await explain(id(one), id(one))).toMatchObject({
      same: true,
      because: [{ rule: 'same_identifier', evidence: ['join0001'] }],
      path: [{ kind: 'member_card' }],
    });
  });

  it('leads to what attaches: an order, an e-mail nobody verified', async () => {
    const order = { id: '77', currency: 'CNY', total: '5.00' };
    const [one] = await house.send([
      { id: 'buy', type: 'order_paid', identifiers: [card('0001'), email('si.yuan@example.cn')], order },
    ]);
    for (const ref of [
      { kind: 'order', scope: 'shop:main', value: '77' },
      { kind: 'email', value: 'Si.Yuan@example.cn' },
    ]) {
      expect(await explain(id(one), ref)).toMatchObject({
        same: true,
        because: [{ rule: 'attached', evidence: ['buy'] }],
        path: [{ kind: 'member_card' }, { kind: ref.kind }],
      });
    }
  });
});

describe('why two are not one', () => {
  it('names what is held, by which rule, and the event that asked for it', async () => {
    const [one, other] = await house.send([join('0001', '陈思远', 1), join('0002', '李雷', 2)]);
    const view = await explain(id(one), id(other));
    expect(view).toMatchObject({
      same: false,
      because: [{ rule: 'names_differ', evidence: ['join0002'] }],
      held: (await house.view(id(one)))?.conflicts,
    });
    expect(view?.because[0]?.text).not.toMatch(/陈|李|139|000/);
  });

  it('names a decision that keeps them apart, until it is undone', async () => {
    const [one, other] = await house.send([join('0001', '陈思远', 1), join('0002', '李雷', 2)]);
    await house.decide(await house.apartOf('d1', id(one), id(other)));
    const view = await explain(id(one), id(other));
    expect(view?.because[0]).toMatchObject({ rule: 'kept_apart', evidence: ['d1'] });
    expect(view?.held).toBeUndefined();
    await house.decide({ what: 'undo', id: 'u1', of: 'd1', actor: 'clerk', reason: 'wrong' });
    expect((await explain(id(one), id(other)))?.because.map(({ rule }) => rule)).toEqual(['names_differ']);
  });

  it('names a number that both bore, one after the other', async () => {
    const [old] = await house.send([join('0001', '陈思远', 0)]);
    const [next] = await house.send([join('0002', '李雷', 200)]);
    expect(await explain(id(old), id(next))).toMatchObject({ same: false, because: [{ rule: 'past' }] });
    expect(await explain(id(old), { kind: 'mobile', value: NUMBER })).toMatchObject({
      same: false,
      because: [{ rule: 'past', evidence: ['join0001', 'join0002'] }],
    });
    expect(await explain(id(next), { kind: 'mobile', value: NUMBER })).toMatchObject({ same: true });
  });

  it('names a number that too many bore', async () => {
    const clerk = [...Array(9).keys()].map((n) => ({ identifiers: [card(`100${n}`), mobile(NUMBER)], time: day(n) }));
    await house.send(clerk);
    const [one, other] = await Promise.all(['1000', '1008'].map((value) => house.find('member_card', 'brand', value)));
    expect(one).not.toBe(other);
    expect(await explain(id(one), id(other))).toMatchObject({ same: false, because: [{ rule: 'hot' }] });
    expect(await explain(id(one), { kind: 'mobile', value: NUMBER })).toMatchObject({
      same: false,
      because: [{ rule: 'hot' }],
    });
  });

  it('says where nothing speaks for it', async () => {
    const [one, other] = await house.send([{ identifiers: [card('0001')] }, { identifiers: [card('0002')] }]);
    const nothing = { same: false, because: [{ rule: 'no_evidence', evidence: [] }] };
    expect(await explain(id(one), id(other))).toMatchObject(nothing);
    expect(await explain(id(one), { kind: 'mobile', value: NUMBER })).toMatchObject(nothing);
    expect(await explain(id(one), 'c_nobody')).toBeNull();
    expect(await explain('c_nobody', id(one))).toBeNull();
  });
});
