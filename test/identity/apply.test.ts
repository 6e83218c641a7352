import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newRing } from '../../schemas/ring.ts';
import { day, type House, openHouse, RECEIVED } from './house.ts';
import { card, mobile, openid } from './people.ts';

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
const feed = async (): Promise<{ what: string; id: string; other?: string }[]> => {
  const members = await house.store.range('changes', { limit: 1000 });
  return members.flatMap(({ value }) => JSON.parse(value).changes);
};

describe('events that bear nothing but what attaches', () => {
  const device = { kind: 'device', scope: 'app', value: 'd-1' };
  const order = { id: '77', currency: 'CNY', total: '99.00' };

  it('are nobody’s until their device is known, and then count with its customer', async () => {
    expect(await house.send([{ type: 'view', identifiers: [device], time: day(1) }])).toEqual([null]);
    const [one] = await house.send([{ type: 'view', identifiers: [device, card('0001')], time: day(2) }]);
    expect(await house.view(id(one))).toMatchObject({ first_seen: day(1), metrics: { events: 2 } });
    expect(await house.find('device', 'app', 'd-1')).toBe(one);
  });

  it('count where their order is known already, and refunds lower what was spent', async () => {
    const back = { id: 'r1', original_id: '77', currency: 'CNY', total: '9.00' };
    const [one, refunded] = await house.send([
      { type: 'order_paid', identifiers: [card('0001')], order, time: day(1) },
      { type: 'order_refunded', order: back, time: day(2) },
    ]);
    expect(refunded).toBe(one);
    expect((await house.view(id(one)))?.metrics).toMatchObject({
      ...{ events: 2, orders: 1, refunds: 1, spend: { CNY: '90.00' } },
    });
  });

  it('follow their order when its buyer is merged and split again', async () => {
    const [one, other] = await house.send([
      { identifiers: [card('0002')], time: day(1) },
      { type: 'order_paid', identifiers: [card('0001')], order, time: day(2) },
      { type: 'order_shipped', order, time: day(3) },
    ]);
    const before = await house.view(id(other));
    expect(before?.metrics.events).toBe(2);
    await house.decide(await house.linkOf('d1', id(one), id(other)));
    expect((await house.view(id(other)))?.metrics).toMatchObject({ events: 3, orders: 1 });
    await house.decide({ what: 'undo', id: 'd2', of: 'd1', actor: 'clerk', reason: 'wrong' });
    expect({ ...(await house.view(id(other))), updated: '' }).toEqual({ ...before, updated: '' });
    expect((await house.view(id(one)))?.metrics).toMatchObject({ events: 1, orders: 0 });
  });
});

describe('a number that passed to another', () => {
  const join = (number: string, name: string, days: number) => ({
    ...{ type: 'member_joined', traits: { name }, identifiers: [card(number), mobile(NUMBER)], time: day(days) },
  });
  const used = { type: 'view', identifiers: [mobile(NUMBER)], time: day(1) };
  const sent = { type: 'campaign_sent', identifiers: [mobile(NUMBER)], time: day(210) };

  it('counts what was sent to it with its new holder, whichever came first', async () => {
    const [old] = await house.send([join('0001', '陈思远', 0), used]);
    const [next] = await house.send([join('0002', '李雷', 200)]);
    expect(await house.send([sent])).toEqual([next]);
    const other = await openHouse();
    const [, , before] = await other.send([join('0001', '陈思远', 0), used, sent]);
    const [after] = await other.send([join('0002', '李雷', 200)]);
    expect((await house.view(id(old)))?.metrics.events).toBe(2);
    expect((await house.view(id(next)))?.metrics.events).toBe(2);
    expect((await other.view(id(before)))?.metrics.events).toBe(2);
    expect((await other.view(id(after)))?.metrics.events).toBe(2);
    await other.close();
  });
});

describe('orders of a number that passed to another', () => {
  it('keep the last one, though it was placed after the number had passed', async () => {
    const join = (number: string, name: string, days: number) => ({
      ...{ type: 'member_joined', traits: { name }, identifiers: [card(number), mobile(NUMBER)], time: day(days) },
    });
    const order = (name: string, total: string) => ({ order: { id: name, currency: 'CNY', total } });
    const [old] = await house.send([
      join('0001', '陈思远', 0),
      { type: 'order_completed', identifiers: [mobile(NUMBER)], ...order('a', '10'), time: day(2) },
      { type: 'order_cancelled', identifiers: [mobile(NUMBER)], ...order('b', '20'), time: day(3) },
      join('0002', '李雷', 200),
      { type: 'order_completed', identifiers: [card('0002')], ...order('b', '20'), time: day(300) },
    ]);
    const metrics = { orders: 2, spend: { CNY: '30.00' }, first_order: day(2), last_order: day(300) };
    expect((await house.view(id(old)))?.metrics).toMatchObject(metrics);
    await house.send([{ type: 'order_shipped', identifiers: [mobile(NUMBER)], ...order('a', '11'), time: day(4) }]);
    expect((await house.view(id(old)))?.metrics).toMatchObject({ ...metrics, spend: { CNY: '31.00' } });
  });
});

describe('the change feed', () => {
  it('tells of a new customer as created, also where a number is shared with another', async () => {
    const join = (number: string, name: string) => ({
      ...{ type: 'member_joined', traits: { name }, identifiers: [card(number), mobile(NUMBER)] },
    });
    const [one] = await house.send([join('0001', '陈思远')]);
    const [other] = await house.send([join('0002', '李雷')]);
    const told = await feed();
    expect(told.filter(({ what }) => what !== 'updated')).toMatchObject([
      { what: 'created', id: one },
      { what: 'created', id: other },
    ]);
  });

  it('tells of a merge with the new alias and of a split with the one that came back', async () => {
    const [one, other] = await house.send([{ identifiers: [card('0001')] }, { identifiers: [openid('oA')] }]);
    await house.decide(await house.linkOf('d1', id(one), id(other)));
    await house.decide({ what: 'undo', id: 'd2', of: 'd1', actor: 'clerk', reason: 'wrong' });
    const told = (await feed()).filter(({ what }) => what === 'merged' || what === 'split');
    expect(told).toMatchObject([
      { what: 'merged', id: one, other },
      { what: 'split', id: one, other },
    ]);
  });

  it('tells of a new id, where an older first event came late, as a merge into it', async () => {
    const [late] = await house.send([{ identifiers: [card('0001')], time: day(2) }], RECEIVED + 5_000);
    const [early] = await house.send([{ identifiers: [card('0001'), mobile(NUMBER)], time: day(1) }], RECEIVED + 1_000);
    expect(early).not.toBe(late);
    const told = (await feed()).filter(({ what }) => what !== 'updated');
    expect(told).toMatchObject([
      { what: 'created', id: late },
      { what: 'created', id: early },
      { what: 'merged', id: early, other: late },
    ]);
    expect((await house.view(id(late)))?.id).toBe(early);
  });
});

describe('a house', () => {
  it('answers as before when it is opened again, and goes on where it was', async () => {
    const ring = newRing();
    const directory = await mkdtemp(join(tmpdir(), 'huaxiang-again-'));
    const first = await openHouse(directory, ring);
    const [one] = await first.send([{ identifiers: [card('0001')], time: day(1) }]);
    const before = await first.view(id(one));
    await first.close();
    const again = await openHouse(directory, ring);
    expect(await again.view(id(one))).toEqual(before);
    expect(await again.hands.position(0)).toBe(1);
    expect(await again.send([{ identifiers: [card('0001')], time: day(2) }])).toEqual([one]);
    await again.close();
    await rm(directory, { recursive: true });
  });

  it('gives the same views when its log is applied again in one batch', async () => {
    const ring = newRing();
    const live = await openHouse(undefined, ring);
    const [one, other] = await live.send([
      { type: 'member_joined', identifiers: [card('0001'), mobile(NUMBER)], time: day(1) },
      { type: 'follow', identifiers: [openid('oA')], time: day(2) },
    ]);
    await live.send([{ type: 'identified', identifiers: [openid('oA'), mobile(NUMBER, true)], time: day(3) }]);
    const [third] = await live.send([{ identifiers: [card('0003')], time: day(4) }]);
    await live.decide(await live.linkOf('d1', id(one), id(third)));
    const rebuilt = await openHouse(undefined, ring);
    await rebuilt.take(live.log);
    for (const customer of [id(one), id(other), id(third)])
      expect(await rebuilt.view(customer)).toEqual(await live.view(customer));
    await live.close();
    await rebuilt.close();
  });
});
