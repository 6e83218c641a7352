import { customerView } from '../../schemas/wire/customer.ts';
import { present, shown } from '../customers.ts';
import { CUSTOMER } from '../examples.ts';
import { customerParams } from '../params.ts';
import { jsonRoute, ok } from '../route.ts';

export const customersGet = jsonRoute({
  method: 'GET',
  url: '/v1/customers/{id}',
  tag: 'customers',
  scope: 'customers:read',
  summary: { zh: '按编号查顾客', en: 'A customer by id; an alias answers with the surviving id' },
  params: customerParams,
  absent: 'customer_unknown',
  ok: customerView,
  example: CUSTOMER,
  handler: async ({ params, services, pii }) => ok(shown(present(await services.customers.get(params.id)), pii)),
});
