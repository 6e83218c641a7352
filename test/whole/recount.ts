import type { CanonicalEvent } from '../../schemas/event.ts';
import { byTime, compare, type Fact, factsOf, iso, keyOf, type Owned } from './facts.ts';
import { type Counted, countOrders } from './recount-orders.ts';
import { recountTraits, type TraitTold } from './recount-traits.ts';

/**
 * CONTRACT §3 once more, slow and simple: from the plain list of events and the owner that the product tells of each,
 * everything a view says of a customer but who they are. Shares no line with profiles/.
 */
type ConsentTold = { purpose: string; channel: string | null; state: string; time: string; event: string };
export type Recount = {
  created: string;
  first_seen: string;
  last_seen: string;
  metrics: {
    events: number;
    orders: number;
    refunds: number;
    spend: Record<string, string>;
    first_order: string | null;
    last_order: string | null;
    channels: Record<string, { events: number; orders: number; last_seen: string }>;
  };
  traits: Record<string, TraitTold>;
  consents: ConsentTold[];
  following: Record<string, boolean>;
  identifiers: unknown[];
  timeline: string[];
};

/** Joining kinds of the histories; an e-mail joins where it is verified. */
const JOINING = new Set(['mobile', 'member_card', 'wechat_openid', 'wechat_unionid', 'weibo_uid']);

/** What every customer's view must say. */
export function recount(events: readonly Owned[]): Map<string, Recount> {
  const facts = factsOf(events);
  const counted = countOrders(facts);
  const owners = new Set(facts.flatMap(({ owner }) => owner ?? []));
  return new Map([...owners].map((owner): [string, Recount] => [owner, recountOne(owner, facts, counted)]));
}

function recountOne(owner: string, all: readonly Fact[], counted: readonly Counted[]): Recount {
  const facts = all.filter((fact) => fact.owner === owner);
  const orders = counted.filter((order) => order.owner === owner);
  const counting = orders.filter((order) => order.counts);
  const times = counting.map(({ time }) => time).sort((a, b) => a - b);
  const joined = facts.filter(({ event }) => (event.identifiers ?? []).some(joins));
  const channels = [...new Set(facts.map(({ event }) => event.channel))].sort().map((channel) => {
    const mine = facts.filter(({ event }) => event.channel === channel);
    const last_seen = iso(Math.max(...mine.map(({ time }) => time)));
    return [channel, { events: mine.length, orders: counting.filter((o) => o.channel === channel).length, last_seen }];
  });
  return {
    created: iso(Math.min(...joined.map(({ received }) => received))),
    first_seen: iso(Math.min(...facts.map(({ time }) => time))),
    last_seen: iso(Math.max(...facts.map(({ time }) => time))),
    metrics: {
      events: facts.length,
      orders: counting.length,
      refunds: orders.reduce((sum, { refunds }) => sum + refunds, 0),
      spend: spendOf(counting),
      first_order: times[0] === undefined ? null : iso(times[0]),
      last_order: times.length === 0 ? null : iso(times[times.length - 1] ?? 0),
      channels: Object.fromEntries(channels),
    },
    traits: recountTraits(facts),
    ...recountConsents(facts),
    identifiers: recountIdentifiers(facts),
    timeline: facts.map(({ event }) => keyOf(event)).reverse(),
  };
}

/** Units of 1/10,000 as ISO 4217 shows the currencies of the histories. */
function spendOf(counting: readonly Counted[]): Record<string, string> {
  const sums = new Map<string, number>();
  for (const { currency, worth } of counting) {
    if (worth !== null) sums.set(currency, (sums.get(currency) ?? 0) + worth);
  }
  const shown = ([currency, units]: [string, number]): [string, string] => {
    const digits = currency === 'JPY' ? 0 : 2;
    const [whole = '', fraction = ''] = (units / 10_000).toFixed(4).split('.');
    const kept = fraction.replace(/0+$/, '').padEnd(digits, '0');
    return [currency, kept === '' ? whole : `${whole}.${kept}`];
  };
  return Object.fromEntries([...sums].sort(([a], [b]) => compare(a, b)).map(shown));
}

type Said = { state: 'granted' | 'withdrawn'; fact: Fact };

/**
 * The latest word per purpose and channel; an unfollow withdraws marketing on its channel until a later follow there.
 */
function recountConsents(facts: readonly Fact[]): {
  consents: ConsentTold[];
  following: Record<string, boolean>;
} {
  const said = new Map<string, Said>();
  const follows = new Map<string, Fact>();
  for (const fact of facts) {
    const { consent, type, channel, source } = fact.event;
    if (consent) said.set(`${consent.purpose}|${consent.channel ?? ''}`, { state: consent.state, fact });
    if (type === 'follow' || type === 'unfollow') follows.set(`${channel}|${source}`, fact);
  }
  const following: Record<string, boolean> = {};
  for (const fact of follows.values()) {
    const { channel, type } = fact.event;
    following[channel] = following[channel] === true || type === 'follow';
    const place = `marketing|${channel}`;
    const known = said.get(place);
    if (type === 'unfollow' && (!known || byTime(fact, known.fact) > 0)) said.set(place, { state: 'withdrawn', fact });
  }
  const consents = [...said].map(([place, { state, fact }]) => {
    const [purpose = '', channel = ''] = place.split('|');
    return { purpose, channel: channel || null, state, time: iso(fact.time), event: fact.event.id };
  });
  consents.sort((a, b) => compare(a.purpose, b.purpose) || compare(a.channel ?? '', b.channel ?? ''));
  return { consents, following };
}

type Named = NonNullable<CanonicalEvent['identifiers']>[number];
const joins = ({ kind, verified }: Named): boolean => JOINING.has(kind) || (kind === 'email' && verified === true);

/** One spelling of the values that the histories write in several. */
function spelling({ kind, value }: Named): string {
  if (kind === 'email') return value.toLowerCase();
  return kind === 'mobile' ? `+86${value.replace(/\D/g, '').slice(-11)}` : value;
}

function recountIdentifiers(facts: readonly Fact[]): unknown[] {
  const seen = new Map<string, { one: Named; facts: Fact[] }>();
  for (const fact of facts) {
    for (const one of fact.event.identifiers ?? []) {
      if (!joins(one) && one.kind !== 'email') continue;
      const key = [one.kind, one.scope ?? '', spelling(one)].join('\u0001');
      seen.set(key, { one, facts: [...(seen.get(key)?.facts ?? []), fact] });
    }
  }
  return [...seen]
    .sort(([a], [b]) => compare(a, b))
    .map(([, { one, facts: mine }]) => {
      const sources = new Map(
        mine.map(({ event: { channel, source } }) => [`${channel}\u0001${source}`, { channel, source }]),
      );
      return {
        kind: one.kind,
        scope: one.scope ?? null,
        value: spelling(one),
        first_seen: iso(Math.min(...mine.map(({ time }) => time))),
        last_seen: iso(Math.max(...mine.map(({ time }) => time))),
        sources: [...sources].sort(([a], [b]) => compare(a, b)).map(([, source]) => source),
      };
    });
}
