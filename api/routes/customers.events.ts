import { pageQuery } from '../../schemas/wire/common.ts';
import { timelineList } from '../../schemas/wire/evidence.ts';
import { clearOf, present } from '../customers.ts';
import { EVENT, TIME } from '../examples.ts';
import { maskEvent } from '../mask-views.ts';
import { customerParams } from '../params.ts';
import { jsonRoute, ok } from '../route.ts';

export const customersEvents = jsonRoute({
  method: 'GET',
  url: '/v1/customers/{id}/events',
  tag: 'customers',
  scope: 'customers:read',
  summary: { zh: '顾客时间线', en: 'Timeline of a customer, newest first' },
  params: customerParams,
  absent: 'customer_unknown',
  query: pageQuery,
  ok: timelineList,
  example: { items: [{ ...EVENT, fate: 'accepted', received: TIME }], next: null },
  problems: ['cursor_invalid'],
  async handler({ params, query, services, pii }) {
    const page = { after: query.after ?? null, limit: query.limit };
    const { items, next } = present(await services.customers.timeline(params.id, page));
    if (pii) return ok({ items, next });
    const clear = await clearOf(services, [params.id]);
    return ok({ items: items.map((event) => maskEvent(event, clear)), next });
  },
});
