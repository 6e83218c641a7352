import type { Comparison, Did, EventFilter, Filter, Op } from '../../profiles/filter/language.ts';
import { AMOUNTS, type Dice, EVENT_KINDS, NUMBERS, TIMES, WORDS } from './population.ts';

/** Random filters: every operator on every kind of field that takes it. */
type Make = (dice: Dice) => Comparison;
type Values = (dice: Dice) => string | number | boolean;

const ORDERED: readonly Op[] = ['eq', 'ne', 'in', 'lt', 'lte', 'gt', 'gte', 'between', 'exists'];
const TEXT: readonly Op[] = [...ORDERED, 'contains'];
const FLAG: readonly Op[] = ['eq', 'ne', 'in', 'exists'];

const word: Values = (dice) => dice.pick(WORDS);
const loose: Values = (dice) =>
  dice.chance(0.2) ? dice.pick([5, 10, 0.1, 12.3456, -3]) : dice.pick([...WORDS, ...NUMBERS]);
const number: Values = (dice) =>
  dice.pick([0, 1, 2, 5, 10, 0.1, '5.0', '12.3456', '12.34560000000000000000001', 1e21, 1e-9, '-3']);
const money: Values = (dice) => dice.pick([...AMOUNTS, 0.1, 0.3, 100, '99.90', '100.00009999', '9'.repeat(60), -1]);
const time: Values = (dice) => new Date(dice.pick(TIMES) + dice.pick([0, 0, 1, -1])).toISOString();
const flag: Values = (dice) => dice.chance(0.5);
const part: Values = (dice) => dice.pick(['a', '%', '_', 'é', 'É', 'привет', "'", '\\', '京', '', 'X', 'л']);

function comparison(field: string, ops: readonly Op[], values: Values): Make {
  return (dice) => {
    const op = dice.pick(ops);
    if (op === 'exists') return dice.chance(0.3) ? { field, op } : { field, op, value: dice.chance(0.5) };
    if (op === 'in') return { field, op, value: Array.from({ length: dice.below(4) }, () => values(dice)) };
    if (op === 'between') return { field, op, value: [values(dice), values(dice)] };
    return { field, op, value: op === 'contains' ? part(dice) : values(dice) };
  };
}

const CUSTOMER: readonly Make[] = [
  comparison('id', TEXT, (dice) => `c${dice.below(16)}`),
  comparison('type', FLAG, (dice) => dice.pick(['person', 'organisation'])),
  ...['created', 'last_seen', 'metrics.first_order', 'metrics.channels.pos.last_seen'].map((name) =>
    comparison(name, ORDERED, time),
  ),
  comparison('traits.city', TEXT, word),
  comparison('traits.level', TEXT, loose),
  comparison('traits.hobby', TEXT, loose),
  comparison('traits.points', ORDERED, number),
  ...['metrics.events', 'metrics.refunds', 'metrics.channels.pos.events'].map((name) =>
    comparison(name, ORDERED, number),
  ),
  ...['metrics.spend.CNY', 'metrics.spend.JPY', 'metrics.spend.USD'].map((name) => comparison(name, ORDERED, money)),
  comparison('identifiers.mobile', FLAG, word),
  ...['consents.marketing', 'consents.marketing.sms'].map((name) =>
    comparison(name, FLAG, (dice) => dice.pick(['granted', 'withdrawn'])),
  ),
  comparison('following.wechat-mp', FLAG, flag),
];
const LINE: readonly Make[] = [
  comparison('order.items.sku', TEXT, (dice) => dice.pick(['s1', 's2'])),
  comparison('order.items.name', TEXT, word),
  comparison('order.items.category', TEXT, (dice) => dice.pick(['shoes', 'hats'])),
  comparison('order.items.brand', TEXT, (dice) => dice.pick(['Nike', 'li-ning'])),
  comparison('order.items.quantity', ORDERED, number),
  comparison('order.items.price', ORDERED, money),
];
const EVENT: readonly Make[] = [
  comparison('channel', TEXT, (dice) => dice.pick(['pos', 'wechat-mp'])),
  comparison('source', FLAG, (dice) => dice.pick(['a', 'b'])),
  comparison('time', ORDERED, time),
  comparison('order.id', TEXT, (dice) => dice.pick(['1001', 1001, ''])),
  comparison('order.total', ORDERED, money),
  comparison('order.currency', TEXT, (dice) => dice.pick(['CNY', 'USD'])),
  comparison('order.store', FLAG, (dice) => dice.pick(['BJ', ''])),
  ...['properties.page', 'properties.n', 'properties.none'].map((name) => comparison(name, TEXT, loose)),
];

function tree<T>(dice: Dice, depth: number, leaf: () => T): T | { all: T[] } | { any: T[] } | { not: T } {
  if (depth <= 0 || dice.chance(0.4)) return leaf();
  const inner = (): T => leaf();
  if (dice.chance(0.25)) return { not: inner() };
  const parts = Array.from({ length: dice.below(4) }, inner);
  return dice.chance(0.5) ? { all: parts } : { any: parts };
}

function eventFilter(dice: Dice, depth: number): EventFilter {
  // What must hold on one line is the subtle part: it is asked often.
  if (dice.chance(0.3))
    return {
      all: [dice.pick(LINE)(dice), dice.pick(LINE)(dice), ...(dice.chance(0.3) ? [dice.pick(EVENT)(dice)] : [])],
    };
  const leaf = (): EventFilter =>
    depth > 0 ? eventFilter(dice, depth - 1) : dice.pick(dice.chance(0.6) ? LINE : EVENT)(dice);
  return tree<EventFilter>(dice, depth, leaf);
}

function did(dice: Dice): Did {
  const times = (): Did['times'] =>
    dice.pick([{ gte: 2 }, { eq: 0 }, { lte: 0 }, { lt: 2 }, { gt: 1 }, { eq: 1 }, { gte: 0 }]);
  const bounds = dice.pick([{ gte: '100' }, { lt: 0.3 }, { eq: '0.3' }, { gt: 0, lte: '99.9' }, { eq: 0 }]);
  const day = (): string => new Date(dice.pick(TIMES)).toISOString();
  return {
    did: dice.pick(EVENT_KINDS),
    ...(dice.chance(0.5) ? { where: eventFilter(dice, 2) } : {}),
    ...(dice.chance(0.5) ? { times: times() } : {}),
    ...(dice.chance(0.3) ? { within: dice.pick(['P30D', 'PT24H', 'P1M', 'P1Y', 'P2W', 'P1DT1S']) } : {}),
    ...(dice.chance(0.2) ? { between: [day(), day()] } : {}),
    ...(dice.chance(0.3) ? { sum: { field: 'order.total', currency: dice.pick(['CNY', 'USD']), ...bounds } } : {}),
  };
}

/** A random filter. */
export function makeFilter(dice: Dice, depth = 3): Filter {
  const leaf = (): Filter => {
    if (depth > 0) return makeFilter(dice, depth - 1);
    return dice.chance(0.4) ? did(dice) : dice.pick(CUSTOMER)(dice);
  };
  return tree<Filter>(dice, depth, leaf);
}
