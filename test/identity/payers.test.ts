import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeExplain } from '../../identity/explain.ts';
import { makeRing, newRing } from '../../schemas/ring.ts';
import { type House, openHouse, type Sent } from './house.ts';

/** What joins beside identifiers that stand in one event: payments, accounts that moved, hashes of numbers. */
let house: House;
const RING = { ...newRing(), salts: { crm: { before: 'pepper', after: '' } } };
beforeEach(async () => {
  house = await openHouse(undefined, RING);
});
afterEach(() => house.close());

const card = (value: string) => ({ kind: 'member_card', scope: 'brand', value });
const openid = (value: string, scope = 'wx1') => ({ kind: 'wechat_openid', scope, value });
const unionid = (value: string) => ({ kind: 'wechat_unionid', scope: 'default', value });
const payment = (value: string) => ({ kind: 'payment_id', scope: 'wechat-pay', value });
const mobile = (value: string) => ({ kind: 'mobile', value });
const bought = (...identifiers: object[]): Sent => ({ type: 'view', identifiers });
const paid = (...identifiers: object[]): Sent => ({ type: 'payment_received', identifiers });

/** Which of these events are one customer's: `aab` is two of one and one of another. */
async function whose(events: readonly Sent[]): Promise<string> {
  const owners = await house.send(events);
  const seen = [...new Set(owners)];
  return owners.map((owner) => (owner === null ? '-' : 'abcdef'.charAt(seen.indexOf(owner)))).join('');
}

describe('an OpenID that only pays', () => {
  const receipts = [bought(card('1'), payment('p1')), paid(openid('o'), payment('p1'))];

  it('is the customer whose receipt it paid, whichever came first', async () => {
    expect(await whose(receipts)).toBe('aa');
    const turned = [paid(openid('o2'), payment('p2')), bought(card('2'), payment('p2'))];
    expect(await whose(turned)).toBe('aa');
  });

  it('explains itself by the payment', async () => {
    const [customer = ''] = await house.send(receipts);
    const explain = makeExplain(house);
    const [lead, other] = [house.node('member_card', 'brand', '1'), house.node('wechat_openid', 'wx1', 'o')];
    const identifier = { ...openid('o'), verified: false, role: 'joining' as const, node: other, strength: 4 };
    const told = await explain(customer ?? '', identifier);
    expect(lead).not.toBe(other);
    const text = expect.stringContaining('all that WeChat OpenID paid for was bought with member card');
    expect(told).toMatchObject({ same: true, because: [{ rule: 'payment', text }] });
  });

  it('is nobody else once it paid for two', async () => {
    expect(await whose([...receipts, bought(card('2'), payment('p2')), paid(openid('o'), payment('p2'))])).toBe('abcb');
  });

  it('is its own as soon as it has another identifier', async () => {
    expect(await whose([...receipts, bought(openid('o'), unionid('u'))])).toBe('abb');
  });

  it('is not who has another OpenID of that app', async () => {
    expect(await whose([bought(card('1'), openid('mine')), ...receipts])).toBe('aab');
    expect(await whose([bought(card('3'), openid('mine', 'wx2')), bought(card('3'), payment('p3'))])).toBe('aa');
    expect(await whose([paid(openid('o3'), payment('p3'))])).toBe('a');
    expect(await house.find('member_card', 'brand', '3')).toBe(await house.find('wechat_openid', 'wx1', 'o3'));
  });

  it('follows a receipt that bears a number alone', async () => {
    expect(await whose([bought(mobile('13921840637'), payment('p9')), paid(openid('o9'), payment('p9'))])).toBe('aa');
  });

  it('may be taken out by a person, and stays out', async () => {
    const [customer] = await house.send(receipts);
    const nodes = [house.node('wechat_openid', 'wx1', 'o'), house.node('member_card', 'brand', '1')];
    const owned = (await house.rows(customer ?? ''))?.anchors ?? [];
    const [out, rest] = nodes.map((node) => ({
      ...{ nodes: [node], anchors: owned.filter(({ row }) => row.nodes.includes(node)).map(({ anchor }) => anchor) },
    }));
    if (!out || !rest) throw new Error('two sides');
    const sides: [typeof out, typeof rest] = [out, rest];
    await house.decide({ what: 'apart', id: 'd1', sides, actor: 'clerk', reason: 'a neighbour' });
    await house.send([bought(card('1'), payment('p4')), paid(openid('o'), payment('p4'))]);
    expect(await house.find('wechat_openid', 'wx1', 'o')).not.toBe(customer);
  });
});

describe('an account that moved', () => {
  const moved = { type: 'identified', identifiers: [openid('old'), openid('new')] };

  it('has two OpenIDs of one app that count as one', async () => {
    expect(await whose([bought(card('1'), openid('old')), bought(mobile('13921840637'), openid('new')), moved])).toBe(
      'aaa',
    );
    expect(house.log).toHaveLength(3);
  });

  it('is told of by nothing but an event that identifies', async () => {
    expect(
      await whose([bought(card('1'), openid('old')), bought(card('2'), openid('new')), { ...moved, type: 'view' }]),
    ).not.toBe('aaa');
  });
});

describe('a hashed mobile', () => {
  const NUMBER = '13918270463';
  const hashed = (algorithm: string, text = NUMBER, scope = algorithm) => ({
    ...{ kind: 'hashed_mobile', scope },
    value: createHash(algorithm).update(text).digest('hex'),
  });
  const joined = (hash: object): Sent[] => [
    { type: 'member_joined', identifiers: [card('1'), mobile(NUMBER)] },
    { type: 'member_joined', identifiers: [openid('o'), hash] },
  ];

  it.each(['md5', 'sha256', 'sm3'])('under %s is the number, whichever comes first', async (algorithm) => {
    expect(await whose(joined(hashed(algorithm)))).toBe('aa');
    await house.close();
    house = await openHouse(undefined, RING);
    expect(await whose(joined(hashed(algorithm)).reverse())).toBe('aa');
  });

  it('with a salt of the ring is the number too, with another it is not', async () => {
    expect(await whose(joined(hashed('md5', `pepper${NUMBER}`, 'md5:crm')))).toBe('aa');
    expect(await whose([bought(hashed('md5', `pepper${NUMBER}`, 'md5:other'))])).toBe('a');
    expect(await house.find('hashed_mobile', 'md5:other', hashed('md5', `pepper${NUMBER}`).value)).not.toBe(
      await house.find('mobile', null, NUMBER),
    );
  });

  it('leads to the customer, is shown as itself, and never as the number where that was not told', async () => {
    await house.send(joined(hashed('md5')));
    const id = await house.find('hashed_mobile', 'md5', hashed('md5').value);
    expect(id).toBe(await house.find('mobile', null, NUMBER));
    const kinds = (await house.view(id ?? ''))?.identifiers.map(({ kind, state }) => [kind, state]);
    expect(kinds).toEqual([
      ['hashed_mobile', 'active'],
      ['member_card', 'active'],
      ['mobile', 'active'],
      ['wechat_openid', 'active'],
    ]);
  });

  it('of two members whose names differ is shared as the number is', async () => {
    await house.send([
      { type: 'member_joined', identifiers: [card('1'), mobile(NUMBER)], traits: { name: '王建国' } },
      { type: 'member_joined', identifiers: [card('2'), hashed('sha256')], traits: { name: '刘芳' } },
    ]);
    const [one, other] = [await house.find('member_card', 'brand', '1'), await house.find('member_card', 'brand', '2')];
    expect(one).not.toBe(other);
    const states = (await house.view(other ?? ''))?.identifiers.map(({ kind, state }) => [kind, state]);
    expect(states).toEqual([
      ['hashed_mobile', 'shared'],
      ['member_card', 'active'],
    ]);
  });

  it('of a foreign number is that of its international form', async () => {
    const abroad = '+85261230456';
    expect(await whose([bought(mobile(abroad)), bought(openid('o'), hashed('md5', abroad))])).toBe('aa');
    expect(makeRing(RING).salts).toHaveLength(1);
  });
});
