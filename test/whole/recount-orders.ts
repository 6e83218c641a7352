import { byTime, type Fact } from './facts.ts';

/** CONTRACT §3 Orders, order by order. */
export type Counted = {
  owner: string | null;
  channel: string;
  counts: boolean;
  /** When it was placed: its earliest event that speaks of it. */
  time: number;
  currency: string;
  /** In 1/10,000, after what was given back; null where no total was ever told. */
  worth: number | null;
  refunds: number;
  /** The events that speak of it. */
  facts: readonly Fact[];
};

const SPEAKS = ['order_created', 'order_paid', 'order_shipped', 'order_completed'];
const DECIDES = ['order_paid', 'order_completed', 'order_cancelled'];
const units = (amount: string): number => Math.round(Number(amount) * 10_000);

/** `facts` oldest first. */
export function countOrders(facts: readonly Fact[]): Counted[] {
  const orders = new Map<string, Fact[]>();
  for (const fact of facts) {
    const { order, channel, source, type } = fact.event;
    if (!order) continue;
    const id = type === 'order_refunded' ? (order.original_id ?? order.id) : order.id;
    const key = JSON.stringify([channel, source, id]);
    orders.set(key, [...(orders.get(key) ?? []), fact]);
  }
  return [...orders.values()].map(countOne);
}

function countOne(facts: readonly Fact[]): Counted {
  const spoken = facts.filter(({ event }) => SPEAKS.includes(event.type));
  const totals = spoken.filter(({ event }) => event.order?.total != null);
  const last = totals[totals.length - 1]?.event.order;
  const refunds = latestRefunds(facts);
  const told = facts.filter(({ event }) => SPEAKS.includes(event.type) || event.type === 'order_cancelled');
  // The first buyer; where none who spoke of it is known, the first to whom money was given back.
  const named = [...told, ...facts].find((fact) => fact.owner !== null);
  const given = refunds
    .filter(({ event }) => event.order?.currency === last?.currency)
    .reduce((sum, { event }) => sum + units(event.order?.total ?? '0'), 0);
  return {
    owner: named?.owner ?? null,
    channel: facts[0]?.event.channel ?? '',
    counts: counts(facts),
    time: spoken[0]?.time ?? facts[0]?.time ?? 0,
    currency: last?.currency ?? '',
    worth: last ? Math.max(units(last.total ?? '0') - given, 0) : null,
    refunds: refunds.length,
    facts,
  };
}

/** The latest of its deciding events; of those at that time a cancellation. */
function counts(facts: readonly Fact[]): boolean {
  const deciding = facts.filter(({ event }) => DECIDES.includes(event.type));
  const latest = deciding.filter(({ time }) => time === deciding[deciding.length - 1]?.time);
  return latest.length > 0 && latest.every(({ event }) => event.type !== 'order_cancelled');
}

/** Each refund as it was told last: by its own number where it names its order beside it, else by its event. */
function latestRefunds(facts: readonly Fact[]): Fact[] {
  const refunds = new Map<string, Fact>();
  for (const fact of facts) {
    const { type, order } = fact.event;
    if (type === 'order_refunded') refunds.set(order?.original_id ? `number ${order.id}` : `event ${fact.key}`, fact);
  }
  return [...refunds.values()].sort(byTime);
}
