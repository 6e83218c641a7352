import { clampTime } from '../filter/values.ts';
import type { AnalyticCustomer, ComparedRow, EventRow, OrderRow, OwnerRow } from './port.ts';

/**
 * Rows as JSONEachRow takes them: times as integers of epoch ms (DateTime64(3) reads an integer as its own ticks),
 * decimals as strings, `deleted` as 0 or 1, since a column that says whether a row is deleted cannot be Bool.
 */
export type Row = Record<string, unknown>;

const flag = (value: boolean | undefined): 0 | 1 => (value ? 1 : 0);
const timeOrNull = (ms: number | null): number | null => (ms === null ? null : clampTime(ms));

export function eventRow({ items, time, deleted, ...rest }: EventRow): Row {
  return {
    ...rest,
    time: clampTime(time),
    deleted: flag(deleted),
    'items.sku': items.map((item) => item.sku),
    'items.name': items.map((item) => item.name),
    'items.category': items.map((item) => item.category),
    'items.brand': items.map((item) => item.brand),
    'items.quantity': items.map((item) => item.quantity),
    'items.price': items.map((item) => item.price),
  };
}

export const orderRow = (row: OrderRow): Row => ({ ...row, time: clampTime(row.time) });

export const ownerRow = (row: OwnerRow): Row => ({ ...row, from: clampTime(row.from), deleted: flag(row.deleted) });

export const comparedRow = (row: ComparedRow): Row => ({ ...row, deleted: flag(row.deleted) });

export function customerRow({ identifiers, channels, ...rest }: AnalyticCustomer): Row {
  return {
    ...rest,
    deleted: flag(rest.deleted),
    created: clampTime(rest.created),
    first_seen: clampTime(rest.first_seen),
    last_seen: clampTime(rest.last_seen),
    first_order: timeOrNull(rest.first_order),
    last_order: timeOrNull(rest.last_order),
    channels: Object.fromEntries(
      Object.entries(channels).map(([name, seen]) => [name, { ...seen, last_seen: clampTime(seen.last_seen) }]),
    ),
    'identifiers.kind': identifiers.map((identifier) => identifier.kind),
    'identifiers.node': identifiers.map((identifier) => identifier.node),
  };
}
