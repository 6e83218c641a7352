import { mergeBody, mergeResult } from '../../schemas/wire/customer.ts';
import { CUSTOMER } from '../examples.ts';
import { customerParams } from '../params.ts';
import { jsonRoute, ok } from '../route.ts';

export const customersMerge = jsonRoute({
  method: 'POST',
  url: '/v1/customers/{id}/merge',
  tag: 'customers',
  scope: 'customers:write',
  summary: { zh: '合并两位顾客', en: 'Merges two customers; the older id stays' },
  params: customerParams,
  absent: 'customer_unknown',
  body: { schema: mergeBody, example: { with: 'b0Yw5a7LrTdgZk3v0cQ2m1', reason: 'told so by the customer' } },
  ok: mergeResult,
  example: { id: CUSTOMER.id, merge: 'mrg_1', merged: ['b0Yw5a7LrTdgZk3v0cQ2m1'] },
  problems: ['storage_full', 'overloaded'],
  handler: async ({ params, body, call, services }) =>
    ok(await services.customers.merge(params.id, body.with, body.reason, call.grant.id)),
});
