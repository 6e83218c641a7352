import type { ImportPart, Verdict } from '../ingest/port.ts';
import type { Fate } from '../schemas/fate.ts';
import type { Tables } from './tables.ts';

/**
 * What a commit writes of imports: rows by fate and reason, counted in the same transaction as the log position, so
 * that each entry counts once whatever was killed in between; and the refused rows, by line.
 */

/** The note of an import: `batch`, the last one applied; `rows`; and `fate|reason` for each of both. */
export const importNote = (id: string): string => `i:${id}`;
/** The list of an import's refused rows: members are lines, in their order. */
export const rejectsList = (id: string): string => `rejects:${id}`;
export type RejectRow = { line: number; reason: string; detail: string };

/** By import: what is to be added to its note. */
export type Imports = Map<string, { batch: number; counts: Map<string, number> }>;

const LISTED = new Set<Fate>(['dead-letter', 'quarantined']);
const LINE_DIGITS = 12;

export function tally(tables: Tables, imports: Imports, part: ImportPart, { fate, reason, detail }: Verdict): void {
  const { id, batch, lines } = part;
  const known = imports.get(id) ?? { batch, counts: new Map<string, number>() };
  imports.set(id, known);
  known.batch = Math.max(known.batch, batch);
  for (const key of ['rows', `${fate}|${reason ?? ''}`]) {
    known.counts.set(key, (known.counts.get(key) ?? 0) + lines.length);
  }
  if (reason === null || !LISTED.has(fate)) return;
  for (const line of lines) {
    const row: RejectRow = { line, reason, detail };
    const member = `${line.toString().padStart(LINE_DIGITS, '0')}-${reason}`;
    tables.unit.add(rejectsList(id), member, JSON.stringify(row));
  }
}

export async function writeImports(tables: Tables, imports: Imports): Promise<void> {
  await tables.notes.load([...imports.keys()].map(importNote));
  for (const [id, { batch, counts }] of imports) {
    const note = { ...tables.notes.get(importNote(id)) };
    note.batch = Math.max(note.batch ?? 0, batch);
    for (const [key, by] of counts) note[key] = (note[key] ?? 0) + by;
    tables.notes.put(importNote(id), note);
  }
}
