import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeConflicts } from '../../identity/conflicts.ts';
import { makeHistory } from '../../identity/history.ts';
import { makeLinks } from '../../identity/links.ts';
import { day, type House, openHouse } from './house.ts';
import { card, mobile, openid, unionid } from './people.ts';

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const NUMBER = '13900001234';
const E164 = '+8613900001234';
const id = (found: string | null | undefined): string => {
  if (!found) throw new Error('no customer');
  return found;
};

/** A card with its number, then a WeChat account that is verified to have the same number: two become one. */
async function joinedPair(): Promise<[card: string, wechat: string, joined: string]> {
  const [one, other] = await house.send([
    { id: 'join', type: 'member_joined', identifiers: [card('0001'), mobile(NUMBER)], time: day(1) },
    { id: 'follow', type: 'follow', channel: 'wechat-mp', identifiers: [openid('oA'), unionid('uA')], time: day(2) },
  ]);
  const [joined] = await house.send([
    { id: 'bind', type: 'identified', identifiers: [openid('oA'), mobile(NUMBER, true)], time: day(3) },
  ]);
  return [id(one), id(other), id(joined)];
}

describe('links', () => {
  const links = (customer: string) => makeLinks(house)(customer);

  it('show every identifier with the others that stood in an event with it', async () => {
    const [, , joined] = await joinedPair();
    const items = (await links(joined))?.items ?? [];
    expect(items.map(({ kind, value, state }) => [kind, value, state])).toEqual([
      ['member_card', '0001', 'active'],
      ['mobile', E164, 'active'],
      ['wechat_openid', 'oA', 'active'],
      ['wechat_unionid', 'uA', 'active'],
    ]);
    const number = items.find(({ kind }) => kind === 'mobile');
    expect(number?.evidence).toEqual([
      {
        ...{ with: { kind: 'member_card', scope: 'brand', value: '0001' }, rule: 'same_event', strength: 'registered' },
        ...{ source: { channel: 'shop', source: 'main' }, first_seen: day(1), last_seen: day(1) },
        ...{ count: 1, events: ['join'] },
      },
      {
        ...{ with: { kind: 'wechat_openid', scope: 'wx1', value: 'oA' }, rule: 'same_event', strength: 'verified' },
        ...{ source: { channel: 'shop', source: 'main' }, first_seen: day(3), last_seen: day(3) },
        ...{ count: 1, events: ['bind'] },
      },
    ]);
  });

  it('count the events of each source apart and name the first three', async () => {
    const tell = (name: string, source: string, days: number) => ({
      ...{ id: name, source, type: 'view', identifiers: [card('0001'), mobile(NUMBER)], time: day(days) },
    });
    const events = [1, 2, 3, 4, 5].map((days) => tell(`a${days}`, 'a', days));
    const [customer] = await house.send([...events, tell('b6', 'b', 6)]);
    const items = (await links(id(customer)))?.items ?? [];
    expect(items[0]?.evidence).toMatchObject([
      { source: { source: 'a' }, count: 5, events: ['a1', 'a2', 'a3'], first_seen: day(1), last_seen: day(5) },
      { source: { source: 'b' }, count: 1, events: ['b6'], first_seen: day(6) },
    ]);
  });

  it('show an identifier that stood alone, without evidence', async () => {
    const [customer] = await house.send([{ identifiers: [card('0001')] }]);
    expect((await links(id(customer)))?.items).toEqual([
      { kind: 'member_card', scope: 'brand', value: '0001', state: 'active', evidence: [] },
    ]);
  });

  it('show what attaches: orders, receipts, devices, and a refund that bore nothing but its order', async () => {
    const receipt = { kind: 'receipt', scope: 'brand', value: 'BJ001:77' };
    const device = { kind: 'device', scope: 'app', value: 'd-1' };
    const order = { id: '77', currency: 'CNY', total: '99.00' };
    const back = { id: 'r1', original_id: '77', currency: 'CNY', total: '9.00' };
    const [customer] = await house.send([
      { id: 'buy', type: 'order_completed', identifiers: [card('0001'), receipt, device], order, time: day(1) },
      { id: 'back', type: 'order_refunded', order: back, time: day(2) },
    ]);
    const items = (await links(id(customer)))?.items ?? [];
    const lead = { kind: 'member_card', scope: 'brand', value: '0001' };
    expect(items.map(({ kind, scope, value, state }) => [kind, scope, value, state])).toEqual([
      ['device', 'app', 'd-1', 'attached'],
      ['member_card', 'brand', '0001', 'active'],
      ['order', 'shop:main', '77', 'attached'],
      ['order', 'shop:main', 'r1', 'attached'],
      ['receipt', 'brand', 'BJ001:77', 'attached'],
    ]);
    expect(items[2]?.evidence).toMatchObject([
      { with: lead, rule: 'attached', events: ['back'], count: 1 },
      { with: lead, rule: 'same_event', events: ['buy'], count: 1 },
    ]);
  });

  it('remember a device though its event is no longer among the newest', async () => {
    const device = { kind: 'device', scope: 'app', value: 'd-1' };
    const later = [...Array(230).keys()].map((n) => ({
      ...{ id: `o${n}`, type: 'order_paid', identifiers: [card('0001')], time: day(2 + n) },
      order: { id: `${n}`, currency: 'CNY', total: '1' },
    }));
    const [customer] = await house.send([{ id: 'old', identifiers: [card('0001'), device], time: day(1) }, ...later]);
    const items = (await links(id(customer)))?.items ?? [];
    expect(items.filter(({ kind }) => kind === 'order')).toHaveLength(200);
    expect(items[0]).toMatchObject({ kind: 'device', value: 'd-1', evidence: [{ events: ['old'], count: 1 }] });
  });

  it('tell a payment made for what another bought from a payment of their own', async () => {
    const payment = { kind: 'payment_id', scope: 'wechat-pay', value: '4200001' };
    const another = { ...payment, value: '4200002' };
    const order = { id: '1', currency: 'CNY', total: '5.00' };
    const [buyer, payer] = await house.send([
      { type: 'order_completed', identifiers: [card('0001'), payment], order },
      { type: 'payment_received', identifiers: [openid('oPayer'), payment] },
      { type: 'order_completed', identifiers: [card('0002'), another], order: { ...order, id: '2' } },
      { type: 'payment_received', identifiers: [openid('oPayer'), another] },
    ]);
    const stateFor = async (customer: string) =>
      (await links(customer))?.items.find(({ kind }) => kind === 'payment_id')?.state;
    expect(await stateFor(id(buyer))).toBe('attached');
    expect(await stateFor(id(payer))).toBe('paid_for');
  });

  it('show a number that several hold as shared, and a masked one as evidence', async () => {
    const names = ['陈思远', '李雷'];
    const [one] = await house.send(
      names.map((name, at) => ({
        ...{ type: 'member_joined', traits: { name }, time: day(at) },
        identifiers: [card(`100${at}`), mobile(NUMBER), mobile('138****5678')],
      })),
    );
    const items = (await links(id(one)))?.items ?? [];
    expect(items.map(({ kind, state }) => [kind, state])).toEqual([
      ['masked_mobile', 'evidence'],
      ['member_card', 'active'],
      ['mobile', 'shared'],
    ]);
  });

  it('answer for an alias, and not for an id nobody knows', async () => {
    const [one, , joined] = await joinedPair();
    expect(await links(one)).toEqual(await links(joined));
    expect(await links('c_nobody')).toBeNull();
  });
});

describe('history', () => {
  const history = (customer: string) => makeHistory(house)(customer);

  it('tells of creation and merge once each, for the survivor and the alias alike', async () => {
    const [one, other, joined] = await joinedPair();
    const items = (await history(joined))?.items ?? [];
    expect(joined).toBe(one);
    expect(items.map(({ what, from, to, rule, actor, evidence }) => [what, from, to, rule, actor, evidence])).toEqual([
      ['created', [], [one], 'same_event', 'rules', ['join']],
      ['created', [], [other], 'same_event', 'rules', ['follow']],
      ['merged', [other, one], [one], 'same_event', 'rules', ['bind']],
    ]);
    expect(items.every(({ time }) => new Date(time).toISOString() === time)).toBe(true);
    expect(await history(other)).toEqual({ items });
    expect(await history('c_nobody')).toBeNull();
  });

  it('tells of a decision with its id and reason, and of what it undid', async () => {
    const [a, b] = await house.send([{ identifiers: [card('0001')] }, { identifiers: [card('0002')] }]);
    await house.decide(await house.linkOf('d1', id(a), id(b)));
    await house.decide({ what: 'undo', id: 'u1', of: 'd1', actor: 'clerk', reason: 'two sisters' });
    const items = (await history(id(a)))?.items.filter(({ actor }) => actor === 'clerk') ?? [];
    const sorted = [id(a), id(b)].sort();
    expect(items.map(({ what, from, to, rule, evidence }) => [what, from, to, rule, evidence])).toEqual([
      ['decided', sorted, [a], 'link', ['d1', 'seen']],
      ['merged', [b, a], [a], 'link', ['seen']],
      ['decided', [a], sorted, 'undo', ['u1', 'two sisters']],
      ['split', [a], [a, b], 'undo', ['two sisters']],
    ]);
    const kept = await Promise.all([id(a), id(b)].map((one) => house.store.range(`h:${one}`, { limit: 100 })));
    expect(JSON.stringify(kept)).not.toContain('sisters');
  });

  it('tells of a number that passed to another holder', async () => {
    const join = (number: string, name: string, days: number) => ({
      ...{ id: `join${number}`, type: 'member_joined', traits: { name }, time: day(days) },
      identifiers: [card(number), mobile(NUMBER)],
    });
    const [old] = await house.send([join('0001', '陈思远', 0)]);
    const [next] = await house.send([join('0002', '李雷', 200)]);
    expect((await history(id(old)))?.items).toMatchObject([
      { what: 'created', to: [old] },
      { what: 'tenure', from: [old], to: [next], evidence: ['join0002'] },
    ]);
    expect((await history(id(next)))?.items).toMatchObject([{ what: 'created', to: [next] }, { what: 'tenure' }]);
  });
});

describe('conflicts', () => {
  const conflicts = () => makeConflicts(house);
  const join = (number: string, name: string, phone: string) => ({
    ...{ id: `join${number}`, type: 'member_joined', traits: { name }, time: day(Number(number)) },
    identifiers: [card(number), mobile(phone)],
  });
  const all = async (state: string | null) => (await conflicts().list(state, { after: null, limit: 50 })).items;

  it('are opened with their nodes in clear, the customers and the event that asked for the merge', async () => {
    const [a, b] = await house.send([join('0001', '陈思远', NUMBER), join('0002', '李雷', NUMBER)]);
    const [found, ...more] = await all('open');
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      ...{ state: 'open', rule: 'names_differ', customers: [id(a), id(b)].sort() },
      nodes: [
        { kind: 'member_card', scope: 'brand', value: '0002' },
        { kind: 'mobile', scope: null, value: E164 },
      ],
      evidence: [{ event: 'join0002', channel: 'shop', source: 'main', time: day(2) }],
    });
    expect((await house.view(id(a)))?.conflicts).toEqual([found?.id]);
    expect(await conflicts().one(found?.id ?? '')).toEqual(found);
    expect(await conflicts().one('nobody')).toBeNull();
    expect((await makeHistory(house)(id(b)))?.items).toMatchObject([
      { what: 'created' },
      { what: 'held', from: [id(a), id(b)].sort(), rule: 'names_differ', evidence: ['join0002'] },
    ]);
  });

  it('follow decisions: later, kept apart, undone, merged', async () => {
    const [a, b] = await house.send([join('0001', '陈思远', NUMBER), join('0002', '李雷', NUMBER)]);
    const conflict = (await all('open'))[0]?.id ?? '';
    const states = async () => (await all(null)).map(({ id: one, state }) => [one, state]);
    await house.decide({ what: 'later', id: 'd1', actor: 'clerk', reason: 'ask the shop', conflict });
    expect(await states()).toEqual([[conflict, 'later']]);
    const apart = await house.apartOf('d2', id(a), id(b));
    if (apart.what === 'apart') await house.decide({ ...apart, conflict });
    expect(await states()).toEqual([[conflict, 'kept_apart']]);
    expect((await house.view(id(a)))?.conflicts).toEqual([]);
    await house.decide({ what: 'undo', id: 'd3', of: 'd2', actor: 'clerk', reason: 'wrong' });
    expect(await states()).toEqual([[conflict, 'open']]);
    const link = await house.linkOf('d4', id(a), id(b));
    if (link.what === 'link') await house.decide({ ...link, conflict });
    expect(await states()).toEqual([[conflict, 'merged']]);
    expect((await conflicts().one(conflict))?.customers).toEqual([await house.reads.liveId(id(a))]);
    await house.decide({ what: 'undo', id: 'd5', of: 'd4', actor: 'clerk', reason: 'wrong' });
    expect(await states()).toEqual([[conflict, 'open']]);
  });

  it('come newest first, page by page, and refuse a cursor of another list', async () => {
    for (const n of [0, 1, 2, 3, 4]) {
      const phone = `1390000000${n + 1}`;
      await house.send([join(`${10 + n}`, '陈思远', phone), join(`${20 + n}`, '李雷', phone)]);
    }
    const whole = (await all('open')).map(({ id: one }) => one);
    const times = (await all('open')).map(({ opened }) => opened);
    expect(times).toEqual([...times].sort().reverse());
    const paged: string[] = [];
    let after: string | null = null;
    do {
      const page = await conflicts().list('open', { after, limit: 2 });
      paged.push(...page.items.map(({ id: one }) => one));
      after = page.next;
    } while (after !== null);
    expect(whole).toHaveLength(5);
    expect(paged).toEqual(whole);
    await expect(conflicts().list(null, { after: 'x', limit: 2 })).rejects.toMatchObject({ code: 'cursor_invalid' });
  });
});
