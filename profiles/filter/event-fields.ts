import { type Field, mapValue, unknownField } from './fields.ts';
import type { Binder } from './sql.ts';

/** Fields of events, as `where` of a `did` names them. `item` is set for those that each order line has. */
export type EventField = Field & { item?: string };

const FIELDS: ReadonlyMap<string, EventField> = new Map([
  ['channel', { kind: 'text', expr: 'toString(e.channel)' }],
  ['source', { kind: 'text', expr: 'toString(e.source)' }],
  ['time', { kind: 'time', expr: 'e.time' }],
  ['order.id', { kind: 'text', expr: "nullIf(e.order_id, '')" }],
  ['order.total', { kind: 'number', expr: 'e.total' }],
  ['order.currency', { kind: 'text', expr: "nullIf(toString(e.currency), '')" }],
  ['order.store', { kind: 'text', expr: "nullIf(e.order_store, '')" }],
  ['order.items.sku', { kind: 'text', expr: "nullIf(sku, '')", item: 'sku' }],
  ['order.items.name', { kind: 'text', expr: "nullIf(name, '')", item: 'name' }],
  ['order.items.category', { kind: 'text', expr: "nullIf(category, '')", item: 'category' }],
  ['order.items.brand', { kind: 'text', expr: "nullIf(brand, '')", item: 'brand' }],
  ['order.items.quantity', { kind: 'number', expr: 'quantity', item: 'quantity' }],
  ['order.items.price', { kind: 'number', expr: 'price', item: 'price' }],
]);

/** The columns of order lines by the name a condition on one line uses. */
export const ITEM_COLUMNS: ReadonlyMap<string, string> = new Map([
  ['sku', 'e.`items.sku`'],
  ['name', 'e.`items.name`'],
  ['category', 'e.`items.category`'],
  ['brand', 'e.`items.brand`'],
  ['quantity', 'e.`items.quantity`'],
  ['price', 'e.`items.price`'],
]);

/** A field of events by the name callers use. Throws Problem field_unknown. */
export function eventField(name: string, binder: Binder): EventField {
  const known = FIELDS.get(name);
  if (known) return known;
  const property = name.startsWith('properties.') ? name.slice('properties.'.length) : '';
  if (property !== '') return { kind: 'loose', expr: mapValue('e.properties', binder.bind('String', property)) };
  throw unknownField(name, [...FIELDS.keys(), 'properties.name']);
}
