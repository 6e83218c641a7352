import type { ChangeNote } from '../ingest/port.ts';
import type { Dirty } from '../profiles/port.ts';
import type { Span } from './port.ts';
import { memberAt } from './store/lists.ts';
import type { Tables } from './tables.ts';

/** What a commit writes beside rows of identity: counts of fates, the position, the change feed, the outbox. */

/** A dead letter as it is kept: the list `q`, whose members are their ids and sort by arrival. */
export type DeadRow = {
  received: number;
  channel: string;
  source: string;
  fate: string;
  reason: string;
  detail: string;
  /** Sealed: the log entry. */
  entry: string;
  /** Hash of the event whose place its content takes when it is replayed. */
  corrects?: string;
};
export const DEAD = 'q';
const MEMBER = /^\d{16}(\d+)-(\d+)(?:-\d+)?$/;

/** The log record that a dead letter was made of, by the letter's id; null for what is no such id. */
export function positionOf(member: string): { partition: number; offset: number } | null {
  const [, partition, offset] = MEMBER.exec(member) ?? [];
  return offset === undefined ? null : { partition: Number(partition), offset: Number(offset) };
}

/**
 * What a platform is still to be asked: the list `asks`, oldest first. `due` in epoch ms; `ask` is sealed, and `name`
 * is what it is called in the channel. `tries` failed so far, the first of them at `since`.
 */
export type AskRow = {
  channel: string;
  source: string;
  name: string;
  due: number;
  ask: string;
  tries?: number;
  since?: number;
};
export const ASKS = 'asks';

/** What is still to be told to the analytic store: the list `outbox`, one member a commit, removed once it is told. */
export type OutboxNote = { events: string[]; orders: string[]; anchors: [string, Span[]][]; customers: string[] };
export const OUTBOX = 'outbox';
/** The change feed: one member a commit, named by the seq of the last change in it. */
export const CHANGES = 'changes';
export type ChangesNote = { time: number; changes: ChangeNote[] };
export const FATES = 'fates';
const SEQ = 'seq';

export const seqText = (seq: number): string => seq.toString().padStart(16, '0');
export const outboxMember = (partition: number, next: number): string => `${partition}-${seqText(next)}`;

export function nothingDirty(): Dirty {
  return { events: new Set(), orders: new Set(), anchors: new Map(), customers: new Set() };
}

export function isDirty(dirty: Dirty): boolean {
  return dirty.events.size + dirty.orders.size + dirty.anchors.size + dirty.customers.size > 0;
}

export function noteOf(dirty: Dirty): OutboxNote {
  return {
    events: [...dirty.events],
    orders: [...dirty.orders],
    anchors: [...dirty.anchors],
    customers: [...dirty.customers],
  };
}

type Written = {
  counts: ReadonlyMap<string, number>;
  partition: number;
  next: number;
  notes: readonly ChangeNote[];
  dirty: Dirty;
  now: number;
};

export async function writeNotes(tables: Tables, written: Written): Promise<void> {
  const { counts, partition, next, notes, dirty } = written;
  await tables.notes.load([FATES, SEQ, `p${partition}`]);
  tables.notes.put(`p${partition}`, { next });
  if (counts.size > 0) {
    const fates = { ...tables.notes.get(FATES) };
    for (const [key, by] of counts) fates[key] = (fates[key] ?? 0) + by;
    tables.notes.put(FATES, fates);
  }
  const changes = changesOf(tables, notes, dirty);
  if (changes.length === 0) return;
  const seq = (tables.notes.get(SEQ)?.next ?? 0) + changes.length;
  const told: ChangesNote = { time: written.now, changes };
  tables.unit.add(CHANGES, seqText(seq), JSON.stringify(told));
  tables.notes.put(SEQ, { next: seq });
}

/** What happened in the order it did, then one `updated` for every customer that was changed and not told of yet. */
function changesOf(tables: Tables, notes: readonly ChangeNote[], dirty: Dirty): ChangeNote[] {
  const told = new Set(notes.flatMap(({ id, other }) => [id, other]));
  const updated = [...dirty.customers].filter(
    (id) => !told.has(id) && (tables.customers.get(id)?.anchors.length ?? 0) > 0,
  );
  return [...notes, ...updated.map((id): ChangeNote => ({ what: 'updated', id }))];
}

type Bump = (names: { channel: string; source: string }, fate: string, reason: string | null, by: number) => void;

/**
 * Takes a replayed dead letter off the list, and out of the counts: it moves, it is not added. Null where it is not
 * there: it was replayed before. Two processes that take the same one both write the counts, so one of them is late.
 */
export async function takeDead(
  tables: Tables,
  member: string,
  bump: Bump,
): Promise<{ corrects: string | null } | null> {
  const value = await memberAt(tables.unit, DEAD, member);
  if (value === null) return null;
  const row: DeadRow = JSON.parse(value);
  bump(row, row.fate, row.reason, -1);
  tables.unit.remove(DEAD, member);
  return { corrects: row.corrects ?? null };
}
