import { statfsSync } from 'node:fs';
import { type Database, open } from 'lmdb';
import { consumeLoop } from './consume.ts';
import { diskFull, lmdbFailure } from './failure.ts';
import type { Log, LogRecord, Position } from './port.ts';
import { openTail, type Tail } from './tail.ts';

/** One transaction takes calls up to about this much: enough to make a sync cheap, little enough to answer soon. */
const GROUP_BYTES = 8 << 20;
/** Left free on the disk, so that what the log has taken can still be applied by the stores beside it. */
const RESERVE_BYTES = 4 << 20;
/** Bytes of address space for the file: as for the identity store, and for the reason told there. */
const MAP_BYTES = 64 * 2 ** 30;
/** The last records stay in memory: a consumer that keeps up reads no disk. */
const TAIL_BYTES = 4 << 20;

type Call = { records: LogRecord[]; bytes: number; taken(): void; refused(error: unknown): void };
type State = {
  db: Database<Buffer, number>;
  directory: string;
  /** Offset for the next record; runs ahead of `end` while writes are under way. */
  next: number;
  /** After the last record on disk. */
  end: number;
  waiting: Call[];
  writing: Promise<void> | null;
  tail: Tail;
};

/**
 * The log on disk, one partition 0, offsets from 0. One process at a time. An append gets its offsets at the call;
 * calls made while a write is under way go into the next one together, and resolve when it is synced. A write that
 * fails rejects all its calls, takes nothing and leaves a gap in the offsets.
 */
export async function openEmbeddedLog(directory: string): Promise<Log> {
  const db = open<Buffer, number>({
    path: directory,
    noSubdir: false,
    encoding: 'binary',
    mapSize: MAP_BYTES,
    // A commit that has resolved is then on the disk, and there is no second promise to wait for.
    overlappingSync: false,
    // Otherwise the library wraps our batch into one of its own, whose rejection nobody could catch.
    eventTurnBatching: false,
  });
  const [last] = db.getKeys({ reverse: true, limit: 1 });
  const end = last === undefined ? 0 : last + 1;
  const state: State = { db, directory, next: end, end, waiting: [], writing: null, tail: openTail(TAIL_BYTES, end) };
  const loops = new Set<{ stop(): Promise<void> }>();
  let closed = false;
  return {
    append: async (records) => {
      if (closed) throw new Error('the log is closed');
      return append(state, records);
    },
    consume: async (consumer) => {
      const feed = { read: (from: number, limit: number) => readOn(state, from, limit), listen: state.tail.listen };
      const loop = consumeLoop(await consumer.start(0), consumer, feed);
      loops.add(loop);
      return loop;
    },
    read: async (partition, from, limit) => (partition === 0 ? readOn(state, from, limit) : []),
    ends: async () => new Map([[0, state.end]]),
    close: async () => {
      closed = true;
      await Promise.all([...loops].map((loop) => loop.stop()));
      while (state.writing) await state.writing;
      await db.close();
    },
  };
}

function append(state: State, values: readonly { value: Buffer }[]): Promise<Position[]> {
  if (values.length === 0) return Promise.resolve([]);
  const records = values.map(({ value }) => ({ partition: 0, offset: state.next++, value }));
  const bytes = records.reduce((sum, record) => sum + record.value.length, 0);
  return new Promise((resolve, reject) => {
    const taken = () => resolve(records.map(({ partition, offset }) => ({ partition, offset })));
    state.waiting.push({ records, bytes, taken, refused: reject });
    state.writing ??= writeAll(state);
  });
}

async function writeAll(state: State): Promise<void> {
  // Calls of the same turn of the event loop belong into one write.
  await new Promise((resolve) => setImmediate(resolve));
  while (state.waiting.length > 0) await writeGroup(state, takeGroup(state.waiting));
  // In the same turn as the last look: a call that comes after it starts the next write.
  state.writing = null;
}

function takeGroup(waiting: Call[]): Call[] {
  let bytes = 0;
  const cut = waiting.findIndex((call, at) => {
    bytes += call.bytes;
    return at > 0 && bytes > GROUP_BYTES;
  });
  return waiting.splice(0, cut < 0 ? waiting.length : cut);
}

async function writeGroup(state: State, group: Call[]): Promise<void> {
  const records = group.flatMap((call) => call.records);
  try {
    checkRoom(state.directory, records);
    await state.db.batch(() => {
      for (const { offset, value } of records) state.db.put(offset, value);
    });
  } catch (error) {
    const cause = await lmdbFailure(error);
    for (const call of group) call.refused(cause);
    return;
  }
  state.end = (records.at(-1)?.offset ?? state.end - 1) + 1;
  for (const call of group) call.taken();
  state.tail.push(records);
}

/** Refuses before LMDB has to: it prints its failures, and a write that stops half-way is work for nothing. */
function checkRoom(directory: string, records: readonly LogRecord[]): void {
  const { bavail, bsize, blocks } = statfsSync(directory);
  const bytes = records.reduce((sum, record) => sum + record.value.length, 0);
  // Pages are written anew with each change, so a write needs more than its bytes. Some file systems tell no sizes: 0
  // blocks.
  if (blocks > 0 && bavail * bsize < RESERVE_BYTES + 2 * bytes) throw diskFull();
}

function readOn(state: State, from: number, limit: number): LogRecord[] {
  const recent = state.tail.read(from, limit);
  if (recent) return recent;
  const found: LogRecord[] = [];
  for (const { key, value } of state.db.getRange({ start: from, end: state.end, limit: Math.max(limit, 0) })) {
    found.push({ partition: 0, offset: key, value });
  }
  return found;
}
