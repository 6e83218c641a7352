import { expect, it } from 'vitest';
import { OUTBOX } from '../../identity/commit.ts';
import type { Store } from '../../identity/store/port.ts';
import { iso } from './facts.ts';
import { entryOf, RECEIVED, START, type Told } from './history.ts';
import { type Whole, withWhole } from './house.ts';

/** What one event costs does not grow with the history of its customer: rows and bytes are counted, not time. */
type Cost = { rows: number; bytes: number; seen: number; members: number; found: number };

const nothing = (): Cost => ({ rows: 0, bytes: 0, seen: 0, members: 0, found: 0 });

/** Counts what passes through a store: rows and bytes put, rows seen, members of lists changed and read. */
function counting(store: Store, cost: Cost): Store {
  return {
    ...store,
    range: async (list, range) => {
      const found = await store.range(list, range);
      if (list !== OUTBOX) cost.found += found.length;
      return found;
    },
    commit: (commit) => {
      cost.rows += commit.put.size;
      for (const text of commit.put.values()) cost.bytes += text?.length ?? 0;
      cost.seen += commit.seen.size;
      cost.members += [...commit.add, ...commit.remove].filter(({ list }) => list !== OUTBOX).length;
      return store.commit(commit);
    },
  };
}

const ORDERS = 5_000;
const EARLY = 50;

const buyer = [
  { kind: 'mobile', value: '13900001234' },
  { kind: 'member_card', scope: 'brand', value: '0001' },
];
const order = (at: number, total: string) => ({ id: `N${at}`, currency: 'CNY', total });

/** The events of the order with this number, in the ways that an order is told. */
const WAYS: Record<string, (at: number) => Partial<Told['event']>> = {
  'an order with the buyer': (at) => ({ type: 'order_paid', identifiers: buyer, order: order(at, '10.00') }),
  'the same order completed, by its number alone': (at) => ({ type: 'order_completed', order: order(at, '10.00') }),
  'a refund, by its number alone': (at) => ({
    type: 'order_refunded',
    order: { ...order(at, '1.00'), id: `R${at}`, original_id: `N${at}` },
  }),
  'the same order cancelled': (at) => ({ type: 'order_cancelled', identifiers: buyer, order: order(at, '10.00') }),
};

function told(at: number, way: number, event: Partial<Told['event']>): Told {
  const time = iso(START + (at * 10 + way) * 60_000);
  const traits = { name: '陈思远', city: '北京市' };
  return {
    received: RECEIVED + at,
    event: { id: `e${at}-${way}`, channel: 'pos', source: 'beijing', time, type: 'view', traits, ...event },
  };
}

const wayOf = (at: number, way: number): Told => {
  const [, make] = Object.entries(WAYS)[way] ?? [];
  return told(at, way, make?.(at) ?? {});
};

async function costOf(whole: Whole, cost: Cost, one: Told): Promise<Cost> {
  // What is told to the analytic store later reads too.
  await whole.house.flusher.queryable(10_000);
  Object.assign(cost, nothing());
  await whole.deliver([entryOf(one)]);
  return { ...cost };
}

it('the 5,000th order touches as many rows and bytes as the 50th', async () => {
  const cost = nothing();
  await withWhole({ wrap: (store) => counting(store, cost) }, async (whole) => {
    const ways = Object.keys(WAYS);
    // All but the cancellation, so that orders count.
    const fill = async (from: number, to: number): Promise<void> => {
      const events = Array.from({ length: to - from }, (_, k) => [0, 1, 2].map((way) => wayOf(from + k, way))).flat();
      await whole.deliver(events.map(entryOf), [1_000]);
    };
    const costs = async (at: number): Promise<Map<string, Cost>> => {
      const found = new Map<string, Cost>();
      for (const [way, name] of ways.entries()) found.set(name, await costOf(whole, cost, wayOf(at, way)));
      return found;
    };
    await fill(0, EARLY);
    const early = await costs(EARLY);
    await fill(EARLY + 1, ORDERS);
    const late = await costs(ORDERS);
    for (const name of ways) {
      const [before, after] = [early.get(name) ?? nothing(), late.get(name) ?? nothing()];
      const { bytes, ...counts } = after;
      expect(counts, name).toEqual({ ...before, bytes: undefined });
      // Sums and times have more digits; nothing else has grown.
      expect(bytes, name).toBeLessThan(before.bytes * 1.05);
    }
    const id = await whole.services.customers.find({ kind: 'mobile', value: '13900001234' }, null);
    const view = await whole.services.customers.get(id ?? '');
    expect(view?.metrics).toMatchObject({ events: 3 * ORDERS + 5, orders: ORDERS - 1, refunds: ORDERS + 1 });
  });
}, 300_000);
