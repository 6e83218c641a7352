import type { AnchorRow, Contribution, CustomerRow, EventRow, Fragment, Span, ThingRow } from '../identity/port.ts';
import type { ListMember, Range } from '../identity/store/port.ts';
import { addFragment, addSpend, channelOf, emptyFragment, greatest, least } from './fold.ts';

/** Counters of fragments and of customers: moved by difference, summed again only where anchors changed hands. */
type Table<T> = {
  load(ids: readonly string[]): Promise<void>;
  get(id: string): T | null;
  put(id: string, row: T): void;
};
export type ProfileTables = {
  events: Table<EventRow>;
  anchors: Table<AnchorRow>;
  things: Table<ThingRow>;
  customers: Table<CustomerRow>;
  unit: {
    add(list: string, member: string, value: string): void;
    remove(list: string, member: string): void;
    range(list: string, range: Range): Promise<ListMember[]>;
  };
};

const ALL = Number.MAX_SAFE_INTEGER;
const SHIFT = 100_000_000_000_000;
/** Times as text that sorts as they do. */
export const padTime = (time: number): string => (time + SHIFT).toString().padStart(16, '0');
export const unpadTime = (text: string): number => Number(text.slice(0, 16)) - SHIFT;

const unpadTimeOf = (found: ListMember | undefined): number | null => (found ? unpadTime(found.member) : null);

export function spanIndex(spans: readonly Span[], time: number): number {
  let at = 0;
  for (const [index, span] of spans.entries()) if (span.from <= time) at = index;
  return at;
}

/** An anchor and the customers of its spans. */
export async function loadOwners(tables: ProfileTables, anchor: string): Promise<AnchorRow | null> {
  await tables.anchors.load([anchor]);
  const row = tables.anchors.get(anchor);
  await tables.customers.load((row?.spans ?? []).flatMap(({ owner }) => owner ?? []));
  return row;
}

/**
 * Changes the fragment that holds a time and, by the same change, the totals of its customer; `summed` are customers
 * whose totals are summed again later anyway. Returns the owner.
 */
export async function changeFragment(
  tables: ProfileTables,
  place: { anchor: string; at: number },
  summed: ReadonlySet<string>,
  by: (fragment: Fragment) => void,
): Promise<string | null> {
  const row = await loadOwners(tables, place.anchor);
  if (!row) return null;
  const at = spanIndex(row.spans, place.at);
  const fragment = row.fragments[at];
  if (!fragment) return null;
  by(fragment);
  tables.anchors.put(place.anchor, row);
  const owner = row.spans[at]?.owner ?? null;
  const customer = owner === null || summed.has(owner) ? null : tables.customers.get(owner);
  if (owner !== null && customer) {
    by(customer.totals);
    tables.customers.put(owner, customer);
  }
  return owner;
}

/** Adds (1) or takes back (-1) what an order contributes. */
export function countOrder(fragment: Fragment, one: Contribution, sign: 1 | -1): void {
  fragment.orders += sign * one.orders;
  fragment.refunds += sign * one.refunds;
  if (one.orders > 0 && one.currency !== '')
    addSpend(fragment, one.currency, BigInt(sign) * BigInt(one.spend), sign * one.orders);
  const [events, orders, last] = channelOf(fragment, one.channel);
  fragment.channels[one.channel] = [events, orders + sign * one.orders, last];
  if (events === 0 && orders + sign * one.orders === 0) delete fragment.channels[one.channel];
  if (sign < 0) return;
  fragment.first_order = least(fragment.first_order, one.placed);
  fragment.last_order = greatest(fragment.last_order, one.placed);
}

/**
 * After an order stopped counting: when it may have been the first or last one, the list of orders says which is so
 * now.
 */
export async function refindOrders(
  tables: ProfileTables,
  gone: Contribution,
  summed: ReadonlySet<string>,
): Promise<void> {
  const row = tables.anchors.get(gone.anchor);
  const at = row ? spanIndex(row.spans, gone.at) : 0;
  const fragment = row?.fragments[at];
  if (!row || !fragment || gone.placed === null) return;
  if (gone.placed === fragment.first_order || gone.placed === fragment.last_order) {
    const limit = row.spans.length > 1 ? ALL : 1;
    const edge = async (reverse: boolean): Promise<number | null> => {
      const found = await tables.unit.range(`o:${gone.anchor}`, { limit, reverse });
      const hashes = found.map(({ member }) => member.slice(16));
      await tables.things.load(hashes);
      // An order stands in the span of its buyer's event, which need not be the one in which it was placed.
      const one = hashes.findIndex((hash) => {
        const applied = tables.things.get(hash)?.order?.applied;
        return applied && spanIndex(row.spans, applied.at) === at;
      });
      return unpadTimeOf(found[one]);
    };
    fragment.first_order = await edge(false);
    fragment.last_order = await edge(true);
    tables.anchors.put(gone.anchor, row);
  }
  const owner = row.spans[at]?.owner ?? null;
  const customer = owner === null || summed.has(owner) ? null : tables.customers.get(owner);
  if (owner === null || !customer) return;
  if (gone.placed !== customer.totals.first_order && gone.placed !== customer.totals.last_order) return;
  customer.totals.first_order = null;
  customer.totals.last_order = null;
  for (const one of await fragmentsOf(tables, owner, customer, 'b')) {
    customer.totals.first_order = least(customer.totals.first_order, one.first_order);
    customer.totals.last_order = greatest(customer.totals.last_order, one.last_order);
  }
  tables.customers.put(owner, customer);
}

/**
 * The fragments a customer owns: those of the anchors, and of attached anchors that point to these. List `d` has all of
 * those, list `b` the few in which orders count.
 */
async function fragmentsOf(
  tables: ProfileTables,
  id: string,
  customer: CustomerRow,
  list: 'd' | 'b',
): Promise<Fragment[]> {
  const found: Fragment[] = [];
  const attached = new Set<string>();
  await tables.anchors.load(customer.anchors.map(({ anchor }) => anchor));
  for (const { anchor, from } of customer.anchors) {
    const row = tables.anchors.get(anchor);
    const fragment = row?.fragments[row.spans.findIndex((span) => span.from === from)];
    if (fragment) found.push(fragment);
    if (!row?.followed) continue;
    for (const { member } of await tables.unit.range(`${list}:${anchor}`, { limit: ALL })) attached.add(member);
  }
  await tables.anchors.load([...attached]);
  for (const anchor of attached) {
    const row = tables.anchors.get(anchor);
    if (row?.spans[0]?.owner === id && row.fragments[0]) found.push(row.fragments[0]);
  }
  return found;
}

/** The joining anchors that an attached one points to. */
export async function pointedBy(tables: ProfileTables, row: AnchorRow): Promise<string[]> {
  await tables.things.load(row.nodes);
  return row.nodes.flatMap((node) => (tables.things.get(node)?.pointers ?? []).map(([pointed]) => pointed));
}

/** Makes an attached anchor in which orders count (`b`), or that says something (`s`), known to those it points to. */
export async function markAttached(tables: ProfileTables, anchor: string, list: 'b' | 's'): Promise<void> {
  const row = tables.anchors.get(anchor);
  if (!row?.attached || (list === 'b' ? row.buys : row.says)) return;
  tables.anchors.put(anchor, list === 'b' ? { ...row, buys: true } : { ...row, says: true });
  for (const pointed of await pointedBy(tables, row)) tables.unit.add(`${list}:${pointed}`, anchor, '');
}

/** Sums a customer's fragments again. */
export async function retotal(tables: ProfileTables, id: string): Promise<void> {
  await tables.customers.load([id]);
  const customer = tables.customers.get(id);
  if (!customer) return;
  const totals = emptyFragment();
  for (const fragment of await fragmentsOf(tables, id, customer, 'd')) addFragment(totals, fragment);
  tables.customers.put(id, { ...customer, totals });
}
