/**
 * The identity store: rows found by key, and ordered lists, both of text. LMDB in process, Redis by URL.
 *
 * A row has a stamp, a number that grows by one with each write of the row; an absent row has stamp 0.
 * Writes are optimistic: a commit says which stamps it saw and is refused as a whole when one has changed since.
 * Log positions are rows like any other, so state and position are one write.
 */
export type StoreRow = { text: string | null; stamp: number };

/** Members of a list are ordered by their UTF-8 bytes; the same member again replaces its value. Members are ASCII. */
export type ListEntry = { list: string; member: string; value: string };
export type ListMember = { member: string; value: string };

export type Range = {
  /** Exclusive bounds; absent means open. */
  after?: string;
  before?: string;
  limit: number;
  /** Greatest member first. */
  reverse?: boolean;
};

export type Commit = {
  /** Every row read on the way here with the stamp it had, absent rows (0) too. */
  seen: ReadonlyMap<string, number>;
  /** New texts; null removes the row. */
  put: ReadonlyMap<string, string | null>;
  add: readonly ListEntry[];
  remove: readonly { list: string; member: string }[];
};

export interface Store {
  /** Rows in the order of the keys. */
  read(keys: readonly string[]): Promise<StoreRow[]>;
  range(list: string, range: Range): Promise<ListMember[]>;
  /** `stale`: something seen has changed since; nothing was written. Visible to reads once it resolves. */
  commit(commit: Commit): Promise<'ok' | 'stale'>;
  /** Resolves when everything committed so far would survive the machine, not only the process. */
  flushed(): Promise<void>;
  close(): Promise<void>;
}
