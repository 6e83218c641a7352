import type { Contribution, OrderState, Resolution, Span, ThingRow } from '../identity/port.ts';
import { contributionOf, emptyOrder, type OrderEvent, tellOrder } from './orders.ts';
import type { Dirty, ProfileEvent } from './port.ts';
import {
  changeFragment,
  countOrder,
  markAttached,
  type ProfileTables,
  padTime,
  refindOrders,
  spanIndex,
} from './totals.ts';

/** Orders as they are counted: with the first buyer who is somebody, and moved from one to the other by difference. */

/** Tells an order of an event, and counts it anew where that changes anything. */
export async function applyOrder(
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
export async function settle(
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
    for (const owner of await recount(tables, hash, before, next, summed))
      if (!summed.has(owner)) await touchCustomers(tables, new Set([owner]), received, dirty);
    state.applied = next;
    state.version += 1;
    dirty.orders.add(hash);
  }
  tables.things.put(hash, { ...thing, order: state });
}

/** An anchor that became somebody's, or nobody's, may make another the first buyer of its orders. */
export async function settleMoved(
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

/** Takes back what an order contributed and adds what it does now; gives the owners. */
export async function recount(
  tables: ProfileTables,
  hash: string,
  before: Contribution | null,
  next: Contribution | null,
  summed: ReadonlySet<string>,
): Promise<string[]> {
  const stays = before !== null && next !== null && before.anchor === next.anchor && before.at === next.at;
  if (stays && before.placed === next.placed) {
    const owner = await changeFragment(tables, next, summed, (fragment) => {
      countOrder(fragment, before, -1);
      countOrder(fragment, next, 1);
    });
    return owner === null ? [] : [owner];
  }
  const owners: string[] = [];
  const count = async (one: Contribution, sign: 1 | -1): Promise<void> => {
    const owner = await changeFragment(tables, one, summed, (fragment) => countOrder(fragment, one, sign));
    if (owner !== null) owners.push(owner);
    const member = one.placed === null ? null : `${padTime(one.placed)}${hash}`;
    if (member !== null && sign > 0) tables.unit.add(`o:${one.anchor}`, member, '');
    if (member !== null && sign < 0) tables.unit.remove(`o:${one.anchor}`, member);
  };
  if (before) {
    await count(before, -1);
    await refindOrders(tables, before, summed);
  }
  if (next) {
    await count(next, 1);
    if (next.placed !== null) await markAttached(tables, next.anchor, 'b');
  }
  return owners;
}

/** Marks customers as changed at `received` (epoch ms), to be told to the analytic store. */
export async function touchCustomers(
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
