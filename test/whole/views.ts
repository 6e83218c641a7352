import type { TimelineEvent } from '../../api/port.ts';
import type { CustomerView } from '../../schemas/customer.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import { keyOf, type Owned } from './facts.ts';
import type { Told } from './history.ts';
import type { Whole } from './house.ts';

/** Reading a house as a caller does. */
const PAGE = 23;

/** Every event with its present owner. Throws where one was not accepted. */
export async function ownedEvents({ services }: Whole, history: readonly Told[]): Promise<Owned[]> {
  const found = await services.events.lookup(history.map(({ event }) => event));
  return history.map(({ event, received }, at) => {
    const { fate, customer_id } = found[at] ?? { fate: 'unknown' };
    if (fate !== 'accepted') throw new Error(`${keyOf(event)} is ${fate}`);
    return { event, received, owner: customer_id ?? null };
  });
}

export async function viewOf({ services }: Whole, id: string): Promise<CustomerView> {
  const view = await services.customers.get(id);
  if (!view) throw new Error(`no customer ${id}`);
  return view;
}

/** The whole timeline, page by page. */
export async function timelineOf({ services }: Whole, id: string, limit = PAGE): Promise<TimelineEvent[]> {
  const items: TimelineEvent[] = [];
  for (let after: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof services.customers.timeline>> = await services.customers.timeline(id, {
      after,
      limit,
    });
    items.push(...(page?.items ?? []));
    if (!page?.next) return items;
    after = page.next;
  }
}

/** What a recount can say of a view too. */
export function countable(view: CustomerView, timeline: readonly CanonicalEvent[]): unknown {
  const { created, first_seen, last_seen, metrics, traits, consents, identifiers } = view;
  return {
    ...{ created, first_seen, last_seen, metrics, consents },
    traits: Object.fromEntries(Object.entries(traits).map(([trait, { rule: _, ...told }]) => [trait, told])),
    identifiers: identifiers.map(({ state: _, verified: __, ...told }) => told),
    timeline: timeline.map(keyOf),
  };
}

/**
 * Everything a house says of its customers that is a function of events and decisions, whatever their order: views but
 * for `updated`, timelines, links, open conflicts, and where every alias leads.
 */
export async function portraitOf(whole: Whole, history: readonly Told[]): Promise<Record<string, unknown>> {
  const { services } = whole;
  const owned = await ownedEvents(whole, history);
  const ids = [...new Set(owned.flatMap(({ owner }) => owner ?? []))].sort();
  const customers = await Promise.all(
    ids.map(async (id) => {
      const { updated: _, ...view } = await viewOf(whole, id);
      const leads = await Promise.all(view.aliases.map(async (alias) => (await services.customers.get(alias))?.id));
      const links = await services.customers.links(id);
      return [id, { view, leads, links: links?.items, timeline: await timelineOf(whole, id, 1_000) }];
    }),
  );
  const { items } = await services.conflicts.list(null, { after: null, limit: 1_000 });
  const conflicts = items
    .filter(({ state }) => state === 'open' || state === 'later')
    .map(({ opened: _, state: __, ...conflict }) => conflict)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    owners: Object.fromEntries(owned.map(({ event, owner }) => [keyOf(event), owner])),
    customers: Object.fromEntries(customers),
    conflicts,
  };
}
