import type { z } from 'zod';
import { Problem } from '../../schemas/errors.ts';
import { lookupBody, lookupQuery, lookupResult } from '../../schemas/wire/customer.ts';
import { shown, viewOf } from '../customers.ts';
import { CUSTOMER } from '../examples.ts';
import { refOf } from '../params.ts';
import { type Call, jsonRoute, ok } from '../route.ts';

type Wanted = z.output<typeof lookupBody>['identifiers'][number];
type Found = z.output<typeof lookupResult>['results'][number];

/** One of the list. A value that can be no key is told beside its null and spoils nothing for the others. */
async function one(call: Call, wanted: Wanted, idOnly: boolean): Promise<Found> {
  const { services, pii } = call;
  const at = wanted.at ?? null;
  try {
    if (idOnly) {
      const id = await services.customers.find(refOf(wanted), at);
      return id === null ? { customer: null, reason: 'customer_unknown' } : { customer: { id } };
    }
    const view = await viewOf(services, refOf(wanted), at);
    return view ? { customer: shown(view, pii) } : { customer: null, reason: 'customer_unknown' };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'identifier_malformed') throw error;
    const { reason } = error.more;
    return { customer: null, reason: typeof reason === 'string' ? reason : error.code };
  }
}

export const customersLookup = jsonRoute({
  method: 'POST',
  url: '/v1/customers/lookup',
  tag: 'customers',
  scope: 'customers:read',
  summary: { zh: '批量查顾客', en: 'Up to 1,000 customers by identifier, in the order asked' },
  query: lookupQuery,
  body: {
    schema: lookupBody,
    example: { identifiers: [{ kind: 'member_card', scope: 'brand', value: '0000008901' }] },
  },
  ok: lookupResult,
  example: { results: [{ customer: CUSTOMER }, { customer: null, reason: 'customer_unknown' }] },
  async handler({ body, query, call }) {
    const results = await Promise.all(body.identifiers.map((wanted) => one(call, wanted, query.fields === 'id')));
    return ok({ results });
  },
});
