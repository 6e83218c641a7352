import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEmbeddedLog } from '../../ingest/log/embedded.ts';
import type { Entry } from '../../ingest/port.ts';
import { sealEntry } from '../../ingest/record.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import { correct, correctedFirst, correctedLife, makeCorrected } from './corrected.ts';
import { iso } from './facts.ts';
import { DAY, entryOf, RECEIVED, START, type Told } from './history.ts';
import { openWhole, removeDirectory, type Whole, withWhole } from './house.ts';
import { makeOdd } from './odd.ts';
import { setsRecounted } from './sets.ts';

describe('a corrected log says what one says that was told right in the first place', () => {
  it.each([
    { seed: 41, events: 90, people: 3, share: 0.4 },
    { seed: 42, events: 120, people: 8, days: 400 },
    { seed: 43, events: 60, people: 1, days: 30, share: 0.8 },
  ])('seed $seed: $events events of $people people', async (options) => {
    for (const { found, expected, name } of await correctedFirst(options)) expect(found, name).toEqual(expected);
  });

  it.each([
    { seed: 15, events: 70, share: 0.35, make: makeOdd },
    { seed: 44, events: 120, share: 0.35, make: makeOdd },
  ])('seed $seed: payments, hashes, crowds', async (options) => {
    for (const { found, expected, name } of await correctedFirst(options)) expect(found, name).toEqual(expected);
  });

  it.each([
    { seed: 45, events: 90, people: 4 },
    { seed: 46, events: 70, people: 6, days: 300, share: 0.4 },
  ])('seed $seed: with decisions of people', async (options) => {
    for (const { found, expected, name } of await correctedLife(options)) expect(found, name).toEqual(expected);
  });

  it('in sets and sums', () =>
    withWhole({ analytic: true, key: 47 }, async (whole) => {
      const { history, corrections, final } = makeCorrected({ seed: 47, events: 120, people: 5, share: 0.4 });
      await whole.deliver(history.map(entryOf), [30]);
      for (let at = 0; at < corrections.length; at += 16) {
        await whole.services.events.accept([], 'queryable');
        await correct(whole, corrections.slice(at, at + 16));
      }
      await whole.services.events.accept([], 'queryable');
      for (const { found, expected, name } of await setsRecounted(whole, final, 47))
        expect(found, name).toEqual(expected);
    }));
});

const card = (value: string) => ({ kind: 'member_card', scope: 'brand', value });
const mobile = (value: string) => ({ kind: 'mobile', value });
const RIGHT = '13918270463';
const WRONG = '13921840637';
const LATER = RECEIVED + 1_000_000;

const paid = (more: Partial<CanonicalEvent> = {}): CanonicalEvent => ({
  ...{ id: 'e1', channel: 'pos', source: 'x', type: 'order_paid', time: iso(START), identifiers: [mobile(WRONG)] },
  order: { id: 'O1', total: '10.00', currency: 'CNY' },
  ...more,
});
const told = (event: CanonicalEvent, received = RECEIVED): Told => ({ received, event });

const find = ({ services }: Whole, value: string): Promise<string | null> =>
  services.customers.find({ kind: 'mobile', scope: null, value }, null);
const letters = async ({ services }: Whole) => (await services.deadletters.list({}, { after: null, limit: 100 })).items;
async function fatesOf({ services }: Whole): Promise<Record<string, number>> {
  const { items } = await services.fates({});
  return Object.fromEntries(items.map(({ fate, reason, count }) => [`${fate} ${reason}`, count]));
}

describe('a correction', () => {
  it('leaves the wrong number with nobody, and the id with the right one', () =>
    withWhole({}, async (whole) => {
      await whole.deliver([entryOf(told(paid()))]);
      const id = await find(whole, WRONG);
      const { services } = whole;
      const before = (await services.changes(null, 100, 0)).next;
      expect(await correct(whole, [told(paid({ identifiers: [mobile(RIGHT)] }), LATER)])).toEqual({ accepted: 1 });
      expect(await find(whole, WRONG)).toBeNull();
      expect(await find(whole, RIGHT)).toBe(id);
      const view = await services.customers.get(id ?? '');
      expect(view).toMatchObject({
        created: iso(RECEIVED),
        metrics: { events: 1, orders: 1, spend: { CNY: '10.00' } },
      });
      expect(view?.identifiers).toMatchObject([{ value: `+86${RIGHT}` }]);
      const { items } = await services.changes(before, 100, 0);
      expect(items.map(({ what, id: one }) => [what, one])).toEqual([['updated', id]]);
      expect(await fatesOf(whole)).toMatchObject({ 'accepted null': 1, 'duplicate corrected': 1 });
      expect(await letters(whole)).toEqual([]);
    }));

  it('into nobody takes the customer away, and another gives it back under its id', () =>
    withWhole({}, async (whole) => {
      await whole.deliver([entryOf(told(paid()))]);
      const id = (await find(whole, WRONG)) ?? '';
      await correct(whole, [told(paid({ identifiers: [] }), LATER)]);
      expect(await find(whole, WRONG)).toBeNull();
      expect(await whole.services.customers.get(id)).toBeNull();
      await correct(whole, [told(paid({ order: { id: 'O1', total: '20.00', currency: 'CNY' } }), LATER + 1)]);
      expect(await find(whole, WRONG)).toBe(id);
      expect(await whole.services.customers.get(id)).toMatchObject({ metrics: { orders: 1, spend: { CNY: '20.00' } } });
    }));

  it('leads the id of one who is no more to where his event is now', () =>
    withWhole({}, async (whole) => {
      const first = told(paid({ id: 'e0', identifiers: [card('1')] }), RECEIVED - 1);
      await whole.deliver([entryOf(first), entryOf(told(paid()))]);
      const id = (await find(whole, WRONG)) ?? '';
      await correct(whole, [told(paid({ identifiers: [card('1')] }), LATER)]);
      const { customers } = whole.services;
      const other = await customers.find({ kind: 'member_card', scope: 'brand', value: '1' }, null);
      expect(other).not.toBe(id);
      expect((await customers.get(id))?.id).toBe(other);
    }));

  it('can be corrected, and taken back by the first telling', () =>
    withWhole({}, async (whole) => {
      const first = paid();
      const second = paid({ order: { id: 'O2', total: '30.00', currency: 'CNY' } });
      const third = paid({ time: iso(START + DAY), type: 'order_cancelled' });
      await whole.deliver([first, second, third].map((event, at) => entryOf(told(event, RECEIVED + at))));
      const id = (await find(whole, WRONG)) ?? '';
      const metrics = async () => (await whole.services.customers.get(id))?.metrics;
      const before = await metrics();
      const replay = whole.services.deadletters.replay;
      const ids = (await letters(whole)).map((letter) => letter.id);
      const get = whole.services.deadletters.get;
      expect(await get(ids[0] ?? '')).toMatchObject({ now: [{ fate: 'accepted', reason: null, id: 'e1' }] });
      expect(await replay({ ids: ids.slice(0, 1) })).toEqual({ accepted: 1 });
      expect(await metrics()).toMatchObject({ events: 1, orders: 1, spend: { CNY: '30.00' } });
      expect(await replay({ ids: [...ids, ...ids] })).toEqual({ accepted: 1 });
      expect(await metrics()).toMatchObject({ events: 1, orders: 0, spend: {} });
      expect(await replay({ ids })).toEqual({});
      await correct(whole, [told(first, LATER)]);
      expect(await metrics()).toEqual(before);
      expect(await fatesOf(whole)).toMatchObject({ 'accepted null': 1, 'duplicate corrected': 3 });
    }));

  it('with the content that stands already is a repeat', () =>
    withWhole({}, async (whole) => {
      const other = paid({ identifiers: [mobile(RIGHT)] });
      await whole.deliver([entryOf(told(paid())), entryOf(told(other, LATER)), entryOf(told(other, LATER + 1))]);
      const replay = whole.services.deadletters.replay;
      expect(await replay({ where: {} })).toEqual({ accepted: 1, duplicate: 1 });
      expect(await fatesOf(whole)).toEqual({
        'accepted null': 1,
        'duplicate corrected': 1,
        'duplicate seen_before': 1,
      });
    }));

  it('from the future waits for its time, and the event stands meanwhile', () =>
    withWhole({}, async (whole) => {
      await whole.deliver([entryOf(told(paid()))]);
      const id = (await find(whole, WRONG)) ?? '';
      const ahead = paid({ time: iso(LATER + 9 * DAY), identifiers: [mobile(RIGHT)] });
      expect(await correct(whole, [told(ahead, LATER)])).toEqual({ quarantined: 1 });
      expect(await find(whole, WRONG)).toBe(id);
      expect(await letters(whole)).toMatchObject([{ fate: 'quarantined', reason: 'time_in_future' }]);
      whole.clock.now += 10 * DAY;
      expect(await whole.services.deadletters.replay({ where: {} })).toEqual({ accepted: 1 });
      expect(await find(whole, RIGHT)).toBe(id);
    }));

  it('lets a number join again that was hot by it', () =>
    withWhole({}, async (whole) => {
      const desk = Array.from({ length: 9 }, (_, at) =>
        told(
          paid({ id: `d${at}`, type: 'member_joined', identifiers: [card(`10${at}`), mobile(WRONG)] }),
          RECEIVED + at,
        ),
      );
      await whole.deliver(desk.map(entryOf));
      expect(await find(whole, WRONG)).toBeNull();
      const last = desk[8]?.event;
      if (!last) throw new Error('no desk');
      await correct(whole, [told({ ...last, identifiers: [card('108')] }, LATER)]);
      const { customers } = whole.services;
      const first = await customers.find({ kind: 'member_card', scope: 'brand', value: '100' }, null);
      expect(await find(whole, WRONG)).toBe(first);
      expect((await customers.get(first ?? ''))?.metrics.events).toBe(8);
    }));

  it('lets a payer be one with whom alone he paid for then', () =>
    withWhole({}, async (whole) => {
      const payment = (value: string) => ({ kind: 'payment_id', scope: 'wechat-pay', value });
      const openid = { kind: 'wechat_openid', scope: 'wx1', value: 'oPays' };
      const named = [
        [card('101'), payment('p1')],
        [openid, payment('p1')],
        [card('102'), payment('p2')],
        [card('102')],
        [openid, payment('p2')],
      ].map((identifiers, at) => told(paid({ id: `p${at}`, type: 'view', order: null, identifiers }), RECEIVED + at));
      await whole.deliver(named.map(entryOf));
      const find = whole.services.customers.find;
      const [payer, first] = [{ ...openid }, card('101')];
      expect(await find(payer, null)).not.toBe(await find(first, null));
      const third = paid({ id: 'p2', type: 'view', order: null, identifiers: [card('102'), payment('p3')] });
      await correct(whole, [told(third, LATER)]);
      expect(await find(payer, null)).toBe(await find(first, null));
    }));

  it('gives a receipt of two to the one who still is named on it', () =>
    withWhole({}, async (whole) => {
      const receipt = { kind: 'receipt', scope: 'brand', value: 's:1' };
      const named = [[card('101'), receipt], [card('102')], [card('102'), receipt], [receipt]].map((identifiers, at) =>
        told(paid({ id: `r${at}`, type: 'view', order: null, identifiers }), RECEIVED + at),
      );
      await whole.deliver(named.map(entryOf));
      const owner = async (): Promise<string | null | undefined> =>
        (await whole.services.events.lookup([{ channel: 'pos', source: 'x', id: 'r3' }]))[0]?.customer_id;
      expect(await owner()).toBeNull();
      const other = paid({ id: 'r2', type: 'view', order: null, identifiers: [card('102')] });
      await correct(whole, [told(other, LATER)]);
      expect(await owner()).toBe(await whole.services.customers.find(card('101'), null));
    }));

  it('cools an account by taking back a name that made it a clerk’s', () =>
    withWhole({}, async (whole) => {
      const clerk = { kind: 'wechat_openid', scope: 'wx1', value: 'oClerk' };
      const opened = (at: number, name: string, received?: number): Told =>
        told(
          { ...paid({ id: `c${at}`, order: null, identifiers: [clerk] }), type: 'view', traits: { name } },
          received,
        );
      const names = ['陈思远', '李雷', '王芳', '赵敏', '周杰', '刘洋'];
      await whole.deliver(names.map((name, at) => opened(at, name)).map(entryOf));
      expect(await whole.services.customers.find(clerk, null)).toBeNull();
      await correct(whole, [opened(5, '陈思远', LATER)]);
      expect(await whole.services.customers.find(clerk, null)).not.toBeNull();
    }));

  it('takes a device out of a crowd, which is none any more', () =>
    withWhole({}, async (whole) => {
      const device = { kind: 'device', scope: 'ios', value: 'kiosk' };
      const used = (at: number, ...more: { kind: string; scope: string; value: string }[]): Told =>
        told(paid({ id: `u${at}`, type: 'view', order: null, identifiers: [...more, device] }), RECEIVED + at);
      const crowd = Array.from({ length: 66 }, (_, at) =>
        used(
          at,
          { kind: 'wechat_openid', scope: 'wx1', value: 'oA' },
          { kind: 'x_visit', scope: 'app', value: `${at}` },
        ),
      );
      await whole.deliver([...crowd, used(99)].map(entryOf), [20]);
      const owner = async (): Promise<string | null | undefined> =>
        (await whole.services.events.lookup([{ channel: 'pos', source: 'x', id: 'u99' }]))[0]?.customer_id;
      expect(await owner()).toBeNull();
      const without = ({ event }: Told): Told =>
        told({ ...event, identifiers: (event.identifiers ?? []).slice(0, 2) }, LATER);
      await correct(whole, crowd.slice(0, 2).map(without));
      expect(await owner()).toBeNull();
      await correct(whole, crowd.slice(2, 3).map(without));
      expect(await owner()).not.toBeNull();
    }));
});

describe('where it is kept', () => {
  it('is applied once when the process died after it was in the log', async () => {
    const first = await openWhole({});
    const { directory } = first;
    const other = entryOf(told(paid({ identifiers: [mobile(RIGHT)] }), LATER));
    await first.deliver([entryOf(told(paid())), other]);
    const [letter] = await letters(first);
    const { ring } = first.house;
    await first.close();
    const log = await openEmbeddedLog(join(directory, 'log'));
    if (other.kind === 'decision') throw new Error('no event');
    const again: Entry = { ...other, received: LATER + 1, replay: letter?.id };
    for (const entry of [again, again]) await log.append([{ key: 'test', value: sealEntry(ring, entry) }]);
    await log.close();
    const second = await openWhole({ directory });
    await second.services.events.accept([], 'applied');
    expect(await find(second, WRONG)).toBeNull();
    const view = await second.services.customers.get((await find(second, RIGHT)) ?? '');
    expect(view?.metrics).toMatchObject({ events: 1, orders: 1 });
    expect(await fatesOf(second)).toMatchObject({ 'accepted null': 1, 'duplicate corrected': 1 });
    await second.close();
    await removeDirectory(directory);
  });

  it('says nothing personal in clear, nor do letters that wait', async () => {
    const whole = await openWhole({});
    const name = '慕容雪村';
    const other = paid({ identifiers: [mobile(RIGHT)], traits: { name } });
    await whole.deliver([entryOf(told(paid())), entryOf(told(other, LATER))]);
    expect(await letters(whole)).toHaveLength(1);
    await whole.close();
    const files = await readdir(whole.directory, { recursive: true, withFileTypes: true });
    for (const file of files.filter((one) => one.isFile())) {
      const bytes = await readFile(join(file.parentPath, file.name));
      for (const text of [WRONG, RIGHT, name]) expect(bytes.includes(text), `${file.name} holds ${text}`).toBe(false);
    }
    await removeDirectory(whole.directory);
  });
});
