import type { AnalyticCustomer, EventRow, OrderRow, OwnerRow, Writes } from '../../profiles/store/port.ts';
import { customer, DAY, event, NOW, order, owner } from '../contract/analytic-rows.ts';

/** Random choices from a seed (mulberry32), so that a failing case can be run again. */
export type Dice = {
  next(): number;
  below(n: number): number;
  pick<T>(list: readonly T[]): T;
  chance(p: number): boolean;
};
export function makeDice(seed: number): Dice {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <T>(list: readonly T[]): T => {
    const [first] = list.slice(below(list.length));
    if (first === undefined) throw new Error('nothing to pick from');
    return first;
  };
  return { next, below, pick, chance: (p) => next() < p };
}

/** Words that break what is built by hand: quotes, wildcards, SQL, case beyond ASCII, placeholders. */
export const WORDS = [
  '北京',
  '上海',
  "o'k",
  'a%b',
  'a_b',
  'axb',
  'ÉTÉ',
  'été',
  'ПРИВЕТ',
  '{p0:String}',
  "' OR 1=1 --",
  '\\N',
  '💥',
  '\t\n',
];
export const NUMBERS = ['0', '5', '10', '9', '-3', '5.0', '12.3456', '100', '0.1', '007', 'x5', '1e3'];
export const AMOUNTS = ['0', '0.1', '0.2', '0.3', '99.9', '100', '100.0001', '999999999999999.9999'];
export const TIMES = [0, 1, 10, 29, 30, 31, 400].map((days) => NOW - days * DAY);
export const EVENT_KINDS = ['order_paid', 'view', 'custom:try'];
const CHANNELS = ['pos', 'wechat-mp'];

const some = <T>(dice: Dice, p: number, make: () => T): T | undefined => (dice.chance(p) ? make() : undefined);
const bag = <T>(entries: [string, T | undefined][]): Record<string, T> =>
  Object.fromEntries(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));

function person(dice: Dice, id: string): AnalyticCustomer {
  const text = (): string => dice.pick([...WORDS, ...NUMBERS]);
  return customer(id, {
    deleted: dice.chance(0.1),
    ...{ created: dice.pick(TIMES), first_seen: dice.pick(TIMES), last_seen: dice.pick(TIMES) },
    traits: bag([
      ['city', some(dice, 0.7, () => dice.pick(WORDS))],
      ['level', some(dice, 0.6, text)],
      ['points', some(dice, 0.7, () => dice.pick(NUMBERS))],
      ['hobby', some(dice, 0.5, text)],
    ]),
    ...{ events: dice.below(4), orders: dice.below(3), refunds: dice.below(2) },
    spend: bag([
      ['CNY', some(dice, 0.6, () => dice.pick(AMOUNTS))],
      ['JPY', some(dice, 0.2, () => '500')],
    ]),
    first_order: some(dice, 0.5, () => dice.pick(TIMES)) ?? null,
    last_order: some(dice, 0.5, () => dice.pick(TIMES)) ?? null,
    channels: bag([
      ['pos', some(dice, 0.5, () => ({ events: dice.below(3), orders: dice.below(2), last_seen: dice.pick(TIMES) }))],
    ]),
    identifiers: dice.chance(0.6) ? [{ kind: 'mobile', node: `mobile||${dice.pick(WORDS)}` }] : [],
    consents: bag([
      ['marketing', some(dice, 0.5, () => dice.pick(['granted', 'withdrawn']))],
      ['marketing.sms', some(dice, 0.3, () => dice.pick(['granted', 'withdrawn']))],
    ]),
    following: bag([['wechat-mp', some(dice, 0.5, () => dice.chance(0.5))]]),
  });
}

function deed(dice: Dice, key: string, anchors: readonly string[], orders: readonly string[]): EventRow {
  const item = () => ({
    ...{ sku: dice.pick(['s1', 's2', '']), name: dice.pick(WORDS), category: dice.pick(['shoes', 'hats', '']) },
    ...{ brand: dice.pick(['Nike', 'li-ning', '']), quantity: dice.pick(['1', '2', '0.5']), price: dice.pick(AMOUNTS) },
  });
  return event(key, dice.pick(anchors), {
    ...{
      time: dice.pick(TIMES),
      type: dice.pick(EVENT_KINDS),
      channel: dice.pick(CHANNELS),
      source: dice.pick(['a', 'b']),
    },
    ...{ order_key: dice.pick(orders), order_id: dice.pick(['1001', '']), order_store: dice.pick(['BJ', '']) },
    ...{ currency: dice.pick(['CNY', '']), total: dice.chance(0.6) ? dice.pick(AMOUNTS) : null },
    items: Array.from({ length: dice.below(4) }, item),
    properties: bag([
      ['page', some(dice, 0.6, () => dice.pick([...WORDS, ...NUMBERS]))],
      ['n', some(dice, 0.5, () => dice.pick(NUMBERS))],
    ]),
  });
}

/** A small population with every kind of gap: absent traits, owners that change in time, shared orders, aliases. */
export function makePopulation(dice: Dice): Writes {
  const ids = Array.from({ length: 14 }, (_, at) => `c${at}`);
  const anchors = ['', ...Array.from({ length: 16 }, (_, at) => `a${at}`)];
  const orders = ['', ...Array.from({ length: 8 }, (_, at) => `o${at}`)];
  const owners: OwnerRow[] = anchors
    .slice(1)
    .flatMap((anchor) => [
      owner(anchor, dice.pick(['', ...ids])),
      ...(dice.chance(0.4)
        ? [owner(anchor, dice.pick(['', ...ids]), { from: dice.pick(TIMES), deleted: dice.chance(0.2) })]
        : []),
    ]);
  const orderRows: OrderRow[] = orders.slice(1).map((key) => {
    const total = dice.pick(AMOUNTS);
    const more = { total, refunded: dice.pick(['0', total]), counted: dice.chance(0.8), time: dice.pick(TIMES) };
    return order(key, dice.pick(anchors), { ...more, currency: dice.pick(['CNY', 'CNY', 'USD']) });
  });
  return {
    customers: ids.map((id) => person(dice, id)),
    owners,
    orders: orderRows,
    events: Array.from({ length: 40 }, (_, at) => deed(dice, `e${at}`, anchors, orders)),
  };
}
