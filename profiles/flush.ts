import type { CustomerRow, EventRow, Span, ThingRow } from '../identity/port.ts';
import type { Ring } from '../schemas/ring.ts';
import { customerRow, deletedRow, eventRow, orderRow, ownerRows, pastRows } from './analytic.ts';
import { readEvent } from './apply.ts';
import type { Comparing } from './comparing.ts';
import type { Writes } from './store/port.ts';
import { surviveTraits } from './survive.ts';
import type { Tokens } from './tokens.ts';
import { type CustomerRows, ownedClaims } from './view.ts';

/** What one flush is about: names of rows, never the rows, so that what is written is what stands now. */
export type FlushNote = {
  events: ReadonlySet<string>;
  orders: ReadonlySet<string>;
  anchors: ReadonlyMap<string, readonly Span[]>;
  customers: ReadonlySet<string>;
};

/** Where the rows come from: the identity store. */
export type FlushSource = {
  events(ids: readonly string[]): Promise<(EventRow | null)[]>;
  things(ids: readonly string[]): Promise<(ThingRow | null)[]>;
  owners(anchor: string): Promise<{ spans: Span[]; version: number } | null>;
  customers(ids: readonly string[]): Promise<(CustomerRow | null)[]>;
  rows(id: string): Promise<CustomerRows | null>;
};

/** The rows for the analytic store. Made again from the same note they are the same or newer: a repeat is harmless. */
export async function makeWrites(
  note: FlushNote,
  source: FlushSource,
  { ring, tokens, comparing }: { ring: Ring; tokens: Tokens; comparing: Comparing },
): Promise<Writes> {
  const eventIds = [...note.events];
  const stored = await source.events(eventIds);
  const orderIds = [...new Set([...note.orders, ...stored.flatMap((row) => row?.orders[0] ?? [])])];
  const things = new Map(
    (await source.things(orderIds)).map((thing, at): [string, ThingRow | null] => [orderIds[at] ?? '', thing]),
  );
  const events = stored.flatMap((row, at) => {
    if (row?.fate !== 'accepted') return [];
    const told = eventRow(eventIds[at] ?? '', row, readEvent(ring, row), things.get(row.orders[0] ?? '') ?? null);
    return [told, ...pastRows(told, row)];
  });
  const orders = [...note.orders].flatMap((id) => {
    const thing = things.get(id);
    return thing ? (orderRow(id, thing) ?? []) : [];
  });
  const owners: Writes['owners'][number][] = [];
  for (const [anchor, before] of note.anchors) {
    const row = await source.owners(anchor);
    if (row) owners.push(...ownerRows(anchor, row, before));
  }
  return { events, orders, owners, ...(await customersOf([...note.customers], source, { ring, tokens, comparing })) };
}

async function customersOf(
  ids: readonly string[],
  source: FlushSource,
  { ring, tokens, comparing }: { ring: Ring; tokens: Tokens; comparing: Comparing },
) {
  const customers: Writes['customers'][number][] = [];
  const compared: NonNullable<Writes['compared']>[number][] = [];
  for (const [at, row] of (await source.customers(ids)).entries()) {
    const id = ids[at] ?? '';
    if (!row) continue;
    if (row.anchors.length === 0) {
      customers.push(deletedRow(id, row.version));
      compared.push(comparing.gone(id, row.version));
      continue;
    }
    const rows = await source.rows(id);
    if (!rows) continue;
    const traits = surviveTraits(ownedClaims(rows), rows.policy.sourceRank);
    customers.push(customerRow(rows, ring, tokens, traits));
    const other = comparing.row(rows, traits);
    if (other) compared.push(other);
  }
  return { customers, compared };
}
