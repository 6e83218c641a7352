import type { LogRecord } from './port.ts';

export type Tail = {
  /** Records that have just become durable, in order; wakes who waits. */
  push(records: readonly LogRecord[]): void;
  /** Records from an offset on; undefined where the tail does not reach back so far. */
  read(from: number, limit: number): LogRecord[] | undefined;
  /** Has `wake` called at each push, until the function it answers with is called. */
  listen(wake: () => void): () => void;
};

/** The last records of a log in memory, about `maxBytes` of them. It holds every durable record from `start` on. */
export function openTail(maxBytes: number, start: number): Tail {
  let records: LogRecord[] = [];
  let bytes = 0;
  let first = start;
  const listeners = new Set<() => void>();
  return {
    push: (more) => {
      for (const record of more) {
        records.push(record);
        bytes += record.value.length;
      }
      // Only when twice over the limit, so that each record is moved about once.
      if (bytes > 2 * maxBytes) {
        let cut = 0;
        while (bytes > maxBytes && cut < records.length) bytes -= records[cut++]?.value.length ?? 0;
        const last = records.at(-1);
        records = records.slice(cut);
        first = records[0]?.offset ?? (last ? last.offset + 1 : first);
      }
      for (const wake of listeners) wake();
    },
    read: (from, limit) => {
      if (from < first) return undefined;
      const at = firstAtOrAfter(records, from);
      return records.slice(at, at + Math.max(limit, 0));
    },
    listen: (wake) => {
      listeners.add(wake);
      return () => listeners.delete(wake);
    },
  };
}

/** Offsets have gaps, so the place is searched. */
function firstAtOrAfter(records: readonly LogRecord[], offset: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((records[middle]?.offset ?? offset) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
