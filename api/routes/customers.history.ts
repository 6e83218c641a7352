import { historyList } from '../../schemas/wire/evidence.ts';
import { clearOf, present } from '../customers.ts';
import { CUSTOMER, TIME } from '../examples.ts';
import { maskHistory } from '../mask-views.ts';
import { customerParams } from '../params.ts';
import { jsonRoute, ok } from '../route.ts';

const MERGED = {
  time: TIME,
  what: 'merged',
  from: [CUSTOMER.id, 'b0Yw5a7LrTdgZk3v0cQ2m1'],
  to: [CUSTOMER.id],
  rule: 'same_event',
  actor: 'rules',
  evidence: ['BJ001:20260301-17'],
};

export const customersHistory = jsonRoute({
  method: 'GET',
  url: '/v1/customers/{id}/history',
  tag: 'customers',
  scope: 'customers:read',
  summary: { zh: '合并拆分历史', en: 'Merges, splits and tenures of a customer' },
  params: customerParams,
  absent: 'customer_unknown',
  ok: historyList,
  example: { items: [MERGED], next: null },
  async handler({ params, services, pii }) {
    const { items } = present(await services.customers.history(params.id));
    if (pii) return ok({ items, next: null });
    const ids = [params.id, ...items.flatMap((item) => [...item.from, ...item.to])];
    return ok({ items: maskHistory(items, await clearOf(services, ids)), next: null });
  },
});
