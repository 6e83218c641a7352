import type { AnchorRow, Change, EventRow, OrderState, Resolution, Span, ThingRow } from '../identity/port.ts';
import { type CanonicalEvent, eventKey, parseTime } from '../schemas/event.ts';
import type { Ring } from '../schemas/ring.ts';
import { addClaims, countEvent, emptyClaims, emptyFragment, type Foldable, later } from './fold.ts';
import { contributionOf, emptyOrder, type OrderEvent, tellOrder } from './orders.ts';
import type { Dirty, ProfileEvent } from './port.ts';
import { changeFragment, countOrder, type ProfileTables, padTime, refindOrders, retotal, spanIndex } from './totals.ts';

/**
 * Writes into profiles what one event, or one change of owners, changes. The work per event does not grow with the history.
 * Everything is written through `tables`, in the same transaction as identity.
 */

export const nothingDirty = (): Dirty => ({
  events: new Set(),
  orders: new Set(),
  anchors: new Map(),
  customers: new Set(),
});

export async function applyEvent(
  tables: ProfileTables,
  ring: Ring,
  event: ProfileEvent,
  resolution: Resolution,
  dirty: Dirty,
): Promise<void> {
  const { anchor } = resolution;
  const summed = new Set(resolution.touched);
  dirty.events.add(event.hash);
  if (anchor !== null) tables.unit.add(`l:${anchor}`, `${padTime(event.time)}${event.hash}`, '');
  const folded = await applyMoves(tables, ring, resolution, dirty);
  await settleMoved(tables, resolution, event.received, summed, dirty);
  if (anchor !== null && !folded.has(anchor)) await foldIn(tables, ring, anchor, event, summed);
  const [order] = event.orders;
  if (anchor !== null && order !== undefined) await applyOrder(tables, order, anchor, event, summed, dirty);
  for (const id of summed) await retotal(tables, id);
  const changed = new Set([...summed, ...dirtyOwners(resolution.owner)]);
  await touchCustomers(tables, changed, event.received, dirty);
}

const dirtyOwners = (owner: string | null): string[] => (owner === null ? [] : [owner]);

/** A decision, or any change of owners that came without an event. */
export async function applyChange(
  tables: ProfileTables,
  ring: Ring,
  change: Change,
  received: number,
  dirty: Dirty,
): Promise<void> {
  const summed = new Set(change.touched);
  await applyMoves(tables, ring, change, dirty);
  await settleMoved(tables, change, received, summed, dirty);
  for (const id of summed) await retotal(tables, id);
  await touchCustomers(tables, summed, received, dirty);
}

async function touchCustomers(
  tables: ProfileTables,
  ids: ReadonlySet<string>,
  received: number,
  dirty: Dirty,
): Promise<void> {
  await tables.customers.load([...ids]);
  for (const id of ids) {
    const row = tables.customers.get(id);
    if (!row) continue;
    tables.customers.put(id, { ...row, updated: Math.max(row.updated, received), version: row.version + 1 });
    dirty.customers.add(id);
  }
}

/** Brings fragments in line with spans. Returns the anchors that were folded again from all their events. */
async function applyMoves(
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

async function foldIn(
  tables: ProfileTables,
  ring: Ring,
  anchor: string,
  event: ProfileEvent,
  summed: Set<string>,
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
  for (const { owner } of row.spans) if (owner) summed.add(owner);
}

/** Folds an anchor again from all its events in order of time, and puts its orders back where they belong. */
async function refold(tables: ProfileTables, ring: Ring, anchor: string, row: AnchorRow): Promise<void> {
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

async function applyOrder(
  tables: ProfileTables,
  hash: string,
  anchor: string,
  told: ProfileEvent,
  summed: Set<string>,
  dirty: Dirty,
): Promise<void> {
  const thing = tables.things.get(hash);
  if (!thing) return;
  const joined = tables.anchors.get(anchor)?.attached === false;
  const state: OrderState = thing.order ?? emptyOrder(told.event.channel);
  const orderEvent: OrderEvent = {
    event: told.event,
    time: told.time,
    key: told.tie,
    refund: told.refund,
    anchor,
    joined,
  };
  tellOrder(state, orderEvent);
  await settle(tables, hash, { ...thing, order: state }, told.received, summed, dirty);
}

/** Counts an order with whom it is to be counted now. */
async function settle(
  tables: ProfileTables,
  hash: string,
  thing: ThingRow,
  received: number,
  summed: Set<string>,
  dirty: Dirty,
): Promise<void> {
  const state = thing.order;
  if (!state) return;
  await tables.anchors.load(Object.keys(state.namers));
  const next = contributionOf(state, (anchor, at) => {
    const spans = tables.anchors.get(anchor)?.spans ?? [];
    return (spans[spanIndex(spans, at)]?.owner ?? null) !== null;
  });
  const before = state.applied;
  if (JSON.stringify(before) !== JSON.stringify(next)) {
    if (before) await move(tables, hash, before, -1, summed, dirty, received);
    if (next) await move(tables, hash, next, 1, summed, dirty, received);
    state.applied = next;
    state.version += 1;
    dirty.orders.add(hash);
  }
  tables.things.put(hash, { ...thing, order: state });
}

/** An anchor that became somebody's, or nobody's, may make another the first buyer of its orders. */
async function settleMoved(
  tables: ProfileTables,
  change: Pick<Resolution, 'moved'>,
  received: number,
  summed: Set<string>,
  dirty: Dirty,
): Promise<void> {
  const orders = new Set<string>();
  for (const { anchor, before } of change.moved) {
    const spans = tables.anchors.get(anchor)?.spans ?? [];
    if (before.length === 0 || held(before) === held(spans)) continue;
    const members = await tables.unit.range(`l:${anchor}`, { limit: Number.MAX_SAFE_INTEGER });
    const hashes = members.map(({ member }) => member.slice(16));
    await tables.events.load(hashes);
    for (const hash of hashes) for (const order of tables.events.get(hash)?.orders.slice(0, 1) ?? []) orders.add(order);
  }
  await tables.things.load([...orders]);
  for (const order of orders) {
    const thing = tables.things.get(order);
    if (thing?.order) await settle(tables, order, thing, received, summed, dirty);
  }
}

/** Which times of an anchor are somebody's. */
const held = (spans: readonly Span[]): string => JSON.stringify(spans.map(({ from, owner }) => [from, owner !== null]));

async function move(
  tables: ProfileTables,
  hash: string,
  one: NonNullable<OrderState['applied']>,
  sign: 1 | -1,
  summed: Set<string>,
  dirty: Dirty,
  received: number,
): Promise<void> {
  const owner = await changeFragment(tables, one, summed, (fragment) => countOrder(fragment, one, sign));
  if (one.placed !== null) {
    const member = `${padTime(one.placed)}${hash}`;
    if (sign > 0) tables.unit.add(`o:${one.anchor}`, member, '');
    else tables.unit.remove(`o:${one.anchor}`, member);
  }
  if (sign < 0) await refindOrders(tables, one, summed);
  if (owner !== null && !summed.has(owner)) await touchCustomers(tables, new Set([owner]), received, dirty);
}
