import type { Claim, Claims, Fragment, Told } from '../identity/port.ts';
import { type CanonicalEvent, parseTime, REGISTERING_TYPES } from '../schemas/event.ts';
import { isStandIn } from '../schemas/names.ts';

/**
 * Folding: what one event adds to the fragment of its anchor. A fragment is a function of the set of its events: an
 * event that would have to cut an earlier run in two is not folded in, the fragment is folded again from all its events
 * in order.
 */
export type Foldable = { key: string; received: number; time: number; event: CanonicalEvent };

export function emptyFragment(): Fragment {
  return {
    events: 0,
    first: Number.MAX_SAFE_INTEGER,
    last: Number.MIN_SAFE_INTEGER,
    updated: 0,
    orders: 0,
    refunds: 0,
    spend: {},
    first_order: null,
    last_order: null,
    channels: {},
  };
}

export function emptyClaims(): Claims {
  return { traits: {}, consents: {}, follows: {}, sources: [] };
}

/** Counts an event; the same for a fragment and for the totals of its customer. Orders count apart, see orders.ts. */
export function countEvent(fragment: Fragment, { time, received, event }: Foldable): void {
  fragment.events += 1;
  fragment.first = Math.min(fragment.first, time);
  fragment.last = Math.max(fragment.last, time);
  fragment.updated = Math.max(fragment.updated, received);
  const [events, orders, last] = channelOf(fragment, event.channel);
  fragment.channels[event.channel] = [events + 1, orders, Math.max(last, time)];
}

/** Events, orders and last seen of a channel, which may be called `constructor`. */
export function channelOf({ channels }: Fragment, channel: string): Fragment['channels'][string] {
  const known = Object.hasOwn(channels, channel) ? channels[channel] : undefined;
  return known ?? [0, 0, Number.MIN_SAFE_INTEGER];
}

export const later = (a: Told, b: Told): boolean => a.time > b.time || (a.time === b.time && a.key > b.key);

/** Adds the claims of an event, in place. False: the fragment must be folded again from all its events. */
export function addClaims(claims: Claims, folded: Foldable): boolean {
  const { event, time, key } = folded;
  if (!claims.sources.some(([channel, source]) => channel === event.channel && source === event.source))
    claims.sources.push([event.channel, event.source]);
  for (const { value, ...stream } of claimsOf(folded)) {
    if (!addClaim(claims, stream, value, { time, key })) return false;
  }
  if (event.consent) {
    const { purpose, channel, state } = event.consent;
    const at = `${purpose}|${channel ?? ''}`;
    const known = claims.consents[at];
    if (!known || later({ time, key }, known)) claims.consents[at] = { time, key, state };
  }
  if (event.type === 'follow' || event.type === 'unfollow') {
    const at = `${event.channel}|${event.source}`;
    const known = claims.follows[at];
    if (!known || later({ time, key }, known)) claims.follows[at] = { time, key, follows: event.type === 'follow' };
  }
  return true;
}

const EARLIEST_BIRTHDAY = '1910-01-01';
const BIRTHDAY = /^(?:\d{4}|-)-\d{2}-\d{2}$/;
const HIDDEN = /[*＊●]{2,}|^[$#~].+[$#~]$/;

/** The value as a claim, or null where it claims nothing: CONTRACT §3 Traits. */
export function claimedValue(trait: string, value: unknown, received: number): Claim['value'] | null {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (text === '' || HIDDEN.test(text)) return null;
  if (trait === 'name' || trait === 'nickname') return isStandIn(text) ? null : text;
  if (trait === 'gender') return text === 'male' || text === 'female' ? text : null;
  if (trait !== 'birthday') return text;
  if (!BIRTHDAY.test(text)) return null;
  if (text.startsWith('--')) return Number.isNaN(parseTime(`2000${text.slice(1)}T00:00:00Z`)) ? null : text;
  const time = parseTime(`${text}T00:00:00Z`);
  return Number.isNaN(time) || text < EARLIEST_BIRTHDAY || time > received ? null : text;
}

type Stream = { trait: string; channel: string; source: string; rank: number };

/** What an event claims, and in whose name. */
export function claimsOf({ event, received }: Foldable): (Stream & { value: Claim['value'] })[] {
  const { channel, source } = event;
  const rank = REGISTERING_TYPES.has(event.type) ? 1 : 0;
  return Object.entries(event.traits ?? {}).flatMap(([trait, said]) => {
    const value = claimedValue(trait, said, received);
    return value === null ? [] : [{ trait, channel, source, rank, value }];
  });
}

/**
 * A source that repeats its own value keeps the time at which it began to say it: its claims are runs of equal values.
 * Runs of one stream lie one after the other, sorted by their first claim.
 */
function addClaim(claims: Claims, stream: Stream, value: Claim['value'], at: Told): boolean {
  const all = Object.hasOwn(claims.traits, stream.trait) ? (claims.traits[stream.trait] ?? []) : [];
  const mine = all.filter(
    ({ channel, source, rank }) => channel === stream.channel && source === stream.source && rank === stream.rank,
  );
  const next = mine.find((run) => later({ time: run.first, key: run.firstKey }, at));
  const before = next ? mine[mine.indexOf(next) - 1] : mine[mine.length - 1];
  if (before?.value === value) {
    if (later(at, { time: before.last, key: before.lastKey })) {
      before.last = at.time;
      before.lastKey = at.key;
    }
    return true;
  }
  if (before && later({ time: before.last, key: before.lastKey }, at)) return false;
  if (next?.value === value) {
    next.first = at.time;
    next.firstKey = at.key;
    return true;
  }
  const { trait, ...rest } = stream;
  all.push({ value, ...rest, first: at.time, firstKey: at.key, last: at.time, lastKey: at.key });
  all.sort((a, b) => (later({ time: a.first, key: a.firstKey }, { time: b.first, key: b.firstKey }) ? 1 : -1));
  setOwn(claims.traits, trait, all);
  return true;
}

/** Sets a key that may be called `__proto__`. */
function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Adds fragment `more` to `sum`, in place: associative and commutative. */
export function addFragment(sum: Fragment, more: Fragment): void {
  sum.events += more.events;
  sum.first = Math.min(sum.first, more.first);
  sum.last = Math.max(sum.last, more.last);
  sum.updated = Math.max(sum.updated, more.updated);
  sum.orders += more.orders;
  sum.refunds += more.refunds;
  for (const [currency, [units, orders]] of Object.entries(more.spend)) addSpend(sum, currency, BigInt(units), orders);
  sum.first_order = least(sum.first_order, more.first_order);
  sum.last_order = greatest(sum.last_order, more.last_order);
  for (const [channel, [events, orders, last]] of Object.entries(more.channels)) {
    const [e, o, l] = channelOf(sum, channel);
    sum.channels[channel] = [e + events, o + orders, Math.max(l, last)];
  }
}

export function addSpend(fragment: Fragment, currency: string, units: bigint, orders: number): void {
  const [sum, counted] = fragment.spend[currency] ?? ['0', 0];
  if (counted + orders === 0) delete fragment.spend[currency];
  else fragment.spend[currency] = [(BigInt(sum) + units).toString(), counted + orders];
}

export const least = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);
export const greatest = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
