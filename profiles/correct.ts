import type { OrderState, Resolution } from '../identity/port.ts';
import type { Ring } from '../schemas/ring.ts';
import { applyMoves, foldIn, listEvent, ownersMoved, refold, says } from './apply.ts';
import { applyOrder, recount, settle, settleMoved, touchCustomers } from './count.ts';
import { emptyOrder, tellOrder } from './orders.ts';
import type { Dirty, Left, ProfileEvent, Telling } from './port.ts';
import { markAttached, type ProfileTables, retotal } from './totals.ts';

/**
 * Writes into profiles what a correction changes. What is rare need not be quick: the anchor that the event left is
 * folded again from its events, its order told again by all that tell of it, and customers summed again.
 */

/** Takes back what an order contributes; gives the customers it counted with. */
export async function takeBack(tables: ProfileTables, order: string): Promise<Set<string>> {
  await tables.things.load([order]);
  const thing = tables.things.get(order);
  if (!thing?.order?.applied) return new Set();
  const owners = await recount(tables, order, thing.order.applied, null, new Set());
  tables.things.put(order, { ...thing, order: { ...thing.order, applied: null } });
  return new Set(owners);
}

export async function applyCorrection(
  tables: ProfileTables,
  ring: Ring,
  event: ProfileEvent,
  resolution: Resolution,
  left: Left,
  dirty: Dirty,
): Promise<void> {
  const { anchor, owner } = resolution;
  await tables.anchors.load(left.anchor === null ? [] : [left.anchor]);
  const spans = left.anchor === null ? [] : (tables.anchors.get(left.anchor)?.spans ?? []);
  const owners = [...spans.map((span) => span.owner), owner].flatMap((one) => one ?? []);
  // An id that lived before may be born again with old totals: all that is touched is summed anew.
  const summed = new Set([...ownersMoved(tables, resolution), ...resolution.touched, ...left.touched, ...owners]);
  dirty.events.add(event.hash);
  if (anchor !== null) await listEvent(tables, anchor, event);
  const folded = await applyMoves(tables, ring, resolution, dirty);
  if (left.anchor !== null) await refoldLeft(tables, ring, left.anchor, folded);
  if (left.order !== undefined) retellOrder(tables, left.order, left.tellings, dirty);
  await settleMoved(tables, resolution, left.at, summed, dirty);
  if (left.order !== undefined) await settleAgain(tables, left.order, left.at, summed, dirty);
  if (anchor !== null && !folded.has(anchor)) await foldIn(tables, ring, anchor, event, summed);
  const [order] = event.orders;
  if (anchor !== null && order !== undefined) await applyOrder(tables, order, anchor, event, summed, dirty);
  if (anchor !== null && says(tables.anchors.get(anchor))) await markAttached(tables, anchor, 's');
  for (const id of summed) await retotal(tables, id);
  await touchCustomers(tables, summed, left.at, dirty);
}

async function refoldLeft(tables: ProfileTables, ring: Ring, anchor: string, folded: Set<string>): Promise<void> {
  const row = tables.anchors.get(anchor);
  if (!row || folded.has(anchor)) return;
  await refold(tables, ring, anchor, row);
  tables.anchors.put(anchor, row);
  folded.add(anchor);
}

/** An order as what is left of its events tells it. */
function retellOrder(tables: ProfileTables, order: string, tellings: readonly Telling[], dirty: Dirty): void {
  const thing = tables.things.get(order);
  if (!thing?.order) return;
  const state: OrderState = { ...emptyOrder(thing.order.channel), version: thing.order.version + 1 };
  for (const { anchor, told } of tellings) {
    const joined = tables.anchors.get(anchor)?.attached === false;
    const { event, time, tie: key, refund } = told;
    tellOrder(state, { event, time, key, refund, anchor, joined });
  }
  tables.things.put(order, { ...thing, order: state });
  dirty.orders.add(order);
}

async function settleAgain(
  tables: ProfileTables,
  order: string,
  at: number,
  summed: Set<string>,
  dirty: Dirty,
): Promise<void> {
  const thing = tables.things.get(order);
  if (thing) await settle(tables, order, thing, at, summed, dirty);
}
