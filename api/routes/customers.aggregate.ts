import { aggregateBody, aggregateResult } from '../../schemas/wire/sets.ts';
import { maskRow } from '../mask-views.ts';
import { jsonRoute, ok } from '../route.ts';

const EXAMPLE = {
  where: { field: 'metrics.orders', op: 'gte', value: 1 },
  group_by: 'traits.city',
  measures: ['count', 'sum:metrics.spend.CNY'],
};

export const customersAggregate = jsonRoute({
  method: 'POST',
  url: '/v1/customers/aggregate',
  tag: 'sets',
  scope: 'query:read',
  summary: { zh: '分组统计顾客', en: 'Counts and sums over the customers a filter fits' },
  body: { schema: aggregateBody, example: EXAMPLE },
  ok: aggregateResult,
  example: { rows: [{ 'traits.city': '北京市', count: 2, 'sum:metrics.spend.CNY': '1798.00' }] },
  problems: ['field_unknown'],
  async handler({ body, services, pii }) {
    const { rows } = await services.sets.aggregate(body, pii);
    return ok({ rows: pii ? rows : rows.map(maskRow) });
  },
});
