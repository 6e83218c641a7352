import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { Services } from '../api/port.ts';
import { CHANNELS } from '../ingest/channels.ts';
import { SpoolDamaged } from '../ingest/import/spool.ts';
import { Problem } from '../schemas/errors.ts';
import type { House } from './house.ts';
import { watched } from './imports/batches.ts';
import { type ImportRow, type ImportRows, makeRows, READING } from './imports/rows.ts';
import { Away, runImport, settled } from './imports/run.ts';
import { makeSpools, refuseFull, type Spools } from './imports/spools.ts';
import { makeTurns } from './imports/turns.ts';

/**
 * File imports. A file is taken once it stands sealed on the disk; from then on it is read to its end whatever comes in
 * between: after a crash the number of the last batch applied tells where to go on.
 */
export type Imports = Services['imports'] & {
  /** Takes up what an earlier process left, beside all else. Before the doors open: it removes broken uploads. */
  resume(): Promise<void>;
  /** Stops at the next safe point; what is not done goes on at the next start. */
  halt(): Promise<void>;
};

const ANSWER_MS = 10_000;
const RETRY_MS = 1_000;
/** Large files that are read at once; each may hold open receipts and a table of places. */
const AT_ONCE = 4;
/** Smaller ones wait for nobody, in bytes. */
const SMALL = 4 * 1024 * 1024;

type Running = { work: Promise<void>; read: number };
type Room = {
  house: House;
  rows: ImportRows;
  spools: Spools;
  running: Map<string, Running>;
  halting: AbortController;
  turn<T>(work: () => Promise<T>): Promise<T>;
};
/** Who sent the file and waits for an answer: a full disk is told to them while nothing is in the log. */
type Caller = { waits: boolean; refusal: Problem | null };

export function makeImports(house: House, directory: string): Imports {
  const running: Room['running'] = new Map();
  const rows = makeRows(house, (id) => running.get(id)?.read ?? 0);
  const spools = makeSpools(directory, house.ring);
  const room: Room = { house, rows, spools, running, halting: new AbortController(), turn: makeTurns(AT_ONCE) };
  const find = rows.find;
  return {
    run: (channel, source, options, body) => run(room, { channel, source, ...options }, body),
    get: async (id) => {
      const row = await find(id);
      return row && rows.view(row);
    },
    list: rows.list,
    rejects: async (id) => ((await find(id)) ? rows.rejects(id) : null),
    resume: () => resume(room),
    halt: async () => {
      room.halting.abort(new Problem('not_ready', 'the service is about to end'));
      await Promise.allSettled([...running.values()].map(({ work }) => work));
    },
  };
}

type Asked = { channel: string; source: string; kind: string; name: string | null };

async function run(room: Room, asked: Asked, body: Readable): ReturnType<Imports['run']> {
  const { house, rows, spools, halting } = room;
  const { channel, source, kind, name } = asked;
  const settings = await settingsOf(house, asked);
  halting.signal.throwIfAborted();
  const row = rows.begin({ channel, source, asked: kind, place: await spools.place() }, { name, settings });
  await rows.save(row).catch(refuseFull);
  const stop = (): unknown => body.destroy(halting.signal.reason);
  halting.signal.addEventListener('abort', stop);
  try {
    row.bytes = await spools.take(row, body);
    row.state = 'running';
    await rows.save(row).catch(refuseFull);
  } catch (error) {
    await fail(room, row, 'the upload broke off').catch(() => undefined);
    throw error;
  } finally {
    halting.signal.removeEventListener('abort', stop);
  }
  const caller: Caller = { waits: true, refusal: null };
  const work = begin(room, row, caller);
  const late = pause(ANSWER_MS, undefined, { ref: false });
  await Promise.race([work, late]);
  caller.waits = false;
  if (caller.refusal) throw caller.refusal;
  return rows.view(row);
}

/** The settings of a source that takes such files. Throws Problem. */
async function settingsOf(house: House, { channel, source, kind }: Asked): Promise<Record<string, unknown>> {
  const configured = await house.sources.get(channel, source);
  const definition = CHANNELS.get(channel);
  if (!configured || !definition) throw new Problem('source_unknown', 'no such channel or source is configured');
  const { files } = definition;
  if (!files) throw new Problem('source_unknown', `the channel ${channel} takes no files`);
  if (kind !== 'auto' && !files.kinds.includes(kind)) {
    throw new Problem('body_malformed', `kind is one of ${['auto', ...files.kinds].join(', ')}`);
  }
  const parsed = definition.settings.safeParse(configured.settings);
  if (parsed.success) return configured.settings;
  throw new Problem('source_incomplete', `setting ${parsed.error.issues[0]?.path.join('.') ?? ''} is missing or wrong`);
}

/** Starts the work on a file that stands on the disk. What it resolves to is told by its row. */
function begin(room: Room, row: ImportRow, caller: Caller | null): Promise<void> {
  const goOn = (): Promise<void> => untilDone(room, row, caller);
  const work = row.bytes <= SMALL ? goOn() : room.turn(goOn);
  room.running.set(row.id, { work, read: 0 });
  return work.finally(() => room.running.delete(row.id));
}

async function untilDone(room: Room, row: ImportRow, caller: Caller | null): Promise<void> {
  const { signal } = room.halting;
  for (let again = caller === null; !signal.aborted; again = true) {
    try {
      const wrong = await attempt(room, row, caller, again);
      return await (wrong === null ? end(room, row, 'done') : fail(room, row, wrong));
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Away) await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
      else {
        if (caller && error instanceof Problem) caller.refusal = error;
        return fail(room, row, explain(error)).catch(() => undefined);
      }
    }
  }
}

const explain = (error: unknown): string =>
  error instanceof Problem
    ? error.message
    : error instanceof SpoolDamaged
      ? 'the file as it was kept is damaged: send it again'
      : 'the file could not be read to its end: send it again';

/** Reads the file once and puts into the log what is not there yet; gives what is wrong with it, or null. */
async function attempt(room: Room, row: ImportRow, caller: Caller | null, again: boolean): Promise<string | null> {
  const { house, rows, spools, running } = room;
  const { signal } = room.halting;
  if (again) await settled(house, signal);
  const done = again ? await rows.applied(row.id) : 0;
  if (row.reading !== READING) return 'begun by a version that reads files in another way: send it again';
  const upload = await spools.open(row);
  const files = CHANNELS.get(row.channel)?.files;
  if (!upload || !files) return 'the file as it was kept is gone: send it again';
  const seen = watched(upload, (read) => {
    signal.throwIfAborted();
    const known = running.get(row.id);
    if (known) known.read = read;
  });
  const units = files.read(seen, { kind: row.asked, settings: rows.settingsOf(row) });
  const refusable = (): boolean => caller?.waits === true;
  return runImport(house, { row, units, done, signal, refusable, save: (next) => persist(room, next) });
}

/** Writes a row for as long as it takes: a store that is full or away comes back. */
async function persist({ rows, halting }: Room, row: ImportRow): Promise<void> {
  for (;;) {
    try {
      return await rows.save(row);
    } catch {
      await pause(RETRY_MS, undefined, { signal: halting.signal });
    }
  }
}

/** The row first: a file without a row is removed at the next start, a row without its file would have failed. */
async function end(room: Room, row: ImportRow, state: 'done' | 'failed'): Promise<void> {
  row.state = state;
  await persist(room, row);
  await room.spools.remove(row);
}

async function fail(room: Room, row: ImportRow, error: string): Promise<void> {
  row.error = error;
  await end(room, row, 'failed');
}

async function resume(room: Room): Promise<void> {
  const place = await room.spools.place();
  const open = await room.rows.open();
  const mine = open.filter((row) => room.house.alone || row.place === place);
  await room.spools.sweep(mine);
  for (const row of mine) {
    if (row.state === 'running') void begin(room, row, null);
    else await fail(room, row, 'the service ended while the file was sent: send it again');
  }
}
