import { customerList, searchBody } from '../../schemas/wire/customer.ts';
import { shown } from '../customers.ts';
import { CUSTOMER } from '../examples.ts';
import { jsonRoute, ok } from '../route.ts';

/** Ranked, so there is no cursor: whoever is not among the first is found by a better text. */
export const customersSearch = jsonRoute({
  method: 'POST',
  url: '/v1/customers/search',
  tag: 'customers',
  scope: 'customers:read',
  summary: { zh: '搜索顾客', en: 'Customers by name, part of a number and filters, ranked' },
  body: { schema: searchBody, example: { text: '陈思远', limit: 10 } },
  ok: customerList,
  example: { items: [CUSTOMER], next: null },
  problems: ['field_unknown'],
  async handler({ body, services, pii }) {
    const ids = await services.sets.search(body, pii);
    const views = await Promise.all(ids.map((id) => services.customers.get(id)));
    return ok({ items: views.flatMap((view) => (view ? [shown(view, pii)] : [])), next: null });
  },
});
