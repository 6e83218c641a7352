import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ImportView, Page, PageQuery } from '../../api/port.ts';
import { importNote, rejectsList } from '../../identity/imported.ts';
import { changeLists, chunksOf, memberAt } from '../../identity/store/lists.ts';
import { Problem } from '../../schemas/errors.ts';
import { FATES } from '../../schemas/fate.ts';
import type { House } from '../house.ts';

/**
 * An import as the store keeps it: the list `imports`, whose members are ids and sort by their beginning. What became
 * of its rows stands in a note that the consumer writes.
 */
export type ImportRow = {
  id: string;
  channel: string;
  source: string;
  /** Epoch ms. */
  created: number;
  /** `uploading`: its body is still coming in, and nothing of it is kept should that break off. */
  state: 'uploading' | 'running' | 'done' | 'failed';
  asked: string;
  kind: string | null;
  encoding: string | null;
  bytes: number;
  /** The spooled file, and the id of the directory it stands in: a process takes up its own imports alone. */
  spool: string;
  place: string;
  /** READING as it was when the import began. */
  reading: number;
  /** Sealed: the file's name, and the settings of the source as they were when it was sent. */
  sealed: string;
  error: string | null;
};
type Secret = { name: string | null; settings: Record<string, unknown> };

/** To be raised whenever files are cut into units or batches in another way: see ImportRow. */
export const READING = 2;
const IMPORTS = 'imports';
/** Ids of those that are neither done nor failed. */
const OPEN = 'imports-open';
const REJECTS_READ = 1_000;
const OPEN_READ = 100_000;
const ID = /^i_[0-9a-z]{9}_[0-9a-f]{16}$/;

/** Ids sort by the time of their beginning, newest last. */
const newId = (now: number): string => `i_${now.toString(36).padStart(9, '0')}_${randomBytes(8).toString('hex')}`;

export type ImportRows = ReturnType<typeof makeRows>;

/** Reads and writes what is kept of imports. `readOf`: bytes read so far of one that runs here. */
export function makeRows(house: House, readOf: (id: string) => number) {
  const { store, ring } = house;
  const find = async (id: string): Promise<ImportRow | null> => {
    if (!ID.test(id)) return null;
    const value = await memberAt(store, IMPORTS, id);
    return value === null ? null : rowOf(value);
  };
  const notesOf = (ids: readonly string[]) => house.reads.reader.notes(ids.map(importNote));
  const view = (row: ImportRow, note: Record<string, number> | null): ImportView => {
    const { id, channel, source, kind, encoding, bytes, error } = row;
    return {
      ...{ id, state: row.state === 'uploading' ? 'running' : row.state, kind, encoding, ...countsOf(note ?? {}) },
      ...{ rejects: `/v1/imports/${id}/rejects`, channel, source, name: secretOf(row).name },
      ...{ created: new Date(row.created).toISOString(), bytes, read: row.state === 'done' ? bytes : readOf(id) },
      ...(error === null ? {} : { error }),
    };
  };
  const secretOf = (row: ImportRow): Secret => {
    const secret: Secret = JSON.parse(ring.openText(row.sealed));
    return secret;
  };
  return {
    begin: (row: Pick<ImportRow, 'channel' | 'source' | 'asked' | 'place'>, secret: Secret): ImportRow => ({
      ...{ ...row, id: newId(house.now()), created: house.now(), state: 'uploading', kind: null, encoding: null },
      ...{ bytes: 0, spool: randomBytes(16).toString('hex'), reading: READING, error: null },
      sealed: ring.sealText(JSON.stringify(secret)),
    }),
    save: async (row: ImportRow): Promise<void> => {
      const ended = row.state === 'done' || row.state === 'failed';
      const mark = { list: OPEN, member: row.id, value: '1' };
      const add = [{ list: IMPORTS, member: row.id, value: JSON.stringify(row) }, ...(ended ? [] : [mark])];
      await changeLists(store, { add, remove: ended ? [mark] : [] });
    },
    settingsOf: (row: ImportRow): Record<string, unknown> => secretOf(row).settings,
    /** The number of the last batch that was applied. */
    applied: async (id: string): Promise<number> => (await notesOf([id]))[0]?.batch ?? 0,
    view: async (row: ImportRow): Promise<ImportView> => view(row, (await notesOf([row.id]))[0] ?? null),
    find,
    list: async ({ after, limit }: PageQuery): Promise<Page<ImportView>> => {
      if (after !== null && !ID.test(after)) throw new Problem('cursor_invalid', 'not a cursor of this list');
      const bounds = after === null ? {} : { before: after };
      const found = await store.range(IMPORTS, { ...bounds, reverse: true, limit: limit + 1 });
      const rows = found.slice(0, limit).map(({ value }) => rowOf(value));
      const notes = await notesOf(rows.map(({ id }) => id));
      const next = found.length > limit ? (rows[rows.length - 1]?.id ?? null) : null;
      return { items: rows.map((row, at) => view(row, notes[at] ?? null)), next };
    },
    open: async (): Promise<ImportRow[]> => {
      const marks = await store.range(OPEN, { limit: OPEN_READ });
      return (await Promise.all(marks.map(({ member }) => find(member)))).filter((row) => row !== null);
    },
    rejects: (id: string): Readable => Readable.from(rejectLines(house, id)),
  };
}

function rowOf(value: string): ImportRow {
  const row: ImportRow = JSON.parse(value);
  return row;
}

/** Rows, fates and reasons out of the note that the consumer keeps. */
function countsOf(note: Record<string, number>): Pick<ImportView, 'rows' | 'fates' | 'reasons'> {
  const { rows = 0, batch: _, ...counts } = note;
  const fates: ImportView['fates'] = {};
  const reasons: ImportView['reasons'] = {};
  for (const [key, count] of Object.entries(counts)) {
    const [told, reason = ''] = key.split('|');
    const fate = FATES.find((one) => one === told);
    if (!fate || count === 0) continue;
    fates[fate] = (fates[fate] ?? 0) + count;
    if (reason !== '') reasons[reason] = (reasons[reason] ?? 0) + count;
  }
  return { rows, fates, reasons };
}

async function* rejectLines(house: House, id: string): AsyncGenerator<string> {
  for await (const chunk of chunksOf(house.store, rejectsList(id), { size: REJECTS_READ }))
    yield chunk.map(({ value }) => `${value}\n`).join('');
}
