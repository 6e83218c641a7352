import type { ChangeNote, Prepared } from '../ingest/port.ts';
import type { Dirty, Profiles } from '../profiles/port.ts';
import { eventKey } from '../schemas/event.ts';
import { isPrivateText } from '../schemas/private.ts';
import type { Ring } from '../schemas/ring.ts';
import type { EventRow } from './port.ts';
import { resolve } from './resolve.ts';
import type { Tables } from './tables.ts';

/** The row of an event, sealed. */
export function storedEvent(ring: Ring, prepared: Prepared): EventRow {
  return {
    received: prepared.received,
    time: prepared.time,
    anchor: null,
    fate: 'accepted',
    reason: null,
    content: prepared.content,
    day: prepared.retold?.day ?? null,
    orders: prepared.orders,
    things: prepared.identifiers
      .filter(({ role, node }) => role !== 'joining' && !prepared.orders.includes(node))
      .map(({ node }) => node),
    body: ring.sealText(prepared.body),
    queryable: prepared.queryable,
  };
}

/** Applies one event to identity and profiles; gives the customer it belongs to. */
export async function applyPrepared(
  tables: Tables,
  ring: Ring,
  profiles: Profiles,
  prepared: Prepared,
  dirty: Dirty,
  notes: ChangeNote[],
): Promise<string | null> {
  const { event, identifiers, key, hash, received, time } = prepared;
  const { channel, source, type } = event;
  const row = storedEvent(ring, prepared);
  tables.events.put(hash, row);
  const observed = { key, received, time, type, name: event.traits?.name, channel, source };
  const resolution = await resolve(tables, ring, observed, identifiers);
  tables.events.put(hash, { ...row, anchor: resolution.anchor });
  const clear = identifiers.filter(({ kind }) => kind !== 'order').map(({ value }) => value);
  const tie = isPrivateText(event.id, clear) ? ring.hash('tie', key) : key;
  const profiled = { key, received, time, event, hash, orders: prepared.orders, tie, refund: prepared.refund };
  await profiles.applyEvent(tables, profiled, resolution, dirty);
  notes.push(...resolution.told);
  return resolution.owner;
}

/** The same event under the id of another telling of it. */
export function retell(ring: Ring, prepared: Prepared): Prepared {
  if (!prepared.retold) return prepared;
  const event = { ...prepared.event, id: prepared.retold.id };
  const key = eventKey(event.channel, event.source, event.id);
  const hash = ring.hash('event', key);
  const refund = prepared.refund === prepared.hash ? hash : prepared.refund;
  return { ...prepared, event, key, hash, refund, body: JSON.stringify(event), retold: null };
}
