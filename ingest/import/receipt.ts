import { createHash } from 'node:crypto';
import type { EventInput, IdentifierInput, OrderItem } from '../../schemas/event.ts';
import { formatAmount } from '../../schemas/money.ts';
import type { MappedEvent, Outcome } from '../channel.ts';
import { stableJson } from '../prepare.ts';
import { numberText, shortDecimal } from './cell.ts';
import { cellOf, type Line } from './line.ts';
import { PAYMENT, propertiesOf } from './properties.ts';
import type { PosMeta } from './settings.ts';

const CURRENCY = 'CNY';
/** The contract takes so many items of an order; a longer receipt says in `properties.items` how many it had. */
const MOST_ITEMS = 1000;

type Context = { channel: string; source: string; meta: Pick<PosMeta, 'brand' | 'receiptNumbers'> };
type Parts = { sold: Line[]; returned: Line[][] };

export const hash16 = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Sold lines, and returned ones by the receipt they were sold on, in an order that does not depend on the lines'. */
function partsOf(lines: Line[]): Parts {
  const returned = new Map<string, Line[]>();
  for (const line of lines.filter((each) => each.refund)) {
    const key = `${line.original ?? ''}\n${line.originalDay ?? ''}`;
    returned.set(key, [...(returned.get(key) ?? []), line]);
  }
  const groups = [...returned].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  return { sold: lines.filter((line) => !line.refund), returned: groups };
}

/** Without a store in file or settings the source stands in: receipt numbers of two shops must not meet. */
const orderId = (store: string, day: string | null, number: string, context: Context): string | null => {
  const shop = store || context.source;
  if (context.meta.receiptNumbers === 'unique') return `${shop}:${number}`;
  return day === null ? null : `${shop}:${day}:${number}`;
};

/** The sum of the lines; where lines have no amounts, the receipt's total, which each of its rows repeats. */
function totalOf(lines: Line[]): bigint {
  const sum = (amounts: (bigint | null)[]): bigint => amounts.reduce((all: bigint, one) => all + (one ?? 0n), 0n);
  if (lines.some((line) => line.amount !== null)) return sum(lines.map((line) => line.amount));
  const totals = lines.map((line) => line.receiptTotal);
  return new Set(totals).size === 1 ? (totals[0] ?? 0n) : sum(totals);
}

function unitPrice(line: Line): bigint | null {
  if (line.price !== null || line.amount === null) return line.price;
  const quantity = line.quantity ?? 10_000n;
  // Units of 1/10,000 over units of 1/10,000, rounded half up to such units again.
  return quantity === 0n ? line.amount : (line.amount * 10_000n * 2n + quantity) / (quantity * 2n);
}

function itemOf(line: Line): OrderItem[] {
  const price = unitPrice(line);
  if (price === null) return [];
  const cell = (field: 'sku' | 'item_name' | 'category' | 'item_brand', most: number): string | undefined =>
    cellOf(line.record, field).slice(0, most) || undefined;
  return [
    {
      sku: numberText(cell('sku', 256) ?? '').text || undefined,
      name: cell('item_name', 1000),
      category: cell('category', 200),
      brand: cell('item_brand', 200),
      quantity: shortDecimal(line.quantity ?? 10_000n),
      price: formatAmount(price, CURRENCY),
    },
  ];
}

const firstCell = (lines: Line[], field: 'card' | 'mobile' | 'name'): string =>
  lines.map((line) => cellOf(line.record, field)).find((cell) => cell !== '') ?? '';

/**
 * Card, number, receipt and payment. A card whose digits a spreadsheet has cut is no key: many people share what is
 * left.
 */
function identifiersOf(lines: Line[], receipt: string, brand: string): IdentifierInput[] {
  const card = numberText(firstCell(lines, 'card'));
  const mobile = numberText(firstCell(lines, 'mobile')).text;
  const payments = new Set(lines.map((line) => numberText(cellOf(line.record, 'transaction_id')).text));
  const paid = [...payments].flatMap((value): IdentifierInput[] => {
    const scope = PAYMENT.find(({ shape }) => shape.test(value))?.scope;
    return scope ? [{ kind: 'payment_id', scope, value }] : [];
  });
  return [
    ...(card.text !== '' && !card.lossy ? [{ kind: 'member_card', scope: brand, value: card.text }] : []),
    ...(mobile === '' ? [] : [{ kind: 'mobile', value: mobile }]),
    { kind: 'receipt', scope: brand, value: receipt },
    ...paid,
  ];
}

type Draft = { id: string; base: string; order: Pick<NonNullable<EventInput['order']>, 'id' | 'original_id'> };

function eventOf(lines: Line[], type: string, draft: Draft, context: Context): MappedEvent {
  const first = lines.reduce((a, b) => (Date.parse(b.time) < Date.parse(a.time) ? b : a));
  const items = lines.flatMap(itemOf);
  const name = firstCell(lines, 'name');
  const more = items.length > MOST_ITEMS ? { items: String(items.length) } : {};
  return {
    ...{ id: draft.id, channel: context.channel, source: context.source, time: first.time, type },
    identifiers: identifiersOf(lines, draft.base, context.meta.brand),
    ...(name === '' ? {} : { traits: { name } }),
    order: {
      ...draft.order,
      currency: CURRENCY,
      total: formatAmount(totalOf(lines), CURRENCY),
      items: items.slice(0, MOST_ITEMS),
      ...(first.store === '' ? {} : { store: first.store }),
    },
    properties: { business_date: first.day, ...propertiesOf(lines, draft.order.original_id !== undefined), ...more },
  };
}

/** The events of a receipt, the sale first. Ids: see receiptOutcomes. */
function eventsOf(lines: Line[], base: string, context: Context): MappedEvent[] {
  const { sold, returned } = partsOf(lines);
  const sale =
    sold.length > 0 ? [eventOf(sold, 'order_completed', { id: base, base, order: { id: base } }, context)] : [];
  const refunds = returned.map((group, at) => {
    const place = sale.length + at + 1;
    const id = place === 1 ? base : `${base}#${place}`;
    const { original, originalDay, store } = group[0] ?? { original: null, originalDay: null, store: '' };
    const of = original === null ? null : orderId(store, originalDay, original, context);
    // Where no original is named the goods go back on this receipt itself: what it counts is then what was really paid.
    const order = of === null ? { id: base } : { id, original_id: of };
    return eventOf(group, 'order_refunded', { id, base, order }, context);
  });
  return [...sale, ...refunds];
}

/** Lines in an order that neither their place, nor the columns', nor the writing of numbers has a part in. */
function sorted(lines: Line[]): Line[] {
  if (lines.length < 2) return lines;
  const keyed = lines.map((line): [string, Line] => {
    const { amount, quantity, price, original, record } = line;
    const numbers = [amount, quantity, price, original].map(String);
    return [[cellOf(record, 'sku'), cellOf(record, 'item_name'), ...numbers, stableJson(record)].join('\n'), line];
  });
  return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

const ENUMS = [
  'business_date',
  'payment_method',
  'sale_type',
  'terminal',
  'discount_rate',
  'refund_flag',
  'store_name',
];
const isCode = (value: unknown): boolean => typeof value === 'string' && /^[\w-]{1,20}$/.test(value);

/**
 * The outcomes of one receipt or refund (contract §4, event ids of pos). `<id>` is `{store}:{number}`, with daily
 * numbers `{store}:{business date}:{number}`.
 * - Lines that sell make one order_completed `<id>`, total and items are theirs.
 * - Lines that give back make an order_refunded: `<id>#2` beside a sale (`#3`… where they go back to several receipts),
 *   and `<id>` itself where the receipt sells nothing: it is then a refund with a number of its own, as a row of a
 *   refund file is. `order.original_id` is the original receipt's order, `order.id` the refund's own, equal to the
 *   event id. Where no original is named, or daily numbers make it ambiguous, there is no `original_id` and `order.id`
 *   is `<id>`.
 * - `content` does not depend on the order of the lines; told again with another, the event is
 *   `{store}:{number}:{content}` (`#2` behind it for a refund beside a sale) of the same order.
 */
export function receiptOutcomes(lines: Line[], context: Context): Outcome[] {
  const [first] = lines;
  if (!first) return [];
  const base = orderId(first.store, first.day, first.number, context) ?? '';
  const canonical = eventsOf(sorted(lines), base, context);
  return eventsOf(lines, base, context).map((event, at) => {
    const content = hash16(stableJson(canonical[at]));
    const retold = { id: `${base}:${content}${event.id.slice(base.length)}`, day: first.day };
    const cashier = isCode(event.properties?.cashier) ? ['cashier'] : [];
    return { kind: 'event', event, content, retold, queryable: [...ENUMS, ...cashier] };
  });
}
