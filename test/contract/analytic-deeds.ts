import { expect, it } from 'vitest';
import type { AnalyticStore } from '../../profiles/store/port.ts';
import { DAY, event, NOW, order, owner, writes } from './analytic-rows.ts';

type Store = () => AnalyticStore;
type Ids = (where: unknown) => Promise<unknown[]>;

/** Deeds of customers: whose events are, which version stands, what a `did` asks. */
export function deedsContract(store: Store, ids: Ids): void {
  ownership(store, ids);
  versions(store, ids);
  sums(store, ids);
  orderLines(store, ids);
  texts(store, ids);
}

function ownership(store: Store, ids: Ids): void {
  it('joins owners at read: by time, by latest version, through merge and split', async () => {
    const where = { did: 'order_paid', times: { gte: 2 } };
    await store().write(
      writes({
        events: [event('e1', 'a1', { time: NOW - 9 * DAY }), event('e2', 'a1'), event('e3', 'a2')],
        owners: [owner('a1', 'c1'), owner('a1', 'c2', { from: NOW - 5 * DAY }), owner('a2', 'c2')],
      }),
    );
    expect(await ids(where)).toEqual(['c2']);
    await store().write(writes({ owners: [owner('a1', '', { from: NOW - 5 * DAY, deleted: true, version: 2 })] }));
    expect(await ids(where)).toEqual(['c1']);
    await store().write(writes({ owners: [owner('a1', '', { version: 3 })] }));
    expect(await ids(where)).toEqual([]);
    await store().write(writes({ owners: [owner('a1', 'gone', { version: 4 }), owner('a2', 'gone', { version: 4 })] }));
    expect(await ids(where)).toEqual([]);
    await store().write(writes({ owners: [owner('a1', 'c3', { version: 5 }), owner('a2', 'c3', { version: 5 })] }));
    expect(await ids(where)).toEqual(['c3']);
  });
}

function versions(store: Store, ids: Ids): void {
  it('keeps the greatest version, however rows come and repeat', async () => {
    const newer = event('e9', 'a9', { version: 2, properties: { step: 'new' } });
    await store().write(writes({ events: [newer], owners: [owner('a9', 'c1')] }));
    await store().write(writes({ events: [event('e9', 'a9', { properties: { step: 'old' } }), newer] }));
    const step = (value: string): object => ({
      did: 'order_paid',
      where: { field: 'properties.step', op: 'eq', value },
    });
    expect(await ids(step('old'))).toEqual([]);
    expect(await ids({ ...step('new'), times: { eq: 1 } })).toEqual(['c1']);
    await store().write(writes({ events: [event('e9', 'a9', { version: 3, deleted: true })] }));
    expect(await ids(step('new'))).toEqual([]);
  });
}

function sums(store: Store, ids: Ids): void {
  it('sums orders once, net of refunds, only those that count and are the customer’s own', async () => {
    const paid = (key: string, anchor: string, of: string) =>
      event(key, anchor, { type: 'order_completed', order_key: of });
    await store().write(
      writes({
        events: [
          paid('p1', 'b1', 'o1'),
          paid('p2', 'b1', 'o1'),
          paid('p3', 'b1', 'o2'),
          paid('p4', 'b1', 'o3'),
          paid('p5', 'b2', 'o1'),
        ],
        orders: [
          ...[order('o1', 'b1', { total: '0.3', refunded: '0.1' }), order('o2', 'b1', { total: '0.1' })],
          order('o3', 'b1', { counted: false }),
        ],
        owners: [owner('b1', 'c1'), owner('b2', 'c2')],
      }),
    );
    const spent = (bounds: object, currency = 'CNY'): object => ({
      ...{ did: 'order_completed', sum: { field: 'order.total', currency, ...bounds } },
    });
    expect(await ids(spent({ eq: '0.3' }))).toEqual(['c1']);
    expect(await ids(spent({ eq: 0.3 }))).toEqual(['c1']);
    expect(await ids(spent({ eq: 0 }))).toEqual(['c2']);
    expect(await ids(spent({ gt: 0 }, 'USD'))).toEqual([]);
  });
}

function orderLines(store: Store, ids: Ids): void {
  it('asks several conditions of one `all` of the same order line', async () => {
    const line = (sku: string, category: string) => ({ sku, name: '', category, brand: '', quantity: '1', price: '2' });
    const bought = event('l1', 'l1', { type: 'order_shipped', items: [line('s1', 'shoes'), line('s2', 'hats')] });
    const nothing = event('l2', 'l2', { type: 'order_shipped' });
    await store().write(writes({ events: [bought, nothing], owners: [owner('l1', 'c1'), owner('l2', 'c2')] }));
    const sku = (value: string, op = 'eq') => ({ field: 'order.items.sku', op, value });
    const category = (value: string, op = 'eq') => ({ field: 'order.items.category', op, value });
    const shipped = (where: object) => ids({ did: 'order_shipped', where });
    expect(await shipped({ all: [sku('s1'), category('shoes')] })).toEqual(['c1']);
    expect(await shipped({ all: [sku('s1'), category('hats')] })).toEqual([]);
    expect(await shipped({ all: [sku('s1'), { any: [category('hats'), category('bags')] }] })).toEqual([]);
    expect(await shipped({ all: [sku('s1'), category('hats', 'ne')] })).toEqual(['c1']);
    expect(await shipped({ all: [sku('s1'), { all: [category('hats')] }] })).toEqual([]);
    expect(await shipped({ all: [{ any: [sku('s1')] }, { not: { not: category('hats') } }] })).toEqual([]);
    expect(await shipped(sku('s3', 'ne'))).toEqual(['c1', 'c2']);
    expect(await shipped(sku('s1', 'ne'))).toEqual(['c2']);
    expect(await shipped({ not: sku('s1') })).toEqual(['c2']);
  });
}

function texts(store: Store, ids: Ids): void {
  it('contains takes every character literally and ignores case beyond ASCII', async () => {
    const texts = ['100%', '100x', 'a_b', 'axb', 'Crème BRÛLÉE', 'Привет', 'ＡＢＣ'];
    const events = texts.map((text, at) => event(`t${at}`, `t${at}`, { type: 'click', properties: { text } }));
    await store().write(writes({ events, owners: texts.map((_, at) => owner(`t${at}`, 'c1')) }));
    const has = (value: string, eq: number): Promise<unknown[]> =>
      ids({ did: 'click', where: { field: 'properties.text', op: 'contains', value }, times: { eq } });
    for (const part of ['0%', 'A_B', '_', 'brûlée', 'CRÈME', 'ПРИ', 'ａｂ']) {
      expect({ part, ids: await has(part, 1) }).toEqual({ part, ids: ['c1'] });
    }
    expect(await has('', texts.length)).toEqual(['c1']);
  });

  it('takes times beyond what the engine holds', async () => {
    const ages = [
      event('old', 'z1', { type: 'scan', time: Date.UTC(1000, 0) }),
      event('far', 'z1', { type: 'scan', time: Date.UTC(9999, 0) }),
    ];
    await store().write(writes({ events: ages, owners: [owner('z1', 'c1')] }));
    expect(await ids({ did: 'scan', times: { eq: 2 } })).toEqual(['c1']);
    expect(
      await ids({ did: 'scan', between: ['0001-01-01T00:00:00Z', '1950-01-01T00:00:00Z'], times: { eq: 1 } }),
    ).toEqual(['c1']);
  });

  it('takes texts that are no UTF-16 and control characters', async () => {
    const properties = { odd: 'a\ud800b', nul: 'a\u0000b', back: '\\ud800' };
    await store().write(
      writes({ events: [event('s1', 's1', { type: 'view', properties })], owners: [owner('s1', 'c2')] }),
    );
    const has = (name: string, value: string): object => ({
      ...{ did: 'view', where: { field: `properties.${name}`, op: 'eq', value } },
    });
    expect(await ids(has('odd', 'a\ufffdb'))).toEqual(['c2']);
    expect(await ids(has('nul', 'a\u0000b'))).toEqual(['c2']);
    expect(await ids(has('back', '\\ud800'))).toEqual(['c2']);
  });
}
