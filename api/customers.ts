import type { CustomerView } from '../schemas/customer.ts';
import { Problem } from '../schemas/errors.ts';
import type { IdentifierRef } from '../schemas/identifier.ts';
import { type Clear, clearValues, maskCustomer } from './mask-views.ts';
import type { Services } from './port.ts';

/** The error of every route that names a customer nobody knows. */
export const noCustomer = (): Problem => new Problem('customer_unknown', 'no customer has this id or identifier');

/** Throws customer_unknown in place of nothing. */
export function present<T>(found: T | null): T {
  if (found === null) throw noCustomer();
  return found;
}

/** A view as the key may see it. */
export const shown = (view: CustomerView, pii: boolean): CustomerView => (pii ? view : maskCustomer(view));

/** The view of whom the identifier belongs to, unmasked; null for nobody. Throws identifier_malformed. */
export async function viewOf(services: Services, ref: IdentifierRef, at: number | null): Promise<CustomerView | null> {
  const id = await services.customers.find(ref, at);
  return id === null ? null : services.customers.get(id);
}

/** The clear values of these customers, which ids of their events may be made of. Ids nobody knows have none. */
export async function clearOf(services: Services, ids: Iterable<string>): Promise<Clear> {
  const views = await Promise.all([...new Set(ids)].map((id) => services.customers.get(id)));
  return clearValues(views.flatMap((view) => view?.identifiers ?? []));
}
