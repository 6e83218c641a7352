import { expect, it } from 'vitest';
import type { CanonicalEvent } from '../../schemas/event.ts';
import { recountedViews } from './checks.ts';
import { iso } from './facts.ts';
import { DAY, entryOf, RECEIVED, START, type Told } from './history.ts';
import { type Whole, withWhole } from './house.ts';

/** The smallest histories in which a view once said something else than its events. */
type Part = Partial<CanonicalEvent> & { day: number };
const openid = { kind: 'wechat_openid', scope: 'wx1', value: 'oA' };
const card = { kind: 'member_card', scope: 'brand', value: '0001' };
const mobile = { kind: 'mobile', value: '13900001234' };
const device = { kind: 'device', scope: 'ios', value: 'tablet' };
const order = { id: 'N1', currency: 'CNY', total: '10.00' };

const tell = (parts: readonly Part[]): Told[] =>
  parts.map(({ day, ...event }, at) => ({
    received: RECEIVED + at,
    event: { id: `e${at}`, channel: 'pos', source: 'x', time: iso(START + day * DAY), type: 'view', ...event },
  }));

async function check(parts: readonly Part[], more?: (whole: Whole) => Promise<void>): Promise<void> {
  const history = tell(parts);
  await withWhole({}, async (whole) => {
    await whole.deliver(history.map(entryOf), [1, 99]);
    for (const { found, expected, name } of await recountedViews(whole, history)) expect(found, name).toEqual(expected);
    await more?.(whole);
  });
}

it('a source that says its old value anew, by another set of identifiers in between, began when it said so first', () =>
  check([
    { day: 1, identifiers: [openid], traits: { city: '北京市' } },
    { day: 2, identifiers: [openid, mobile], traits: { city: '上海市' } },
    { day: 3, identifiers: [openid], traits: { city: '北京市' } },
    { day: 4, source: 'y', identifiers: [openid], traits: { city: '广州市' } },
    { day: 5, identifiers: [openid], traits: { city: '北京市' } },
  ]));

it('an order counts with the first buyer who is somebody', () =>
  check([
    { day: 1, type: 'view', identifiers: [openid, device] },
    { day: 1, type: 'view', identifiers: [card, device] },
    // The device points to two, so this is nobody's.
    { day: 2, type: 'order_paid', identifiers: [device], order },
    { day: 3, type: 'order_refunded', identifiers: [openid], order: { ...order, total: '1.00' } },
  ]));

it('an order that a clerk’s number began counts with the card that completes it', () =>
  check([
    ...Array.from({ length: 9 }, (_, at) => ({
      day: 1,
      type: 'member_joined',
      identifiers: [{ ...card, value: `100${at}` }, mobile],
    })),
    { day: 2, type: 'order_paid', identifiers: [mobile], order },
    { day: 3, type: 'order_completed', identifiers: [{ ...card, value: '1004' }], order },
  ]));

it('and with its first buyer until that number grows hot', () =>
  check([
    { day: 2, type: 'order_paid', identifiers: [mobile], order },
    { day: 3, type: 'order_completed', identifiers: [{ ...card, value: '1004' }], order },
    ...Array.from({ length: 9 }, (_, at) => ({
      day: 1,
      type: 'member_joined',
      identifiers: [{ ...card, value: `100${at}` }, mobile],
    })),
  ]));

it('an order that ended without its sum counts, and is worth nothing yet', () =>
  check([{ day: 1, type: 'order_completed', identifiers: [openid], order: { id: 'N1', currency: 'CNY' } }]));

it('an e-mail was seen at the sources that told it, not at those of the events around it', () =>
  check([
    { day: 1, channel: 'youzan', identifiers: [card, { kind: 'email', value: 'one@example.cn' }] },
    { day: 2, identifiers: [card] },
  ]));

it('an e-mail beside a number that changed hands is shown to the holder who gave it', () =>
  check(
    [
      { day: 1, type: 'member_joined', identifiers: [mobile], traits: { name: '陈思远' } },
      { day: 2, identifiers: [mobile, { kind: 'email', value: 'old@example.cn' }] },
      { day: 300, type: 'member_joined', identifiers: [mobile], traits: { name: '李雷' } },
      { day: 301, identifiers: [mobile, { kind: 'email', value: 'new@example.cn' }] },
      { day: 302, identifiers: [mobile, { kind: 'email', value: 'new@example.cn' }], source: 'z' },
    ],
    async (whole) => {
      const mails = async (at: number): Promise<unknown> => {
        const id = await whole.services.customers.find(mobile, START + at * DAY);
        const view = id === null ? null : await whole.services.customers.get(id);
        return view?.identifiers.filter(({ kind }) => kind === 'email').map(({ value }) => value);
      };
      expect([await mails(3), await mails(303)]).toEqual([['old@example.cn'], ['new@example.cn']]);
    },
  ));

it('channels, purposes and traits may be called like what every object has', () =>
  check([
    {
      ...{ day: 1, channel: 'constructor', type: 'order_paid', identifiers: [openid], order },
      traits: JSON.parse('{"__proto__":"a","constructor":"b"}'),
      consent: { purpose: '__proto__', channel: 'constructor', state: 'granted' },
    },
    { day: 2, channel: 'constructor', type: 'follow', identifiers: [openid] },
  ]));

it('what others say at the same time stands in order of channel, source and event', () =>
  check([
    { day: 5, source: 'last', identifiers: [openid], traits: { city: '深圳市' } },
    { day: 1, source: 'b', identifiers: [openid], traits: { city: '北京市' } },
    { day: 1, source: 'a', identifiers: [openid], traits: { city: '上海市' } },
    { day: 1, source: 'c', type: 'identified', identifiers: [openid, mobile], traits: { city: '天津市' } },
  ]));

it('a timeline tells all events of a customer, however many bear nothing but an order', async () => {
  const orders = Array.from({ length: 220 }, (_, at) => ({ id: `N${at}`, currency: 'CNY', total: '1.00' }));
  const parts = orders.flatMap((one, at): Part[] => [
    { day: at / 10, type: 'order_paid', identifiers: [openid], order: one },
    { day: at / 10, type: 'order_completed', order: one, traits: at === 7 ? { city: '北京市' } : {} },
  ]);
  await check(parts);
});
