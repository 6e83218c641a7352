import { linkList } from '../../schemas/wire/evidence.ts';
import { present } from '../customers.ts';
import { NODE, SOURCE_REF, TIME } from '../examples.ts';
import { maskLinks } from '../mask-views.ts';
import { customerParams } from '../params.ts';
import { jsonRoute, ok } from '../route.ts';

const EVIDENCE = {
  with: { kind: 'member_card', scope: 'brand', value: '****8901' },
  rule: 'same_event',
  strength: 'registered',
  source: SOURCE_REF,
  first_seen: TIME,
  last_seen: TIME,
  count: 3,
  events: ['BJ001:20260301-17'],
};

export const customersLinks = jsonRoute({
  method: 'GET',
  url: '/v1/customers/{id}/links',
  tag: 'customers',
  scope: 'customers:read',
  summary: { zh: '标识与证据', en: 'The identifiers of a customer with the evidence that holds them together' },
  params: customerParams,
  absent: 'customer_unknown',
  ok: linkList,
  example: { items: [{ ...NODE, state: 'active', evidence: [EVIDENCE] }], next: null },
  async handler({ params, services, pii }) {
    const { items } = present(await services.customers.links(params.id));
    return ok({ items: pii ? items : maskLinks(items), next: null });
  },
});
