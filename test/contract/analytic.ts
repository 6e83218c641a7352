import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalyticStore, SetQuery } from '../../profiles/store/port.ts';
import { comparedContract } from './analytic-compared.ts';
import { deedsContract } from './analytic-deeds.ts';
import { asked, context, customer, DAY, iso, NOW, writes } from './analytic-rows.ts';
import { setsContract } from './analytic-sets.ts';

export type Opened = { store: AnalyticStore; close(): Promise<void> };

/** What every analytic store does, whichever engine is under it. `make` opens one on an empty directory. */
export function analyticContract(name: string, make: () => Promise<Opened>): void {
  describe(`analytic store: ${name}`, () => {
    let opened: Opened;
    const store = (): AnalyticStore => opened.store;
    const ids = async (where: unknown): Promise<unknown[]> =>
      (await store().query(asked({ where }), context(true))).items.map((item) => item.id);

    beforeAll(async () => {
      opened = await make();
      await seed(opened.store);
    });
    afterAll(async () => {
      await opened.close();
    });

    it('answers a ping', async () => {
      await expect(store().ping()).resolves.toBeUndefined();
    });
    shows(store);
    pages(store);
    setsContract(store);
    deedsContract(store, ids);
    comparedContract(store);
  });
}

async function seed(store: AnalyticStore): Promise<void> {
  const rows = writes({
    customers: [
      customer('c1', {
        traits: { city: "北京'; DROP TABLE customers; --", points: '120', level: '金\n卡', ['__proto__']: 'x' },
        ...{ events: 3, orders: 2, refunds: 1, first_order: NOW - 9 * DAY, last_order: NOW - 1 },
        spend: { CNY: '999999999999999.1234', JPY: '500', KWD: '1.5' },
        channels: { pos: { events: 2, orders: 1, last_seen: NOW - 5 } },
        identifiers: [{ kind: 'mobile', node: 'mobile||+8613900001234' }],
        ...{
          consents: { marketing: 'granted', 'marketing.sms': 'withdrawn' },
          following: { 'wechat-mp': true, weibo: false },
        },
        tokens: ['t1', 't2'],
      }),
      customer('c2', {
        traits: { city: '上海', points: '80' },
        spend: { CNY: '10.1' },
        tokens: ['t2', 't3'],
        last_seen: NOW - 2,
      }),
      customer('c3', { traits: { city: '上海' }, spend: { CNY: '0.2' }, tokens: ['t2'] }),
      customer('gone', { deleted: true, traits: { city: '上海' }, tokens: ['t2'] }),
    ],
  });
  await store.write(rows);
  await store.write(rows);
}

type Get = () => AnalyticStore;

function shows(store: Get): void {
  it('shows every kind of field as the contract writes it', async () => {
    const fields = [
      ...[
        'id',
        'type',
        'created',
        'traits.city',
        'traits.points',
        'traits.level',
        'metrics.events',
        'metrics.first_order',
      ],
      ...['metrics.last_order', 'metrics.spend.CNY', 'metrics.spend.JPY', 'metrics.spend.KWD', 'metrics.spend.USD'],
      ...['metrics.channels.pos.events', 'metrics.channels.pos.last_seen', 'metrics.channels.web.events'],
      ...[
        'consents.marketing',
        'consents.marketing.sms',
        'consents.x',
        'following.wechat-mp',
        'following.weibo',
        'following.x',
      ],
    ];
    const { items, total } = await store().query(asked({ fields, limit: 1 }), context());
    expect(total).toBe(3);
    expect(items).toEqual([
      {
        ...{
          id: 'c1',
          type: 'person',
          created: iso(NOW - 100 * DAY),
          'traits.points': '120',
          'traits.level': '金\n卡',
        },
        ...{ 'traits.city': "北京'; DROP TABLE customers; --", 'metrics.events': 3, 'metrics.spend.USD': null },
        ...{ 'metrics.first_order': iso(NOW - 9 * DAY), 'metrics.last_order': iso(NOW - 1) },
        ...{ 'metrics.spend.CNY': '999999999999999.1234', 'metrics.spend.JPY': '500', 'metrics.spend.KWD': '1.500' },
        ...{ 'metrics.channels.pos.events': 2, 'metrics.channels.pos.last_seen': iso(NOW - 5) },
        ...{
          'metrics.channels.web.events': null,
          'consents.marketing': 'granted',
          'consents.marketing.sms': 'withdrawn',
        },
        ...{ 'consents.x': null, 'following.wechat-mp': true, 'following.weibo': false, 'following.x': null },
      },
    ]);
  });
}

function pages(store: Get): void {
  const sort: SetQuery['sort'] = [
    { field: 'traits.points', dir: 'desc' },
    { field: 'traits.city', dir: 'asc' },
  ];
  it.each([1, 2, 3])('walks all customers by cursor, absent values last, pages of %i', async (limit) => {
    const seen: unknown[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<AnalyticStore['query']>> = await store().query(
        asked({ sort, limit, after }),
        context(),
      );
      expect(page.total).toBe(3);
      seen.push(...page.items.map((item) => item.id));
      after = page.next;
    } while (after !== null);
    expect(seen).toEqual(['c1', 'c2', 'c3']);
  });

  it('sorts by time, flag and money in both directions', async () => {
    const order = async (field: string, dir: 'asc' | 'desc'): Promise<unknown[]> => {
      const first = await store().query(asked({ sort: [{ field, dir }], limit: 1 }), context());
      const rest = await store().query(asked({ sort: [{ field, dir }], after: first.next }), context());
      return [...first.items, ...rest.items].map((item) => item.id);
    };
    expect(await order('last_seen', 'desc')).toEqual(['c2', 'c1', 'c3']);
    expect(await order('metrics.last_order', 'asc')).toEqual(['c1', 'c2', 'c3']);
    expect(await order('following.weibo', 'asc')).toEqual(['c1', 'c2', 'c3']);
    expect(await order('metrics.spend.CNY', 'asc')).toEqual(['c3', 'c2', 'c1']);
    expect(await order('id', 'desc')).toEqual(['c3', 'c2', 'c1']);
  });

  it('refuses a cursor that is none of its own or of another sort', async () => {
    const { next } = await store().query(asked({ sort, limit: 1 }), context());
    const tampered = Buffer.from(JSON.stringify({ s: 'x', v: ['1'] })).toString('base64url');
    for (const after of ['', '!', 'e30', tampered, `${next}x`.slice(4)]) {
      await expect(store().query(asked({ sort, after }), context())).rejects.toMatchObject({ code: 'cursor_invalid' });
    }
    await expect(store().query(asked({ after: next }), context())).rejects.toMatchObject({ code: 'cursor_invalid' });
  });

  it('tells the total also on a page beyond the end', async () => {
    const where = { field: 'traits.city', op: 'eq', value: '上海' };
    const { next } = await store().query(asked({ where, sort, limit: 1 }), context());
    const none = { all: [where, { field: 'id', op: 'eq', value: 'c2' }] };
    expect(await store().query(asked({ where: none, sort, after: next }), context())).toEqual({
      items: [],
      total: 1,
      next: null,
    });
  });
}
