import { expect, it } from 'vitest';
import type { AnalyticStore } from '../../profiles/store/port.ts';
import { asked, context, DAY, iso, NOW } from './analytic-rows.ts';

type Store = () => AnalyticStore;

/** Sums over sets, the search box, and what is refused. */
export function setsContract(store: Store): void {
  aggregates(store);
  searches(store);
  refusals(store);
}

function aggregates(store: Store): void {
  const money = [
    'count',
    'sum:metrics.spend.CNY',
    'avg:metrics.spend.CNY',
    'min:metrics.spend.CNY',
    'max:metrics.spend.CNY',
  ];
  it('groups and sums in exact decimals', async () => {
    const { rows } = await store().aggregate({ where: null, group_by: ['traits.city'], measures: money }, context());
    const [shanghai, beijing] = rows;
    expect(rows).toHaveLength(2);
    expect(shanghai).toEqual({
      ...{ 'traits.city': '上海', count: 2, 'sum:metrics.spend.CNY': '10.30', 'avg:metrics.spend.CNY': '5.1500' },
      ...{ 'min:metrics.spend.CNY': '0.20', 'max:metrics.spend.CNY': '10.10' },
    });
    expect(beijing).toMatchObject({ count: 1, 'sum:metrics.spend.CNY': '999999999999999.1234' });
  });

  it('takes no groups, several groups, and fields that nobody has', async () => {
    const measures = [
      'count',
      'sum:traits.points',
      'avg:traits.points',
      'max:last_seen',
      'sum:metrics.spend.USD',
      'avg:metrics.spend.USD',
    ];
    expect((await store().aggregate({ where: null, group_by: [], measures }, context())).rows).toEqual([
      {
        ...{ count: 3, 'sum:traits.points': '200', 'avg:traits.points': '100.0000', 'max:last_seen': iso(NOW - 2) },
        ...{ 'sum:metrics.spend.USD': '0.00', 'avg:metrics.spend.USD': null },
      },
    ]);
    const groups = ['metrics.refunds', 'following.weibo', 'metrics.spend.JPY', 'created'];
    expect((await store().aggregate({ where: null, group_by: groups, measures: ['count'] }, context())).rows).toEqual([
      {
        'metrics.refunds': 0,
        'following.weibo': null,
        'metrics.spend.JPY': null,
        created: iso(NOW - 100 * DAY),
        count: 2,
      },
      {
        'metrics.refunds': 1,
        'following.weibo': false,
        'metrics.spend.JPY': '500',
        created: iso(NOW - 100 * DAY),
        count: 1,
      },
    ]);
    const nobody = { field: 'id', op: 'in', value: [] };
    expect((await store().aggregate({ where: nobody, group_by: [], measures: ['count'] }, context())).rows).toEqual([
      { count: 0 },
    ]);
    expect((await store().aggregate({ where: nobody, group_by: ['id'], measures: ['count'] }, context())).rows).toEqual(
      [],
    );
  });

  it('refuses measures it does not know and fields it cannot sum', async () => {
    for (const measure of ['median:metrics.orders', 'sum', 'sum:traits.city', 'avg:created', 'sum:created', '']) {
      const asking = store().aggregate({ where: null, group_by: [], measures: [measure] }, context());
      await expect(asking).rejects.toMatchObject({ code: 'body_malformed' });
    }
    const asking = store().aggregate({ where: null, group_by: ['traits.name'], measures: [] }, context());
    await expect(asking).rejects.toMatchObject({ code: 'field_unknown' });
  });
}

function searches(store: Store): void {
  it('finds who bears a token of every group, latest seen first', async () => {
    const find = (groups: string[][], where: unknown = null, limit = 10) =>
      store().search(groups, where, limit, context());
    expect(await find([['t2']])).toEqual(['c2', 'c1', 'c3']);
    expect(await find([['t2']], null, 1)).toEqual(['c2']);
    expect(await find([['t1', 't3'], ['t2']])).toEqual(['c2', 'c1']);
    expect(await find([['t1'], ['t3']])).toEqual([]);
    expect(await find([['t2']], { field: 'traits.city', op: 'eq', value: '上海' })).toEqual(['c2', 'c3']);
    expect(await find([[]])).toEqual([]);
    expect(await find([])).toEqual(['c2', 'c1', 'c3']);
  });
}

function refusals(store: Store): void {
  it('refuses fields that cannot be shown or sorted by', async () => {
    for (const name of ['traits.name', 'traits.mobile', 'identifiers.mobile', 'traits.citty', 'metrics', '', 'f0']) {
      await expect(store().query(asked({ fields: [name] }), context())).rejects.toMatchObject({
        code: 'field_unknown',
      });
      const sorted = store().query(asked({ sort: [{ field: name, dir: 'asc' }] }), context());
      await expect(sorted).rejects.toMatchObject({ code: 'field_unknown' });
    }
  });

  it('takes 1,000 conditions and 10,000 values, and refuses more', async () => {
    const many = (count: number) => ({
      any: Array.from({ length: count }, (_, at) => ({ field: 'metrics.events', op: 'eq', value: at })),
    });
    expect((await store().query(asked({ where: many(1000) }), context())).total).toBe(3);
    await expect(store().query(asked({ where: many(1001) }), context())).rejects.toMatchObject({
      code: 'body_malformed',
    });
    const list = (count: number) => ({
      field: 'id',
      op: 'in',
      value: Array.from({ length: count }, (_, at) => `c${at}`),
    });
    expect((await store().query(asked({ where: list(10_000) }), context())).total).toBe(3);
    await expect(store().query(asked({ where: list(10_001) }), context())).rejects.toMatchObject({
      code: 'body_malformed',
    });
    const deep = (levels: number): object => (levels === 0 ? list(1) : { not: deep(levels - 1) });
    expect((await store().query(asked({ where: deep(60) }), context())).total).toBe(0);
    const deeds = {
      any: Array.from({ length: 1000 }, (_, at) => ({ did: 'campaign_opened', times: { gte: at + 1 } })),
    };
    expect((await store().query(asked({ where: deeds }), context())).total).toBe(0);
  });
}
