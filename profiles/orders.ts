import type { Contribution, OrderState, Told } from '../identity/port.ts';
import type { CanonicalEvent } from '../schemas/event.ts';
import { parseAmount } from '../schemas/money.ts';
import { later } from './fold.ts';

/**
 * An order as all its events tell it: CONTRACT §3 Orders. A function of the set of events: every field is the latest or the
 * earliest of something, ties broken by event key; for deciding events at equal times a cancellation wins.
 */
const TELLS = new Set(['order_created', 'order_paid', 'order_shipped', 'order_completed']);
const DECIDES = new Map([
  ['order_paid', true],
  ['order_completed', true],
  ['order_cancelled', false],
]);

export type OrderEvent = {
  event: CanonicalEvent;
  time: number;
  /** Breaks ties; nothing personal stands in it. */
  key: string;
  /** Keyed hash of what makes a refund one refund: see refundKey. */
  refund: string;
  anchor: string;
  joined: boolean;
};

export function emptyOrder(channel: string): OrderState {
  return { channel, total: null, decided: null, placed: null, buyer: null, refunds: {}, applied: null, version: 0 };
}

/** The order an event speaks of: the original one for a refund that names it. */
export function orderIdOf(event: CanonicalEvent): string | null {
  if (!event.order) return null;
  return event.type === 'order_refunded' ? (event.order.original_id ?? event.order.id) : event.order.id;
}

/** Adds an event to an order, in place. */
export function tellOrder(state: OrderState, told: OrderEvent): void {
  const { event, time, key, anchor, joined } = told;
  const order = event.order;
  if (!order) return;
  const at: Told = { time, key };
  const amount =
    order.total === null || order.total === undefined ? null : { amount: order.total, currency: order.currency };
  if (event.type === 'order_refunded') {
    const known = state.refunds[told.refund];
    if (amount && (!known || later(at, known))) state.refunds[told.refund] = { ...at, ...amount, anchor, joined };
    return;
  }
  const counts = DECIDES.get(event.type);
  if (TELLS.has(event.type)) {
    if (amount && (!state.total || later(at, state.total))) state.total = { ...at, ...amount };
    state.placed = Math.min(state.placed ?? time, time);
  }
  if (!TELLS.has(event.type) && counts === undefined) return;
  if (counts !== undefined && decides(state.decided, { ...at, counts })) state.decided = { ...at, counts };
  const earlier = !state.buyer || later(state.buyer, at);
  const surer = joined && state.buyer?.joined === false;
  if (!state.buyer || surer || (earlier && joined === state.buyer.joined)) state.buyer = { ...at, anchor, joined };
}

function decides(known: OrderState['decided'], next: Told & { counts: boolean }): boolean {
  if (!known) return true;
  if (next.time !== known.time) return next.time > known.time;
  if (next.counts !== known.counts) return !next.counts;
  return next.key > known.key;
}

/** What the order adds to the fragment of its buyer's anchor; null where no anchor can be named. Amounts in 1/10,000. */
export function contributionOf(state: OrderState): Contribution | null {
  const refunds = Object.values(state.refunds);
  const [refunded] = [...refunds].sort((a, b) => Number(b.joined) - Number(a.joined) || (later(a, b) ? 1 : -1));
  const buyer = state.buyer ?? refunded;
  if (!buyer) return null;
  const counts = state.decided?.counts === true && state.total !== null;
  const currency = state.total?.currency ?? refunded?.currency ?? '';
  const total = state.total ? parseAmount(state.total.amount) : 0n;
  const given = refunds
    .filter((one) => one.currency === currency)
    .reduce((sum, one) => sum + parseAmount(one.amount), 0n);
  const back = given < total ? given : total;
  return {
    anchor: buyer.anchor,
    at: buyer.time,
    placed: counts ? state.placed : null,
    channel: state.channel,
    orders: counts ? 1 : 0,
    refunds: refunds.length,
    currency,
    spend: (counts ? total - back : 0n).toString(),
    total: total.toString(),
    refunded: back.toString(),
  };
}
