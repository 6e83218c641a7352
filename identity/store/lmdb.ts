import { type Database, open } from 'lmdb';
import { lmdbFailure } from './failure.ts';
import type { Commit, ListMember, Range, Store, StoreRow } from './port.ts';

/** LMDB takes 1,978 bytes of key; a control character counts double in the ordered encoding. */
const KEY_BYTES = 1_900;
/** Above every ASCII member. */
const LAST = '\u{10ffff}';
/**
 * Numbers of free pages that the library holds in memory and, with every commit, writes whole. Its own limits of
 * 50,000 and 75,000 make the smallest commit wait 6 ms and more after some large ones; with these it is under 1 ms,
 * and the file grows no faster.
 */
const FREE_PAGES = { maxFreeSpaceToLoad: 2_000, maxFreeSpaceToRetain: 2_000 };
/**
 * Rows are read one by one, all over the file. Where it is larger than the memory, what the system would read ahead
 * with each of them takes the place of pages that come again. (The types of the library do not know the option.)
 */
const NO_READ_AHEAD = { noReadAhead: true };
/**
 * Bytes of address space for the file, of which nothing is held before it is there. Without it the library begins small
 * and maps the file again each time it has outgrown that, and keeps the older maps: the same pages then count twice. A
 * file that outgrows this is mapped again in the same way.
 */
const MAP_BYTES = 64 * 2 ** 30;
/** Stamps stand before the text, in base 36: `1z|text`. */
const BAR = 0x7c;
const ABSENT: StoreRow = { text: null, stamp: 0 };

type ListKey = [list: string, member: string];
type Tables = { rows: Database<string, string>; lists: Database<string, ListKey> };
type Put = { key: string; value: string | null };

/**
 * The store in process, in a directory of its own; one process at a time. Reads are gets from the memory map. Commits
 * run one after the other, each one LMDB transaction written and synced by a thread of the library: a commit that has
 * resolved survives the process and the machine. A full disk rejects it with an error whose `code` is `ENOSPC` and
 * changes nothing.
 */
export async function openLmdbStore(directory: string): Promise<Store> {
  const root = open({
    path: directory,
    noSubdir: false,
    maxDbs: 4,
    mapSize: MAP_BYTES,
    ...FREE_PAGES,
    ...NO_READ_AHEAD,
    // A commit that has resolved is then on the disk. It is no slower here, and with it `flushed` would hang after a
    // write that failed.
    overlappingSync: false,
    // Otherwise the library wraps our batch into one of its own, whose rejection nobody could catch.
    eventTurnBatching: false,
  });
  const tables: Tables = {
    rows: root.openDB<string, string>({ name: 'rows', encoding: 'string' }),
    lists: root.openDB<string, ListKey>({ name: 'lists', encoding: 'string' }),
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    read: async (keys) => keys.map((key) => readRow(tables.rows, key)),
    range: async (list, range) => readRange(tables.lists, list, range),
    commit: async (commit) => {
      checkKeys(commit);
      // The stamps are compared and the writes issued with no other commit in between: that is what makes it one step.
      const next = last.then(() => write(root, tables, commit));
      last = next.catch(() => undefined);
      return next;
    },
    flushed: async () => {
      await last;
    },
    close: async () => {
      await last;
      await root.close();
    },
  };
}

function readRow(rows: Database<string, string>, key: string): StoreRow {
  const value = rows.get(key);
  if (value === undefined) return ABSENT;
  const bar = value.indexOf('|');
  return { stamp: Number.parseInt(value.slice(0, bar), 36), text: value.slice(bar + 1) };
}

/** The stamp alone, without decoding the text. */
function stampOf(rows: Database<string, string>, key: string): number {
  const bytes = rows.getBinaryFast(key);
  return bytes === undefined ? 0 : Number.parseInt(bytes.toString('latin1', 0, bytes.indexOf(BAR)), 36);
}

function readRange(lists: Database<string, ListKey>, list: string, range: Range): ListMember[] {
  const low: ListKey = [list, range.after ?? ''];
  const high: ListKey = [list, range.before ?? LAST];
  const bounds = range.reverse ? { start: high, end: low, reverse: true } : { start: low, end: high };
  const found: ListMember[] = [];
  if (range.limit < 1) return found;
  // Two more than asked: LMDB counts the bounds, which are none of ours.
  for (const { key, value } of lists.getRange({ ...bounds, inclusiveEnd: true, limit: range.limit + 2 })) {
    const member = key[1];
    if (member === range.after || member === range.before) continue;
    found.push({ member, value });
    if (found.length === range.limit) break;
  }
  return found;
}

async function write(root: Database, tables: Tables, commit: Commit): Promise<'ok' | 'stale'> {
  for (const [key, stamp] of commit.seen) {
    if (stampOf(tables.rows, key) !== stamp) return 'stale';
  }
  const puts = stampedPuts(tables.rows, commit);
  try {
    await root.batch(() => {
      for (const { key, value } of puts) {
        if (value === null) tables.rows.remove(key);
        else tables.rows.put(key, value);
      }
      for (const { list, member } of commit.remove) tables.lists.remove([list, member]);
      for (const { list, member, value } of commit.add) tables.lists.put([list, member], value);
    });
  } catch (error) {
    throw await lmdbFailure(error);
  }
  return 'ok';
}

/** Sorted by key: the pages of the tree are then visited once each. */
function stampedPuts(rows: Database<string, string>, commit: Commit): Put[] {
  const puts: Put[] = [];
  for (const [key, text] of commit.put) {
    const stamp = commit.seen.get(key) ?? stampOf(rows, key);
    puts.push({ key, value: text === null ? null : `${(stamp + 1).toString(36)}|${text}` });
  }
  return puts.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Before anything is written: a key refused in the middle would leave half a commit. */
function checkKeys(commit: Commit): void {
  for (const key of commit.put.keys()) checkLength(key.length);
  for (const { list, member } of commit.add) checkLength(list.length + member.length);
  for (const { list, member } of commit.remove) checkLength(list.length + member.length);
}

function checkLength(length: number): void {
  if (length < 1 || length > KEY_BYTES) throw new RangeError(`a store key has 1 to ${KEY_BYTES} ASCII characters`);
}
