import type { Contribution, Namer, OrderState, Told } from '../identity/port.ts';
import type { CanonicalEvent } from '../schemas/event.ts';
import { parseAmount } from '../schemas/money.ts';
import { later } from './fold.ts';

/**
 * An order as all its events tell it: CONTRACT §3 Orders. A function of the set of events: every field is the latest or
 * the earliest of something, ties broken by event key; for deciding events at equal times a cancellation wins.
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
  return { channel, total: null, decided: null, placed: null, namers: {}, refunds: {}, applied: null, version: 0 };
}

/** The order an event speaks of: the original one for a refund that names it. */
export function orderIdOf(event: CanonicalEvent): string | null {
  if (!event.order) return null;
  return event.type === 'order_refunded' ? (event.order.original_id ?? event.order.id) : event.order.id;
}

/**
 * Anchors that are kept of those who named an order: a number that a shop gives to every sale would grow without end.
 */
const MAX_NAMERS = 64;

/** Adds an event to an order, in place. */
export function tellOrder(state: OrderState, told: OrderEvent): void {
  const { event, time, key } = told;
  const order = event.order;
  if (!order) return;
  const at: Told = { time, key };
  const amount =
    order.total === null || order.total === undefined ? null : { amount: order.total, currency: order.currency };
  if (event.type === 'order_refunded') {
    const known = state.refunds[told.refund];
    if (amount && (!known || later(at, known))) state.refunds[told.refund] = { ...at, ...amount };
    addNamer(state, told, false);
    return;
  }
  const counts = DECIDES.get(event.type);
  if (TELLS.has(event.type)) {
    if (amount && (!state.total || later(at, state.total))) state.total = { ...at, ...amount };
    state.placed = Math.min(state.placed ?? time, time);
  }
  if (!TELLS.has(event.type) && counts === undefined) return;
  if (counts !== undefined && decides(state.decided, { ...at, counts })) state.decided = { ...at, counts };
  addNamer(state, told, true);
}

/** Keeps the foremost, so that what is kept is a function of the set of events. */
function addNamer(state: OrderState, { time, key, anchor, joined }: OrderEvent, tells: boolean): void {
  const namer: Namer = { time, key, tells, joined };
  const known = state.namers[anchor];
  if (known && before(known, namer) <= 0) return;
  state.namers[anchor] = namer;
  const [last, ...rest] = Object.entries(state.namers).sort(([, a], [, b]) => before(b, a));
  if (rest.length >= MAX_NAMERS && last) delete state.namers[last[0]];
}

/** Negative where `a` is rather the buyer: who speaks of the order, then who is named by what joins, then the first. */
function before(a: Namer, b: Namer): number {
  if (a.tells !== b.tells) return a.tells ? -1 : 1;
  if (a.joined !== b.joined) return a.joined ? -1 : 1;
  return a.time - b.time || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

function decides(known: OrderState['decided'], next: Told & { counts: boolean }): boolean {
  if (!known) return true;
  if (next.time !== known.time) return next.time > known.time;
  if (next.counts !== known.counts) return !next.counts;
  return next.key > known.key;
}

/**
 * What the order adds to the fragment of its buyer's anchor; null where no anchor can be named. The buyer is the first
 * who named it and is somebody: `owned` says so of an anchor at a time. Amounts in 1/10,000.
 */
export function contributionOf(state: OrderState, owned: (anchor: string, at: number) => boolean): Contribution | null {
  const namers = Object.entries(state.namers).sort(([, a], [, b]) => before(a, b));
  const [anchor, buyer] = namers.find(([one, { time }]) => owned(one, time)) ?? namers[0] ?? [];
  if (anchor === undefined || buyer === undefined) return null;
  const refunds = Object.values(state.refunds);
  // An end that no platform told the sum of counts all the same: it is worth nothing until the sum is known.
  const counts = state.decided?.counts === true;
  const currency = state.total?.currency ?? '';
  const total = state.total ? parseAmount(state.total.amount) : 0n;
  const given = refunds
    .filter((one) => one.currency === currency)
    .reduce((sum, one) => sum + parseAmount(one.amount), 0n);
  const back = given < total ? given : total;
  return {
    anchor,
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
