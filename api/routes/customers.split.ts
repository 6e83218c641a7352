import { splitBody, splitResult } from '../../schemas/wire/customer.ts';
import { CUSTOMER } from '../examples.ts';
import { customerParams, refOf } from '../params.ts';
import { jsonRoute, ok } from '../route.ts';

/** Takes nodes out of a customer, or undoes a merge by its id. */
export const customersSplit = jsonRoute({
  method: 'POST',
  url: '/v1/customers/{id}/split',
  tag: 'customers',
  scope: 'customers:write',
  summary: { zh: '拆分顾客', en: 'Splits a customer: nodes taken out, or a merge undone' },
  params: customerParams,
  absent: 'customer_unknown',
  body: { schema: splitBody, example: { merge: 'mrg_1', reason: 'two sisters' } },
  ok: splitResult,
  example: { customers: [CUSTOMER.id, 'b0Yw5a7LrTdgZk3v0cQ2m1'] },
  problems: ['identifier_malformed', 'merge_unknown', 'merge_undone', 'storage_full', 'overloaded'],
  async handler({ params, body, call, services }) {
    const { customers } = services;
    const actor = call.grant.id;
    if ('merge' in body) return ok(await customers.splitMerge(params.id, body.merge, body.reason, actor));
    return ok(await customers.splitNodes(params.id, body.nodes.map(refOf), body.reason, actor));
  },
});
