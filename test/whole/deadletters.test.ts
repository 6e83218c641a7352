import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEmbeddedLog } from '../../ingest/log/embedded.ts';
import type { Entry } from '../../ingest/port.ts';
import { sealEntry } from '../../ingest/record.ts';
import { channelOf } from '../ingest/channels/door.ts';
import { SIGNERS } from '../ingest/channels/sign.ts';
import { openWhole, removeDirectory, type Whole, withWhole } from './house.ts';

/** Dead letters in a whole house: listed, looked at, tried, and replayed once however often they are sent. */
const NAMES = { channel: 'weibo', source: 'main' };
const DAY = 86_400_000;
const text = (more: object = {}): string =>
  JSON.stringify({ type: 'text', sender_id: 7, created_at: 'Wed Dec 31 11:01:40 +0800 2025', text: 'a', ...more });
const item = (body: string, more: Partial<Extract<Entry, { kind: 'item' }>> = {}): Entry => ({
  ...{ kind: 'item', ...NAMES, received: Date.UTC(2026, 0, 1), item: { body, meta: {} } },
  ...more,
});
const UNREADABLE = { fate: 'dead-letter', reason: 'unreadable', detail: 'no JSON' } as const;
const cut = (at: number): Entry => item(`{"type":"text","sender_id":${at}`, { dead: UNREADABLE });
const future = (id: string): Entry => ({
  ...{ kind: 'event', received: Date.UTC(2026, 0, 1) },
  event: {
    ...{ id, channel: 'shop', source: 'main', type: 'order_paid', time: '2026-01-03T00:00:00Z' },
    identifiers: [{ kind: 'mobile', value: '13900001234' }],
    order: { id: 'O1', total: '10.00', currency: 'CNY' },
  },
});

async function fatesOf({ services }: Whole): Promise<Record<string, number>> {
  const { items } = await services.fates({});
  return Object.fromEntries(items.map(({ fate, reason, count }) => [`${fate} ${reason}`, count]));
}
const all = { after: null, limit: 1000 };
const listed = async ({ services }: Whole, filter = {}) => (await services.deadletters.list(filter, all)).items;

describe('the list', () => {
  it('is filtered by what a letter bears, page by page', () =>
    withWhole({}, async (whole) => {
      const other = item('{', { source: 'second', dead: { ...UNREADABLE, fate: 'quarantined' } });
      await whole.deliver([cut(1), future('f1'), cut(2), other, cut(3)]);
      const list = whole.services.deadletters.list;
      expect(await listed(whole)).toHaveLength(5);
      expect(await listed(whole, { channel: 'shop' })).toMatchObject([{ reason: 'time_in_future' }]);
      expect(await listed(whole, { source: 'second' })).toMatchObject([{ payload: '{', encoding: 'text' }]);
      expect(await listed(whole, { fate: 'quarantined' })).toHaveLength(2);
      expect(await listed(whole, { reason: 'unreadable', fate: 'dead-letter' })).toHaveLength(3);
      const first = await list({ reason: 'unreadable', source: 'main' }, { after: null, limit: 2 });
      expect(first.items).toHaveLength(2);
      const rest = await list({ reason: 'unreadable', source: 'main' }, { after: first.next, limit: 2 });
      expect(rest).toMatchObject({ items: [{ payload: '{"type":"text","sender_id":3' }], next: null });
      await expect(list({}, { after: 'x', limit: 2 })).rejects.toMatchObject({ code: 'cursor_invalid' });
    }));
});

describe('one of them', () => {
  it('is told whole, with what would become of it now', () =>
    withWhole({}, async (whole) => {
      const bytes = Buffer.from([0xff, 0xfe, 0x00]);
      const binary = { body: bytes.toString('base64'), meta: { encoding: 'base64', topic: 't' } };
      await whole.deliver([future('f1'), item('', { item: binary, dead: UNREADABLE }), item('[]')]);
      const [waiting, unread, malformed] = await listed(whole);
      const get = whole.services.deadletters.get;
      expect(await get(waiting?.id ?? '')).toMatchObject({
        now: [{ fate: 'quarantined', reason: 'time_in_future', type: 'order_paid', id: 'f1' }],
      });
      whole.clock.now += 2 * DAY;
      expect(await get(waiting?.id ?? '')).toMatchObject({ now: [{ fate: 'accepted', reason: null, id: 'f1' }] });
      expect(await get(unread?.id ?? '')).toMatchObject({
        ...{ payload: binary.body, encoding: 'base64', meta: { topic: 't' } },
        now: [{ fate: 'dead-letter', reason: 'unreadable', detail: 'no JSON', type: null }],
      });
      expect(await get(malformed?.id ?? '')).toMatchObject({ now: [{ reason: 'event_malformed', detail: 'type' }] });
      for (const id of ['', 'x', `${waiting?.id}0`, `0${waiting?.id}`]) expect(await get(id)).toBeNull();
      expect(await listed(whole)).toHaveLength(3);
    }));
});

describe('a replay', () => {
  it('moves: a set in many chunks, with the rest of them left', () =>
    withWhole({}, async (whole) => {
      const dead = Array.from({ length: 1_200 }, (_, at) => cut(at));
      await whole.deliver([...dead, future('f1'), item('[]')]);
      const replay = whole.services.deadletters.replay;
      expect(await replay({ where: { channel: 'weibo', source: 'other' } })).toEqual({});
      expect(await replay({ where: { fate: 'dead-letter', reason: 'unreadable' } })).toEqual({ 'dead-letter': 1_200 });
      whole.clock.now += 2 * DAY;
      expect(await replay({ where: {} })).toEqual({ 'dead-letter': 1_201, accepted: 1 });
      expect(await fatesOf(whole)).toEqual({
        ...{ 'dead-letter unreadable': 1_200, 'dead-letter event_malformed': 1, 'accepted null': 1 },
      });
      expect(await listed(whole, { reason: 'time_in_future' })).toEqual([]);
    }));

  it('moves once, though sent twice at once and again', () =>
    withWhole({}, async (whole) => {
      await whole.deliver([future('f1'), cut(1)]);
      whole.clock.now += 2 * DAY;
      const ids = (await listed(whole)).map(({ id }) => id);
      const replay = whole.services.deadletters.replay;
      const told = await Promise.all([replay({ ids }), replay({ ids }), replay({ where: {} }), replay({ ids })]);
      const sum = (fate: string): number => told.reduce((count, one) => count + (one[fate] ?? 0), 0);
      // The set of all may have found the unreadable one under the id that its first replay gave it.
      expect(sum('accepted')).toBe(1);
      expect(sum('dead-letter')).toBeLessThanOrEqual(2);
      expect(await replay({ ids: [...ids, ...ids] })).toEqual({});
      expect(await fatesOf(whole)).toEqual({ 'accepted null': 1, 'dead-letter unreadable': 1 });
      const found = await whole.services.customers.find({ kind: 'mobile', scope: null, value: '13900001234' }, null);
      const view = await whole.services.customers.get(found ?? '');
      expect(view?.metrics).toMatchObject({ orders: 1, spend: { CNY: '10.00' } });
    }));

  it('that was in the log when the process died is applied once, and void when sent again', async () => {
    const first = await openWhole({});
    const { directory } = first;
    await first.deliver([cut(1), future('f1')]);
    const letters = await listed(first);
    const entries = await first.entries();
    const { ring } = first.house;
    await first.close();
    const log = await openEmbeddedLog(join(directory, 'log'));
    const again = letters.map(({ id }, at) => {
      const entry = entries[at];
      if (!entry || entry.kind === 'decision') throw new Error('no entry');
      return { ...entry, received: Date.UTC(2026, 0, 3), replay: id };
    });
    for (const entry of [...again, ...again]) await log.append([{ key: 'test', value: sealEntry(ring, entry) }]);
    await log.close();
    const second = await openWhole({ directory });
    await second.services.events.accept([], 'applied');
    expect(await fatesOf(second)).toEqual({ 'accepted null': 1, 'dead-letter unreadable': 1 });
    expect(await listed(second)).toHaveLength(1);
    expect(await second.services.deadletters.replay({ ids: letters.map(({ id }) => id) })).toEqual({});
    await second.close();
    await removeDirectory(directory);
  });
});

it('a part of an item is replayed alone: the others had their fate', () =>
  withWhole({}, async (whole) => {
    const meta = { brand: 'b', timeZone: 'Asia/Shanghai', dayEndsAt: '00:00', receiptNumbers: 'unique', file: 'f' };
    const line = (amount: string) => ({
      f: { store_code: 'S1', receipt: 'R1', trade_time: '2025-03-01 10:00:00', sku: 'A1', quantity: '1', amount },
      o: [],
    });
    const body = JSON.stringify({ lines: [line('5.00'), line('x'), line('y')] });
    await whole.deliver([item('', { channel: 'pos', item: { body, meta: { ...meta, kind: 'sales' } } })]);
    const expected = { 'accepted anonymous': 1, 'dead-letter row_malformed': 2 };
    expect(await fatesOf(whole)).toEqual(expected);
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await whole.services.deadletters.replay({ where: {} })).toEqual({ 'dead-letter': 2 });
      expect(await fatesOf(whole)).toEqual(expected);
      expect(await listed(whole)).toHaveLength(2);
    }
  }));

describe('a verdict of the door', () => {
  const judgedAgain = async (entries: readonly Entry[]): Promise<Record<string, number>> =>
    withWhole({}, async (whole) => {
      await whole.deliver(entries);
      await whole.services.deadletters.replay({ where: {} });
      return fatesOf(whole);
    });

  it('is judged again: what can be read by now becomes its event', async () => {
    const bytes = { body: Buffer.from(text()).toString('base64'), meta: { encoding: 'base64' } };
    expect(await judgedAgain([item(text(), { dead: UNREADABLE })])).toEqual({ 'accepted null': 1 });
    expect(await judgedAgain([item('', { item: bytes, dead: UNREADABLE })])).toEqual({ 'accepted null': 1 });
  });

  it('stays as it was where nothing has changed', async () => {
    const dtd = { fate: 'dead-letter', reason: 'dtd_refused', detail: 'a document type declaration' } as const;
    const sealed = { fate: 'dead-letter', reason: 'decrypt_failed', detail: 'x' } as const;
    const bytes = { body: Buffer.from([0xff]).toString('base64'), meta: { encoding: 'base64' } };
    const file = { fate: 'dead-letter', reason: 'encoding_unknown', detail: 'x' } as const;
    const left = await judgedAgain([
      item('<!DOCTYPE a><xml><a>1</a></xml>', { dead: dtd }),
      item(text(), { dead: sealed }),
      item('', { item: bytes, dead: UNREADABLE }),
      item('', { channel: 'pos', dead: file }),
      cut(1),
    ]);
    expect(left).toEqual({
      ...{ 'dead-letter dtd_refused': 1, 'dead-letter decrypt_failed': 1 },
      ...{ 'dead-letter unreadable': 2, 'dead-letter encoding_unknown': 1 },
    });
  });
});

describe('a field of another type', () => {
  const wrong = item(text({ text: { zh: 'a' } }));

  it('waits with its path, and is mapped anew once the connector knows it', () =>
    withWhole({}, async (whole) => {
      await whole.deliver([wrong]);
      const [letter] = await listed(whole, { fate: 'quarantined' });
      expect(letter).toMatchObject({ reason: 'field_type_changed', detail: 'text: map, not string' });
      expect(await whole.services.deadletters.replay({ where: {} })).toEqual({ quarantined: 1 });
      expect(await fatesOf(whole)).toEqual({ 'quarantined field_type_changed': 1 });
      const channel = channelOf('weibo');
      const { judge } = channel;
      channel.judge = (one, context) => judge({ ...one, body: one.body.replace('{"zh":"a"}', '"a"') }, context);
      try {
        const [again] = await listed(whole);
        const tried = await whole.services.deadletters.get(again?.id ?? '');
        expect(tried?.now).toMatchObject([{ fate: 'accepted', type: 'message' }]);
        expect(await whole.services.deadletters.replay({ where: { reason: 'field_type_changed' } })).toEqual({
          accepted: 1,
        });
      } finally {
        channel.judge = judge;
      }
      expect(await fatesOf(whole)).toEqual({ 'accepted null': 1 });
    }));
});

describe('drift', () => {
  const entries = [
    item(text({ mood: 1 }), { received: Date.UTC(2026, 0, 3) }),
    item(text({ mood: 1, data: { sticker: 'x' } }), { received: Date.UTC(2026, 0, 1) }),
    item(text({ mood: 1, text: 5, oABCdEfGh1JkLmNoPqRs: 1, '13900001234': 1 }), { received: Date.UTC(2026, 0, 2) }),
  ];
  const settings = SIGNERS.find(({ name }) => name === 'weibo')?.settings ?? {};
  const fieldsAfter = (order: readonly Entry[], sizes: number[]) =>
    withWhole({}, async (whole) => {
      await whole.services.sources.put('weibo', 'main', { settings });
      await whole.deliver(order, sizes);
      await whole.services.deadletters.replay({ where: {} });
      const metrics = await whole.services.metrics();
      expect(metrics).toContain('huaxiang_unknown_fields_total{channel="weibo",source="main"} 5');
      return whole.services.fields('weibo', 'main');
    });

  it('is counted by path, in whatever order it comes', async () => {
    const found = await fieldsAfter(entries, [3]);
    const day = (at: number): string => new Date(Date.UTC(2026, 0, at)).toISOString();
    expect(found).toEqual({
      items: [
        { path: 'mood', count: 3, first_seen: day(1), last_seen: day(3) },
        { path: '*', count: 1, first_seen: day(2), last_seen: day(2) },
        { path: 'data.sticker', count: 1, first_seen: day(1), last_seen: day(1) },
      ],
      changed: [{ path: 'text', count: 1, last: expect.any(String), detail: 'text: number, not string' }],
    });
    const other = await fieldsAfter(entries.toReversed(), [1]);
    expect(other?.items).toEqual(found?.items);
  });

  it('is bounded', () =>
    withWhole({}, async (whole) => {
      await whole.services.sources.put('weibo', 'main', { settings });
      const name = (at: number): string => `f${String.fromCharCode(97 + (at % 26), 97 + Math.floor(at / 26))}`;
      await whole.deliver(Array.from({ length: 520 }, (_, at) => item(text({ [name(at)]: 1 }))));
      const { items = [] } = (await whole.services.fields('weibo', 'main')) ?? {};
      expect(items).toHaveLength(501);
      expect(items[0]).toMatchObject({ path: '…', count: 20 });
      expect(await whole.services.fields('weibo', 'nowhere')).toBeNull();
    }));
});

it('repeats do not fill the door', () =>
  withWhole({}, async (whole) => {
    const event = future('e1');
    if (event.kind !== 'event') throw new Error('no event');
    const past = { ...future('e1'), event: Object.assign({}, event.event, { time: '2025-01-01T00:00:00Z' }) };
    for (let turn = 0; turn < 2; turn += 1) await whole.services.events.accept([past.event], 'applied');
    expect(whole.house.acceptor.pending(whole.house.reads.hashOf('shop', 'main', 'e1'))).toBe(false);
  }));
