import type { Comparison, Did, EventFilter, Filter, Op, Scalar, Value } from '../../profiles/filter/language.ts';
import type { AnalyticCustomer, EventRow, OwnerRow, Writes } from '../../profiles/store/port.ts';
import { NOW } from '../contract/analytic-rows.ts';

/**
 * The filter language once more, in memory and as plainly as it can be said: what the SQL is held against.
 * A value is a text, a decimal as an exact fraction, an instant or a flag; null where it is absent.
 */
type Kind = 'text' | 'loose' | 'number' | 'time' | 'flag';
type Known = { kind: Kind; value: string | number | boolean | null; present?: boolean };

const SCALE = 60;
const units = (text: string): bigint => {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const size = BigInt(whole + fraction.padEnd(SCALE, '0'));
  return sign === '-' ? -size : size;
};
const plain = (value: Scalar): string => {
  const text = String(value);
  if (!/e/i.test(text)) return text;
  return typeof value === 'number' && value > 1 ? BigInt(value).toString() : Number(value).toFixed(20);
};
const isNumber = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);
const order = <T extends bigint | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

const HOLDS: Partial<Record<Op, (sign: number) => boolean>> = {
  eq: (sign) => sign === 0,
  lt: (sign) => sign < 0,
  lte: (sign) => sign <= 0,
  gt: (sign) => sign > 0,
  gte: (sign) => sign >= 0,
};

/** Sign of the comparison of a value with what was asked; null where they cannot be compared. */
function sign(known: Known, op: Op, asked: Scalar): number | null {
  const { kind, value } = known;
  if (value === null) return null;
  if (kind === 'time') return order(Number(value), Date.parse(String(asked)));
  if (kind === 'flag') return value === asked ? 0 : 1;
  const text = String(value);
  const numeric = typeof asked === 'number' || (op !== 'eq' && isNumber(String(asked)));
  if (kind === 'number' || (kind === 'loose' && numeric)) {
    return isNumber(text) ? order(units(text), units(plain(asked))) : null;
  }
  return Buffer.compare(Buffer.from(text), Buffer.from(String(asked)));
}

function single(known: Known, op: Op, asked: Scalar): boolean {
  const found = sign(known, op, asked);
  return found !== null && (HOLDS[op]?.(found) ?? false);
}

const scalar = (value: Value | undefined): Scalar => (value === undefined || typeof value === 'object' ? '' : value);
const list = (value: Comparison['value']): Value[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

function holds(known: Known, { op, value }: Comparison): boolean {
  const asked = list(value).map(scalar);
  const [first = '', second = ''] = asked;
  if (op === 'exists') return (known.present ?? known.value !== null) === (value !== false);
  if (op === 'ne') return !single(known, 'eq', first);
  if (op === 'in') return asked.some((one) => single(known, 'eq', one));
  if (op === 'contains')
    return known.value !== null && String(known.value).toLowerCase().includes(String(first).toLowerCase());
  if (op !== 'between') return single(known, op, first);
  // Both ends compare in one way: as numbers only where both are.
  const numeric = known.kind !== 'loose' || asked.every((one) => typeof one === 'number' || isNumber(String(one)));
  const as: Known = numeric ? known : { ...known, kind: 'text' };
  return single(as, 'gte', first) && single(as, 'lte', second);
}

const absent = <T>(value: T | undefined | null): T | null => value ?? null;

function ofCustomer(who: AnalyticCustomer, field: string): Known {
  const [room = '', ...rest] = field.split('.');
  const name = rest.join('.');
  const text = (value: string | undefined, kind: Kind): Known => ({
    kind,
    value: absent(value),
    present: value !== undefined,
  });
  if (field === 'id' || field === 'type') return { kind: 'text', value: who[field] };
  if (field === 'created' || field === 'last_seen') return { kind: 'time', value: who[field] };
  if (room === 'traits') return text(who.traits[name], name === 'points' ? 'number' : 'loose');
  if (room === 'consents') return text(who.consents[name], 'text');
  if (room === 'following') return { kind: 'flag', value: absent(who.following[name]) };
  if (name === 'first_order') return { kind: 'time', value: who.first_order };
  if (name.startsWith('spend.')) return { kind: 'number', value: absent(who.spend[name.slice(6)]) };
  if (name === 'channels.pos.last_seen') return { kind: 'time', value: absent(who.channels.pos?.last_seen) };
  if (name === 'channels.pos.events') return { kind: 'number', value: absent(who.channels.pos?.events) };
  return { kind: 'number', value: name === 'events' ? who.events : who.refunds };
}

type Item = EventRow['items'][number];
const filled = (value: string): string | null => (value === '' ? null : value);

function ofItem(item: Item, name: string): Known {
  if (name === 'quantity' || name === 'price') return { kind: 'number', value: item[name] };
  const texts = new Map([
    ['sku', item.sku],
    ['name', item.name],
    ['category', item.category],
    ['brand', item.brand],
  ]);
  return { kind: 'text', value: filled(texts.get(name) ?? '') };
}

function ofEvent(event: EventRow, field: string): Known {
  if (field === 'channel' || field === 'source') return { kind: 'text', value: event[field] };
  if (field === 'time') return { kind: 'time', value: event.time };
  if (field === 'order.total') return { kind: 'number', value: event.total };
  if (field.startsWith('properties.')) return { kind: 'loose', value: absent(event.properties[field.slice(11)]) };
  const texts = new Map([
    ['order.id', event.order_id],
    ['order.currency', event.currency],
    ['order.store', event.order_store],
  ]);
  return { kind: 'text', value: filled(texts.get(field) ?? '') };
}

const LINE = 'order.items.';
const lineLeaf = (filter: EventFilter): boolean => 'field' in filter && filter.field.startsWith(LINE);
function lines(filter: EventFilter): boolean {
  if ('all' in filter) return filter.all.length > 0 && filter.all.every(lines);
  if ('any' in filter) return filter.any.length > 0 && filter.any.every(lines);
  return 'not' in filter ? lines(filter.not) : lineLeaf(filter);
}
function affirms(filter: EventFilter): boolean {
  if ('all' in filter) return filter.all.some(affirms);
  if ('any' in filter) return filter.any.some(affirms);
  if ('not' in filter) return !affirms(filter.not);
  return filter.op !== 'ne' && !(filter.op === 'exists' && filter.value === false);
}

function onLine(item: Item, filter: EventFilter): boolean {
  if ('all' in filter) return filter.all.every((part) => onLine(item, part));
  if ('any' in filter) return filter.any.some((part) => onLine(item, part));
  return 'not' in filter ? !onLine(item, filter.not) : holds(ofItem(item, filter.field.slice(LINE.length)), filter);
}

function onEvent(event: EventRow, filter: EventFilter): boolean {
  if ('any' in filter) return filter.any.some((part) => onEvent(event, part));
  if ('not' in filter) return !onEvent(event, filter.not);
  if ('field' in filter) {
    if (!lineLeaf(filter)) return holds(ofEvent(event, filter.field), filter);
    return affirms(filter)
      ? event.items.some((item) => onLine(item, filter))
      : event.items.every((item) => onLine(item, filter));
  }
  const together = filter.all.filter(lines);
  if (!together.some(affirms)) return filter.all.every((part) => onEvent(event, part));
  const apart = filter.all.filter((part) => !together.includes(part));
  return (
    apart.every((part) => onEvent(event, part)) &&
    event.items.some((item) => together.every((part) => onLine(item, part)))
  );
}

function ownerOf(owners: readonly OwnerRow[], anchor: string, time: number): string {
  const latest = new Map(owners.filter((row) => row.anchor === anchor && anchor !== '').map((row) => [row.from, row]));
  const past = [...latest.values()].filter((row) => !row.deleted && row.from <= time).sort((a, b) => b.from - a.from);
  return past[0]?.customer ?? '';
}

const DAYS: Record<string, number> = {
  P30D: NOW - 30 * 86_400_000,
  PT24H: NOW - 86_400_000,
  P1M: Date.UTC(2024, 4, 1),
  P1Y: Date.UTC(2023, 5, 1),
  P2W: NOW - 14 * 86_400_000,
  P1DT1S: NOW - 86_401_000,
};

function bounded(bounds: object, compare: (asked: Scalar) => number): boolean {
  return Object.entries(bounds).every(([bound, asked]) => {
    const known = (['eq', 'lt', 'lte', 'gt', 'gte'] as const).find((one) => one === bound);
    return known === undefined || (HOLDS[known]?.(compare(asked)) ?? false);
  });
}

function didIt(who: AnalyticCustomer, deed: Did, world: Writes): boolean {
  const matching = world.events.filter(
    (event) =>
      event.type === deed.did &&
      ownerOf(world.owners, event.anchor, event.time) === who.id &&
      (deed.within === undefined || event.time >= (DAYS[deed.within] ?? 0)) &&
      (!deed.between || (event.time >= Date.parse(deed.between[0]) && event.time <= Date.parse(deed.between[1]))) &&
      (!deed.where || onEvent(event, deed.where)),
  );
  const { sum } = deed;
  const often = bounded(deed.times ?? { gte: 1 }, (asked) => order(matching.length, Number(asked)));
  if (!sum) return often;
  const keys = new Set(matching.map((event) => event.order_key));
  const mine = world.orders.filter(
    (row) =>
      keys.has(row.order_key) &&
      row.counted &&
      row.currency === sum.currency &&
      ownerOf(world.owners, row.anchor, row.time) === who.id,
  );
  const total = mine.reduce((all, row) => all + units(row.total) - units(row.refunded), 0n);
  return often && bounded(sum, (asked) => order(total, units(plain(asked))));
}

/** Whether a customer is in the set. Aliases never are: the caller leaves them out. */
export function evaluate(filter: Filter, who: AnalyticCustomer, world: Writes): boolean {
  if ('all' in filter) return filter.all.every((part) => evaluate(part, who, world));
  if ('any' in filter) return filter.any.some((part) => evaluate(part, who, world));
  if ('not' in filter) return !evaluate(filter.not, who, world);
  if ('did' in filter) return didIt(who, filter, world);
  if ('segment' in filter) throw new Error('the evaluator knows no segments');
  if (!filter.field.startsWith('identifiers.')) return holds(ofCustomer(who, filter.field), filter);
  if (filter.op === 'exists') return who.identifiers.length > 0 === (filter.value !== false);
  const asked = list(filter.value).map((value) => `mobile||${String(scalar(value))}`);
  return who.identifiers.some(({ node }) => asked.includes(node)) === (filter.op !== 'ne');
}
