import type { ChangeNote, Committed, Hands, Names } from '../ingest/port.ts';
import type { Dirty, Profiles } from '../profiles/port.ts';
import type { Ring } from '../schemas/ring.ts';
import { applyPrepared, retell, storedEvent } from './applied.ts';
import {
  ASKS,
  type AskRow,
  DEAD,
  type DeadRow,
  isDirty,
  noteOf,
  nothingDirty,
  OUTBOX,
  outboxMember,
  takeDead,
  writeNotes,
} from './commit.ts';
import { correctPrepared } from './correct.ts';
import { decide } from './decide.ts';
import { type Drift, noteDrift, writeDrift } from './drift.ts';
import { type Imports, tally, writeImports } from './imported.ts';
import type { Again } from './remains.ts';
import { prefetch } from './resolve.ts';
import { padTime } from './spans.ts';
import type { Store } from './store/port.ts';
import { openTables, type Tables } from './tables.ts';

export type WithDirty = Committed & { dirty: Dirty; outbox: string };

export type IdentityHands = Hands & {
  tables: Tables;
  commit(partition: number, next: number, notes: readonly ChangeNote[]): Promise<WithDirty | null>;
};

type Deps = { store: Store; ring: Ring; profiles: Profiles; again: Again; now: () => number };

/** What the batch in hand has gathered beside rows. */
type Draft = { dirty: Dirty; applied: string[]; counts: Map<string, number>; imports: Imports; drift: Drift };
const emptyDraft = (): Draft => ({
  ...{ dirty: nothingDirty(), applied: [] },
  ...{ counts: new Map(), imports: new Map(), drift: new Map() },
});

/** Identity and profiles, in one transaction of the identity store. */
export function makeHands(deps: Deps): IdentityHands {
  const tables = openTables(deps.store, deps.ring);
  const draft = emptyDraft();
  return { tables, ...reading(tables, deps), ...applying(tables, draft, deps), ...closing(tables, draft, deps) };
}

function reading(tables: Tables, { ring }: Deps): Pick<Hands, 'position' | 'prefetch' | 'known' | 'retell'> {
  return {
    position: async (partition) => {
      await tables.notes.load([`p${partition}`]);
      return tables.notes.get(`p${partition}`)?.next ?? 0;
    },
    prefetch: async (events) => {
      const identifiers = events.map((event) => event.identifiers);
      await tables.events.load(events.map(({ hash }) => hash));
      await prefetch(tables, ring, identifiers);
    },
    known: async (hash) => {
      await tables.events.load([hash]);
      return tables.events.get(hash);
    },
    retell: (prepared) => retell(ring, prepared),
  };
}

type Applying = Pick<
  Hands,
  | 'apply'
  | 'correct'
  | 'decide'
  | 'setAside'
  | 'count'
  | 'imported'
  | 'keepDead'
  | 'ask'
  | 'answered'
  | 'takeDead'
  | 'drift'
>;

function applying(tables: Tables, draft: Draft, { ring, profiles, again }: Deps): Applying {
  return {
    apply: async (prepared, notes) => {
      const owner = await applyPrepared(tables, ring, profiles, prepared, draft.dirty, notes);
      draft.applied.push(prepared.hash);
      return owner;
    },
    correct: async (prepared, at, notes) => {
      const owner = await correctPrepared(tables, { ring, profiles, again }, { prepared, at }, draft.dirty, notes);
      draft.applied.push(prepared.hash);
      return owner;
    },
    decide: async (entry, received, notes) => {
      const change = await decide(tables, ring, entry, received);
      await profiles.applyChange(tables, change, received, draft.dirty);
      notes.push(...change.told);
    },
    setAside: (prepared, reason) => {
      tables.events.put(prepared.hash, { ...storedEvent(ring, prepared), fate: 'quarantined', reason });
      draft.applied.push(prepared.hash);
    },
    count: (names, fate, reason) => bump(draft, names, fate, reason, 1),
    imported: (part, told) => tally(tables, draft.imports, part, told),
    // Field by field: what is handed in as names may be a whole event, which must not stand here in clear.
    keepDead: (id, entry, { channel, source }, { fate, reason, detail, corrects }) => {
      const sealed = ring.sealText(JSON.stringify(entry));
      const told = { channel, source, received: entry.received, fate, reason, detail };
      const row: DeadRow = { ...told, entry: sealed, ...(corrects === undefined ? {} : { corrects }) };
      tables.unit.add(DEAD, `${padTime(entry.received)}${id}`, JSON.stringify(row));
    },
    ask: (id, names, ask, received) => {
      const sealed = ring.sealText(JSON.stringify(ask));
      const row: AskRow = { ...names, name: ask.name, due: received + (ask.afterMs ?? 0), ask: sealed };
      tables.unit.add(ASKS, `${padTime(received)}${id}`, JSON.stringify(row));
    },
    answered: (member) => tables.unit.remove(ASKS, member),
    takeDead: (member) => takeDead(tables, member, (names, fate, reason, by) => bump(draft, names, fate, reason, by)),
    drift: (names, paths, received) => noteDrift(draft.drift, names, paths, received),
  };
}

function bump(draft: Draft, names: Names, fate: string, reason: string | null, by: number): void {
  const key = [names.channel, names.source, fate, reason ?? ''].join('|');
  draft.counts.set(key, (draft.counts.get(key) ?? 0) + by);
}

function closing(tables: Tables, draft: Draft, { now }: Deps): Pick<IdentityHands, 'commit' | 'forget'> {
  const forget = (): void => {
    Object.assign(draft, emptyDraft());
    tables.unit.reset();
  };
  return {
    forget,
    commit: async (partition, next, notes) => {
      const { dirty, counts, applied } = draft;
      await writeNotes(tables, { counts, partition, next, notes, dirty, now: now() });
      await writeImports(tables, draft.imports);
      await writeDrift(tables, draft.drift);
      const outbox = outboxMember(partition, next);
      if (isDirty(dirty)) tables.unit.add(OUTBOX, outbox, JSON.stringify(noteOf(dirty)));
      if ((await tables.unit.commit()) === 'stale') {
        forget();
        return null;
      }
      Object.assign(draft, emptyDraft());
      return { partition, next, applied, customers: [...dirty.customers], dirty, outbox };
    },
  };
}
