import type { ChangeNote, Committed, Hands } from '../ingest/port.ts';
import type { Dirty, Profiles } from '../profiles/port.ts';
import type { Ring } from '../schemas/ring.ts';
import { applyPrepared, retell, storedEvent } from './applied.ts';
import { type DeadRow, isDirty, noteOf, nothingDirty, OUTBOX, outboxMember, takeDead, writeNotes } from './commit.ts';
import { decide } from './decide.ts';
import { prefetch } from './resolve.ts';
import { padTime } from './spans.ts';
import type { Store } from './store/port.ts';
import { openTables, type Tables } from './tables.ts';

export type WithDirty = Committed & { dirty: Dirty; outbox: string };

export type IdentityHands = Hands & {
  tables: Tables;
  commit(partition: number, next: number, notes: readonly ChangeNote[]): Promise<WithDirty | null>;
};

/** Identity and profiles, in one transaction of the identity store. */
export function makeHands(deps: { store: Store; ring: Ring; profiles: Profiles; now: () => number }): IdentityHands {
  const { store, ring, profiles } = deps;
  const tables = openTables(store, ring);
  let dirty = nothingDirty();
  let applied: string[] = [];
  let removed: string[] = [];
  const counts = new Map<string, number>();
  const forget = (): void => {
    dirty = nothingDirty();
    applied = [];
    removed = [];
    counts.clear();
    tables.unit.reset();
  };
  const bump = (names: { channel: string; source: string }, fate: string, reason: string | null, by: number): void => {
    const key = [names.channel, names.source, fate, reason ?? ''].join('|');
    counts.set(key, (counts.get(key) ?? 0) + by);
  };
  return {
    tables,
    forget,
    position: async (partition) => {
      await tables.notes.load([`p${partition}`]);
      return tables.notes.get(`p${partition}`)?.next ?? 0;
    },
    prefetch: async (events) => {
      await tables.events.load(events.map(({ hash }) => hash));
      await prefetch(
        tables,
        ring,
        events.map(({ identifiers }) => identifiers),
      );
    },
    known: async (hash) => {
      await tables.events.load([hash]);
      return tables.events.get(hash);
    },
    retell: (prepared) => retell(ring, prepared),
    apply: async (prepared, notes) => {
      const owner = await applyPrepared(tables, ring, profiles, prepared, dirty, notes);
      applied.push(prepared.hash);
      return owner;
    },
    decide: async (entry, received, notes) => {
      const change = await decide(tables, ring, entry, received);
      await profiles.applyChange(tables, change, received, dirty);
      notes.push(...change.told);
    },
    setAside: (prepared, reason) => {
      tables.events.put(prepared.hash, { ...storedEvent(ring, prepared), fate: 'quarantined', reason });
      applied.push(prepared.hash);
    },
    count: (names, fate, reason) => bump(names, fate, reason, 1),
    keepDead: (id, entry, names, { fate, reason, detail }) => {
      const row: DeadRow = {
        ...names,
        received: entry.received,
        fate,
        reason,
        detail,
        entry: ring.sealText(JSON.stringify(entry)),
      };
      tables.unit.add('q', `${padTime(entry.received)}${id}`, JSON.stringify(row));
    },
    replayed: (member) => {
      removed.push(member);
    },
    commit: async (partition, next, notes) => {
      await takeDead(tables, removed, bump);
      await writeNotes(tables, { counts, partition, next, notes, dirty, now: deps.now() });
      const outbox = outboxMember(partition, next);
      if (isDirty(dirty)) tables.unit.add(OUTBOX, outbox, JSON.stringify(noteOf(dirty)));
      const done = { partition, next, applied, customers: [...dirty.customers], dirty, outbox };
      if ((await tables.unit.commit()) === 'stale') {
        forget();
        return null;
      }
      dirty = nothingDirty();
      applied = [];
      removed = [];
      counts.clear();
      return done;
    },
  };
}
