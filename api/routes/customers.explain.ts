import { explainQuery, explainResult } from '../../schemas/wire/customer.ts';
import { clearOf, present } from '../customers.ts';
import { NODE } from '../examples.ts';
import { clearValues, maskExplain } from '../mask-views.ts';
import { customerParams } from '../params.ts';
import { jsonRoute, ok } from '../route.ts';
import { readWith } from '../with.ts';

const BECAUSE = { rule: 'same_event', text: 'one receipt bore both identifiers', evidence: ['BJ001:20260301-17'] };

export const customersExplain = jsonRoute({
  method: 'GET',
  url: '/v1/customers/{id}/explain',
  tag: 'customers',
  scope: 'customers:read',
  summary: { zh: '解释为何是或不是同一人', en: 'Why two are one customer, or why they are not' },
  params: customerParams,
  absent: 'customer_unknown',
  query: explainQuery,
  ok: explainResult,
  example: { same: true, because: [BECAUSE], path: [NODE] },
  problems: ['identifier_malformed'],
  async handler({ params, call, services, pii }) {
    const other = readWith(call.request.url ?? '');
    const view = present(await services.customers.explain(params.id, other));
    if (pii) return ok(view);
    const known = await clearOf(services, typeof other === 'string' ? [params.id, other] : [params.id]);
    const asked = typeof other === 'string' ? [] : clearValues([other]);
    return ok(maskExplain(view, [...known, ...asked]));
  },
});
