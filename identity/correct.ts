import type { ChangeNote, Prepared } from '../ingest/port.ts';
import type { Dirty, Profiles, Telling } from '../profiles/port.ts';
import type { Ring } from '../schemas/ring.ts';
import { applyPrepared, observedOf, profiledOf, storedEvent } from './applied.ts';
import type { EventRow, Resolution } from './port.ts';
import { customerId, reown } from './recluster.ts';
import { type Again, eventsOf, prepareAgain } from './remains.ts';
import { anchorOf, merge, resolve } from './resolve.ts';
import { spanAt } from './spans.ts';
import type { Tables } from './tables.ts';
import { type Withdrawn, withdraw } from './withdraw.ts';

type Deps = { ring: Ring; profiles: Profiles; again: Again };
/** `at`: when it was corrected (epoch ms); its `received` is that of the event whose place it takes. */
type Correction = { prepared: Prepared; at: number };

/**
 * Puts an event in the place of the one that stands under its key, as if it had been the one that came first: what the
 * other said is taken back, the components of both are clustered once, and profiles folded again where they were
 * touched. Gives the customer it belongs to.
 */
export async function correctPrepared(
  tables: Tables,
  deps: Deps,
  { prepared, at }: Correction,
  dirty: Dirty,
  notes: ChangeNote[],
): Promise<string | null> {
  const { ring, profiles } = deps;
  const { hash } = prepared;
  await tables.events.load([hash]);
  const old = tables.events.get(hash);
  if (!old) return applyPrepared(tables, ring, profiles, prepared, dirty, notes);
  const [order] = old.orders;
  const touched = order === undefined ? new Set<string>() : await profiles.takeBack(tables, order);
  const withdrawn = await withdraw(tables, deps, hash);
  const tellings = order === undefined ? [] : await tellingsOf(tables, deps, order);
  await moveOrigin(tables, ring, prepared);
  const row: EventRow = { ...storedEvent(ring, prepared), past: [...(old.past ?? []), [old.anchor ?? '', old.time]] };
  tables.events.put(hash, row);
  const resolution = await place(tables, ring, { prepared, at }, withdrawn);
  tables.events.put(hash, { ...row, anchor: resolution.anchor });
  const left = { at, anchor: old.anchor, order, tellings, touched };
  await profiles.applyCorrection(tables, profiledOf(ring, prepared), resolution, left, dirty);
  notes.push(...resolution.told);
  return resolution.owner;
}

/** Whose it is now, and all that changed hands by it and by what was taken back. */
async function place(
  tables: Tables,
  ring: Ring,
  { prepared, at }: Correction,
  { component, waiting, change }: Withdrawn,
): Promise<Resolution> {
  const found = await resolve(tables, ring, observedOf(prepared), prepared.identifiers, { at, component });
  merge(change, found);
  for (const attached of waiting) await reown(tables, attached, change);
  const spans = found.anchor === null ? [] : (tables.anchors.get(found.anchor)?.spans ?? []);
  return { anchor: found.anchor, owner: spanAt(spans, prepared.time)?.owner ?? null, ...change };
}

/** The id that was made of this event leads to where it is now, should no customer live under it any more. */
async function moveOrigin(tables: Tables, ring: Ring, { key, time, identifiers }: Prepared): Promise<void> {
  const id = customerId(ring, key);
  await tables.customers.load([id]);
  const row = tables.customers.get(id);
  const anchor = anchorOf(ring, identifiers)?.anchor ?? '';
  if (row) tables.customers.put(id, { ...row, origin: { anchor, time } });
}

/** The events that speak of an order, with their anchors: those it points to, and those that wait on it. */
async function tellingsOf(tables: Tables, { ring, again }: Deps, order: string): Promise<Telling[]> {
  await tables.things.load([order]);
  const all = { limit: Number.MAX_SAFE_INTEGER };
  const anchors = new Set((tables.things.get(order)?.pointers ?? []).map(([anchor]) => anchor));
  for (const list of ['p', 'w']) {
    for (const { member } of await tables.unit.range(`${list}:${order}`, all)) anchors.add(member);
  }
  const tellings: Telling[] = [];
  for (const anchor of anchors) {
    for (const { row } of await eventsOf(tables, anchor)) {
      if (row.orders[0] === order) tellings.push({ anchor, told: profiledOf(ring, prepareAgain(ring, again, row)) });
    }
  }
  return tellings;
}
