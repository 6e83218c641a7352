import type { ListEntry, ListMember, Range, Store } from './store/port.ts';

/**
 * A unit of work over the identity store: rows read once, changed in memory, written by one commit together with the
 * log position. Rows stay cached between units: in one process nobody else writes them, and where others do, the stamps
 * tell.
 */
export type Table<T> = {
  /** Reads what is not here yet, in one round trip. Rows must be loaded before `get`. */
  load(ids: readonly string[]): Promise<void>;
  get(id: string): T | null;
  /** The row for reading alone: it does not become part of what the next commit has seen. Undefined: not loaded. */
  peek(id: string): T | null | undefined;
  /** Also after changing a row in place. */
  put(id: string, row: T): void;
};
export type Codec<T> = { encode(row: T): string; decode(text: string): T };
export type Unit = {
  table<T>(prefix: string, codec?: Codec<T>): Table<T>;
  add(list: string, member: string, value: string): void;
  remove(list: string, member: string): void;
  /** The list as it will stand after the commit. */
  range(list: string, range: Range): Promise<ListMember[]>;
  /**
   * Writes all changes or, when another process was faster, none: then the cache is empty and the work is to be done
   * again.
   */
  commit(): Promise<'ok' | 'stale'>;
  /** Forgets all changes since the last commit. */
  reset(): void;
  /** Lets rows go where there are many; between units alone, when none has changed. A commit does so too. */
  trim(): void;
};

type Slot<T> = { row: T | null; stamp: number; dirty: boolean; seen: boolean };
type AnyTable = {
  collect(seen: Map<string, number>, put: Map<string, string | null>): void;
  done(): void;
  clear(): void;
};

/**
 * Rows kept in memory, all tables together, before the clean ones are let go: about what two batches touch. One takes
 * some 2 KiB, and beyond these few come again.
 */
const MAX_ROWS = 8_000;

export function json<T>(): Codec<T> {
  return {
    encode: (row) => JSON.stringify(row),
    decode: (text) => {
      const row: T = JSON.parse(text);
      return row;
    },
  };
}

export function makeUnit(store: Store): Unit {
  const tables: AnyTable[] = [];
  const lists = makeLists(store);
  let size = 0;
  const clear = (): void => {
    for (const table of tables) table.clear();
    lists.clear();
    size = 0;
  };
  const trim = (): void => {
    if (size > MAX_ROWS) clear();
  };
  return {
    table: <T>(prefix: string, codec: Codec<T> = json<T>()) => {
      const [table, any] = makeTable(store, prefix, codec, () => {
        size += 1;
      });
      tables.push(any);
      return table;
    },
    ...lists,
    commit: async () => {
      const seen = new Map<string, number>();
      const put = new Map<string, string | null>();
      for (const table of tables) table.collect(seen, put);
      const outcome = await store.commit({ seen, put, ...lists.changes() });
      if (outcome === 'stale') {
        clear();
        return 'stale';
      }
      for (const table of tables) table.done();
      lists.clear();
      trim();
      return 'ok';
    },
    reset: clear,
    trim,
  };
}

function makeTable<T>(store: Store, prefix: string, codec: Codec<T>, grew: () => void): [Table<T>, AnyTable] {
  const slots = new Map<string, Slot<T>>();
  const touched = new Map<string, Slot<T>>();
  const touch = (id: string, slot: Slot<T>): Slot<T> => {
    if (!slot.seen) {
      slot.seen = true;
      touched.set(id, slot);
    }
    return slot;
  };
  const table: Table<T> = {
    load: async (ids) => {
      const missing = ids.filter((id) => !slots.has(id));
      if (missing.length === 0) return;
      const rows = await store.read(missing.map((id) => prefix + id));
      for (const [at, id] of missing.entries()) {
        const { text, stamp } = rows[at] ?? { text: null, stamp: 0 };
        if (slots.has(id)) continue;
        slots.set(id, { row: text === null ? null : codec.decode(text), stamp, dirty: false, seen: false });
        grew();
      }
    },
    get: (id) => {
      const slot = slots.get(id);
      if (!slot) throw new Error(`row ${prefix}${id} was not loaded`);
      return touch(id, slot).row;
    },
    peek: (id) => slots.get(id)?.row,
    put: (id, row) => {
      const slot = slots.get(id);
      if (!slot) throw new Error(`row ${prefix}${id} was not loaded`);
      slot.row = row;
      touch(id, slot).dirty = true;
    },
  };
  const any: AnyTable = {
    collect: (seen, put) => {
      for (const [id, slot] of touched) {
        seen.set(prefix + id, slot.stamp);
        if (slot.dirty) put.set(prefix + id, slot.row === null ? null : codec.encode(slot.row));
      }
    },
    done: () => {
      for (const slot of touched.values()) {
        if (slot.dirty) slot.stamp += 1;
        slot.dirty = false;
        slot.seen = false;
      }
      touched.clear();
    },
    clear: () => {
      slots.clear();
      touched.clear();
    },
  };
  return [table, any];
}

function makeLists(store: Store) {
  const pending = new Map<string, Map<string, string | null>>();
  const change = (list: string, member: string, value: string | null): void => {
    const members = pending.get(list) ?? new Map<string, string | null>();
    pending.set(list, members.set(member, value));
  };
  return {
    add: (list: string, member: string, value: string): void => change(list, member, value),
    remove: (list: string, member: string): void => change(list, member, null),
    range: async (list: string, range: Range): Promise<ListMember[]> => {
      const changed = pending.get(list);
      if (!changed) return store.range(list, range);
      const stored = await store.range(list, { ...range, limit: range.limit + changed.size });
      const merged = new Map(stored.map(({ member, value }): [string, string] => [member, value]));
      for (const [member, value] of changed) {
        const inside =
          (range.after === undefined || member > range.after) && (range.before === undefined || member < range.before);
        if (!inside) continue;
        if (value === null) merged.delete(member);
        else merged.set(member, value);
      }
      const sorted = [...merged].sort(([a], [b]) => (a < b ? -1 : 1) * (range.reverse ? -1 : 1));
      return sorted.slice(0, range.limit).map(([member, value]) => ({ member, value }));
    },
    changes: (): { add: ListEntry[]; remove: { list: string; member: string }[] } => {
      const add: ListEntry[] = [];
      const remove: { list: string; member: string }[] = [];
      for (const [list, members] of pending) {
        for (const [member, value] of members) {
          if (value === null) remove.push({ list, member });
          else add.push({ list, member, value });
        }
      }
      return { add, remove };
    },
    clear: (): void => pending.clear(),
  };
}
