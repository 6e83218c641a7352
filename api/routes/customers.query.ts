import { queryBody, queryResult } from '../../schemas/wire/sets.ts';
import { CUSTOMER } from '../examples.ts';
import { maskRow } from '../mask-views.ts';
import { jsonRoute, ok } from '../route.ts';

const EXAMPLE = {
  where: {
    all: [
      { field: 'traits.city', op: 'eq', value: '北京市' },
      { did: 'order_paid', times: { gte: 2 }, within: 'P30D' },
    ],
  },
  fields: ['traits.city', 'metrics.spend.CNY'],
  sort: [{ field: 'metrics.spend.CNY', dir: 'desc' }],
  limit: 50,
};
const ROW = { id: CUSTOMER.id, 'traits.city': '北京市', 'metrics.spend.CNY': '1299.00' };

export const customersQuery = jsonRoute({
  method: 'POST',
  url: '/v1/customers/query',
  tag: 'sets',
  scope: 'query:read',
  summary: { zh: '按条件查询顾客', en: 'The customers a filter fits' },
  body: { schema: queryBody, example: EXAMPLE },
  ok: queryResult,
  example: { items: [ROW], next: null, total: 1 },
  problems: ['field_unknown', 'cursor_invalid', 'scope_missing'],
  async handler({ body, services, pii }) {
    const { items, next, total } = await services.sets.query(body, pii);
    return ok({ items: pii ? items : items.map(maskRow), next, total });
  },
});
