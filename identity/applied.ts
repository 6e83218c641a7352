import type { ChangeNote, Prepared } from '../ingest/port.ts';
import type { Dirty, ProfileEvent, Profiles } from '../profiles/port.ts';
import { eventKey } from '../schemas/event.ts';
import { isPrivateText } from '../schemas/private.ts';
import type { Ring } from '../schemas/ring.ts';
import type { Observed } from './observe.ts';
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

/** The event as evidence takes it. */
export function observedOf({ key, received, time, event }: Prepared): Observed {
  const { channel, source, type, traits } = event;
  return { key, received, time, type, name: traits?.name, channel, source };
}

/** The event as profiles take it. */
export function profiledOf(ring: Ring, prepared: Prepared): ProfileEvent {
  const { event, identifiers, key, hash, received, time, orders, refund } = prepared;
  const clear = identifiers.filter(({ kind }) => kind !== 'order').map(({ value }) => value);
  const tie = isPrivateText(event.id, clear) ? ring.hash('tie', key) : key;
  return { key, received, time, event, hash, orders, tie, refund };
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
  const { identifiers, hash } = prepared;
  const row = storedEvent(ring, prepared);
  tables.events.put(hash, row);
  const resolution = await resolve(tables, ring, observedOf(prepared), identifiers);
  tables.events.put(hash, { ...row, anchor: resolution.anchor });
  await profiles.applyEvent(tables, profiledOf(ring, prepared), resolution, dirty);
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
