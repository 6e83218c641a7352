import type { EventInput, IdentifierInput } from '../../schemas/event.ts';
import type { MapContext, Outcome } from '../channel.ts';
import { drop } from '../door.ts';
import { type Fields, filled, isFields } from '../pick.ts';
import { stableJson } from '../prepare.ts';
import { amountOf, cellOf, fieldAt, keyOf, needed, quantityOf, RowRefused, refuse, timeOf } from './cells.ts';
import { columnsOf, type RowMapping } from './mapping.ts';
import { genderOf } from './member.ts';
import { hash16 } from './receipt.ts';
import { readBirthday } from './when.ts';

type Context = Pick<MapContext, 'received' | 'channel' | 'source'>;

/** The type of a row's event; null for rows that the mapping ignores. */
function typeOf(row: unknown, type: RowMapping['type']): string | null {
  if (typeof type === 'string') return type;
  const cell = needed(type.column, cellOf(row, type.column));
  const known = new Map(Object.entries(type.values)).get(cell);
  return known === undefined ? refuse(type.column, 'a value that `type.values` does not name') : known;
}

function identifiersOf(row: unknown, mapping: RowMapping): IdentifierInput[] {
  return mapping.identifiers.flatMap(({ kind, scope, column, verified }): IdentifierInput[] => {
    // A mobile that cannot be one is told beside the event; another id with its digits cut names somebody else.
    const value = kind === 'mobile' ? cellOf(row, column) : keyOf(row, column);
    if (value === '') return [];
    return [{ kind, value, ...(scope ? { scope } : {}), ...(verified ? { verified } : {}) }];
  });
}

const TRAIT: Record<string, (cell: string) => string> = {
  gender: genderOf,
  birthday: (cell) => readBirthday(cell) ?? cell,
};

function traitsOf(row: unknown, { traits }: RowMapping): Record<string, string> {
  const cells = Object.entries(traits).map(([name, column]): [string, string] => [name, cellOf(row, column)]);
  return Object.fromEntries(
    cells
      .filter(([, cell]) => cell !== '')
      .map(([name, cell]) => [name, Object.hasOwn(TRAIT, name) ? (TRAIT[name]?.(cell) ?? cell) : cell]),
  );
}

type Order = NonNullable<EventInput['order']>;

function orderOf(row: unknown, type: string, order: RowMapping['order']): Order | null {
  if (!order) return null;
  const id = needed(order.id, keyOf(row, order.id));
  const currency = typeof order.currency === 'string' ? order.currency : cellOf(row, order.currency.column) || 'CNY';
  const money = { unit: order.unit, currency, negative: type === 'order_refunded' };
  const total = amountOf(row, order.total, money);
  const discount = amountOf(row, order.discount, { ...money, negative: true });
  const store = keyOf(row, order.store);
  const original = keyOf(row, order.original_id);
  const items = itemsOf(row, order, money);
  return {
    ...{ id, currency },
    ...(total === null ? {} : { total }),
    ...(discount === null ? {} : { discount }),
    ...(store === '' ? {} : { store }),
    ...(original === '' || original === id ? {} : { original_id: original }),
    ...(items.length === 0 ? {} : { items }),
  };
}

type Money = Parameters<typeof amountOf>[2];

function itemsOf(row: unknown, { items }: NonNullable<RowMapping['order']>, money: Money): NonNullable<Order['items']> {
  if (!items) return [];
  const { list, sku, name, category, brand, quantity, price } = items;
  const told = list ? fieldAt(row, list) : [row];
  if (list && told !== undefined && told !== null && !Array.isArray(told)) return refuse(list, 'not a list');
  return (Array.isArray(told) ? told : []).map((one: unknown) => {
    const texts = { sku: keyOf(one, sku), name: cellOf(one, name), category: cellOf(one, category) };
    const said = Object.entries({ ...texts, brand: cellOf(one, brand) }).filter(([, text]) => text !== '');
    const amount = amountOf(one, price, { ...money, negative: true }) ?? refuse(price, 'missing');
    return { ...Object.fromEntries(said), quantity: quantityOf(one, quantity), price: amount };
  });
}

function consentOf(row: unknown, consent: RowMapping['consent']): EventInput['consent'] {
  if (!consent) return null;
  const { purpose, channel, state, evidence } = consent;
  const about = { purpose, ...(channel ? { channel } : {}) };
  const proof = cellOf(row, evidence);
  const rest = proof === '' ? {} : { evidence: proof };
  if (typeof state === 'string') return { ...about, state, ...rest };
  const told = new Map(Object.entries(state.values)).get(needed(state.column, cellOf(row, state.column)));
  if (!told) return refuse(state.column, 'a value that `consent.state.values` does not name');
  return { ...about, state: told, ...rest };
}

/** A copy without what stands at these paths, and without objects that have nothing left. */
function without(row: Fields, paths: readonly string[]): Fields {
  const entries = Object.entries(row).flatMap(([key, value]): [string, unknown][] => {
    if (paths.includes(key)) return [];
    const below = paths.filter((path) => path.startsWith(`${key}.`)).map((path) => path.slice(key.length + 1));
    return [[key, below.length > 0 && isFields(value) ? without(value, below) : value]];
  });
  return filled(Object.fromEntries(entries));
}

function propertiesOf(row: unknown, mapping: RowMapping): Fields {
  const rest = mapping.rest === 'keep' && isFields(row) ? without(row, columnsOf(mapping)) : {};
  const named = Object.entries(mapping.properties).map(([name, column]): [string, unknown] => [
    name,
    fieldAt(row, column),
  ]);
  return filled({ ...rest, ...Object.fromEntries(named) });
}

/**
 * One row of a file, or one object of NDJSON, by a mapping: one event, or the drop that says which column does not fit.
 * Without `id` the event's id is a hash of the row, so that equal rows are one event.
 */
export function mapRow(row: unknown, mapping: RowMapping, context: Context): Outcome[] {
  try {
    const type = typeOf(row, mapping.type);
    if (type === null) return drop('ignored', 'type_not_used', 'the mapping ignores rows of this type');
    const { received, channel, source } = context;
    const id = mapping.id
      ? mapping.id.map((column) => needed(column, keyOf(row, column))).join(':')
      : hash16(stableJson(row));
    const said = {
      identifiers: identifiersOf(row, mapping),
      traits: traitsOf(row, mapping),
      order: orderOf(row, type, mapping.order),
      consent: consentOf(row, mapping.consent),
      properties: propertiesOf(row, mapping),
    };
    const time = timeOf(row, mapping.time, received);
    const event = { id, channel, source, time, type, ...said };
    // Where the time is that of its arrival, a row sent again is the same row.
    const content = mapping.time.at === 'received' ? { content: hash16(stableJson({ type, ...said })) } : {};
    return [{ kind: 'event', event, ...content, queryable: mapping.queryable }];
  } catch (error) {
    if (!(error instanceof RowRefused)) throw error;
    const { fate, reason, detail } = error.refusal;
    return drop(fate, reason, detail);
  }
}
