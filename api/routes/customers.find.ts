import { customerView, findQuery } from '../../schemas/wire/customer.ts';
import { present, shown, viewOf } from '../customers.ts';
import { CUSTOMER } from '../examples.ts';
import { refOf } from '../params.ts';
import { jsonRoute, ok } from '../route.ts';

export const customersFind = jsonRoute({
  method: 'GET',
  url: '/v1/customers',
  tag: 'customers',
  scope: 'customers:read',
  summary: { zh: '按手机号等标识查顾客', en: 'A customer by any identifier, now or at a time' },
  query: findQuery,
  ok: customerView,
  example: CUSTOMER,
  problems: ['identifier_malformed', 'customer_unknown'],
  handler: async ({ query, services, pii }) =>
    ok(shown(present(await viewOf(services, refOf(query), query.at ?? null)), pii)),
});
