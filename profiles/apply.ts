import type { AnchorRow, Change, EventRow, Resolution } from '../identity/port.ts';
import { type CanonicalEvent, eventKey, parseTime } from '../schemas/event.ts';
import type { Ring } from '../schemas/ring.ts';
import { applyOrder, settleMoved, touchCustomers } from './count.ts';
import { addClaims, countEvent, emptyClaims, emptyFragment, type Foldable, later } from './fold.ts';
import type { Dirty, ProfileEvent } from './port.ts';
import {
  changeFragment,
  countOrder,
  markAttached,
  type ProfileTables,
  padTime,
  pointedBy,
  retotal,
  spanIndex,
} from './totals.ts';

/**
 * Writes into profiles what one event, or one change of owners, changes. The work per event does not grow with the
 * history. Everything is written through `tables`, in the same transaction as identity.
 */

export async function applyEvent(
  tables: ProfileTables,
  ring: Ring,
  event: ProfileEvent,
  resolution: Resolution,
  dirty: Dirty,
): Promise<void> {
  const { anchor } = resolution;
  const summed = ownersMoved(tables, resolution);
  dirty.events.add(event.hash);
  if (anchor !== null) await listEvent(tables, anchor, event);
  const folded = await applyMoves(tables, ring, resolution, dirty);
  await settleMoved(tables, resolution, event.received, summed, dirty);
  if (anchor !== null && !folded.has(anchor)) await foldIn(tables, ring, anchor, event, summed);
  const [order] = event.orders;
  if (anchor !== null && order !== undefined) await applyOrder(tables, order, anchor, event, summed, dirty);
  if (anchor !== null && says(tables.anchors.get(anchor))) await markAttached(tables, anchor, 's');
  for (const id of summed) await retotal(tables, id);
  const changed = new Set([...resolution.touched, ...summed, ...(resolution.owner === null ? [] : [resolution.owner])]);
  await touchCustomers(tables, changed, event.received, dirty);
}

/** Into the list of its anchor; one that is attached is listed with those it points to as well. */
export async function listEvent(tables: ProfileTables, anchor: string, event: ProfileEvent): Promise<void> {
  const member = `${padTime(event.time)}${event.hash}`;
  tables.unit.add(`l:${anchor}`, member, '');
  const row = tables.anchors.get(anchor);
  if (!row?.attached) return;
  for (const pointed of await pointedBy(tables, row)) tables.unit.add(`f:${pointed}`, member, anchor);
}

/** Whether an attached anchor says or shows anything. */
export const says = (row: AnchorRow | null): boolean =>
  row?.attached === true &&
  (row.extras.length > 0 ||
    row.claims.some((claims) =>
      [claims.traits, claims.consents, claims.follows].some((said) => Object.keys(said).length > 0),
    ));

/** Customers whose fragments changed hands: their totals are summed again. What is new with this event has none yet. */
export function ownersMoved(tables: ProfileTables, { moved }: Pick<Resolution, 'moved'>): Set<string> {
  const owners = new Set<string>();
  for (const { anchor, before } of moved) {
    if (before.length === 0) continue;
    for (const { owner } of [...before, ...(tables.anchors.get(anchor)?.spans ?? [])]) if (owner) owners.add(owner);
  }
  return owners;
}

/** A decision, or any change of owners that came without an event. */
export async function applyChange(
  tables: ProfileTables,
  ring: Ring,
  change: Change,
  received: number,
  dirty: Dirty,
): Promise<void> {
  const summed = ownersMoved(tables, change);
  await applyMoves(tables, ring, change, dirty);
  await settleMoved(tables, change, received, summed, dirty);
  for (const id of summed) await retotal(tables, id);
  await touchCustomers(tables, new Set([...change.touched, ...summed]), received, dirty);
}

/** Brings fragments in line with spans. Returns the anchors that were folded again from all their events. */
export async function applyMoves(
  tables: ProfileTables,
  ring: Ring,
  change: Pick<Resolution, 'moved'>,
  dirty: Dirty,
): Promise<Set<string>> {
  const folded = new Set<string>();
  for (const { anchor, before } of change.moved) {
    const row = tables.anchors.get(anchor);
    if (!row) continue;
    if (!dirty.anchors.has(anchor)) dirty.anchors.set(anchor, before);
    const same = before.length === row.spans.length && before.every((span, at) => span.from === row.spans[at]?.from);
    if (same) continue;
    if (before.length === 0) blank(row);
    else {
      await refold(tables, ring, anchor, row);
      folded.add(anchor);
    }
    tables.anchors.put(anchor, row);
  }
  return folded;
}

function blank(row: AnchorRow): void {
  row.fragments = row.spans.map(emptyFragment);
  row.claims = row.spans.map(emptyClaims);
}

export async function foldIn(
  tables: ProfileTables,
  ring: Ring,
  anchor: string,
  event: ProfileEvent,
  summed: ReadonlySet<string>,
): Promise<void> {
  const row = tables.anchors.get(anchor);
  const at = spanIndex(row?.spans ?? [], event.time);
  const claims = row?.claims[at];
  if (!row || !claims) return;
  if (addClaims(claims, event)) {
    await changeFragment(tables, { anchor, at: event.time }, summed, (fragment) => countEvent(fragment, event));
    return;
  }
  await refold(tables, ring, anchor, row);
  tables.anchors.put(anchor, row);
  const owner = row.spans[at]?.owner ?? null;
  if (owner === null || summed.has(owner)) return;
  await tables.customers.load([owner]);
  const customer = tables.customers.get(owner);
  if (!customer) return;
  countEvent(customer.totals, event);
  tables.customers.put(owner, customer);
}

/** Folds an anchor again from all its events in order of time, and puts its orders back where they belong. */
export async function refold(tables: ProfileTables, ring: Ring, anchor: string, row: AnchorRow): Promise<void> {
  const members = await tables.unit.range(`l:${anchor}`, { limit: Number.MAX_SAFE_INTEGER });
  const hashes = members.map(({ member }) => member.slice(16));
  await tables.events.load(hashes);
  blank(row);
  const orders = new Set<string>();
  const events = hashes.flatMap((hash) => {
    const stored = tables.events.get(hash);
    for (const order of stored?.orders ?? []) orders.add(order);
    return stored ? [readEvent(ring, stored)] : [];
  });
  events.sort((a, b) => (later(a, b) ? 1 : -1));
  for (const event of events) {
    const at = spanIndex(row.spans, event.time);
    const [fragment, claims] = [row.fragments[at], row.claims[at]];
    if (!fragment || !claims) continue;
    countEvent(fragment, event);
    addClaims(claims, event);
  }
  await tables.things.load([...orders]);
  for (const order of orders) {
    const applied = tables.things.get(order)?.order?.applied;
    const fragment = applied?.anchor === anchor ? row.fragments[spanIndex(row.spans, applied.at)] : undefined;
    if (applied && fragment) countOrder(fragment, applied, 1);
  }
}

/** The event behind a stored row. */
export function readEvent(ring: Ring, row: EventRow): Foldable {
  const event: CanonicalEvent = JSON.parse(ring.openText(row.body));
  const key = eventKey(event.channel, event.source, event.id);
  return { key, received: row.received, time: parseTime(event.time), event };
}
