import type { ChangeView, Services } from '../api/port.ts';
import { CHANGES, type ChangesNote, seqText } from '../identity/commit.ts';
import { Problem } from '../schemas/errors.ts';
import type { House } from './house.ts';

/** The change feed: a reader that keeps the last `next` misses nothing. */
const POLL_MS = 250;
/** Commits read at a time. */
const CHUNK = 20;

export function makeChanges(house: House): Services['changes'] {
  const waiting = new Set<() => void>();
  house.onChange(() => {
    for (const wake of [...waiting]) wake();
  });
  const read = async (after: number, limit: number): Promise<ChangeView[]> => {
    const items: ChangeView[] = [];
    for (let at = seqText(after); items.length < limit; ) {
      const found = await house.store.range(CHANGES, { after: at, limit: CHUNK });
      for (const { member, value } of found) {
        const { time, changes }: ChangesNote = JSON.parse(value);
        const before = Number(member) - changes.length;
        const stamp = new Date(time).toISOString();
        for (const [index, change] of changes.entries()) {
          const seq = before + index + 1;
          if (seq > after) items.push({ seq: seq.toString(), time: stamp, ...change });
        }
      }
      const last = found[found.length - 1];
      if (!last || found.length < CHUNK) break;
      at = last.member;
    }
    return items.slice(0, limit);
  };
  /** Woken by a commit of this process; other processes' commits are found by looking again. */
  const woken = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        waiting.delete(done);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, ms);
      waiting.add(done);
    });
  return async (after, limit, waitMs) => {
    const from = after ?? '0';
    if (!/^\d{1,16}$/.test(from)) throw new Problem('cursor_invalid', 'after is a seq of this feed');
    const until = house.now() + waitMs;
    for (;;) {
      const items = await read(Number(from), limit);
      const left = until - house.now();
      if (items.length > 0 || left <= 0) return { items, next: items[items.length - 1]?.seq ?? from };
      await woken(Math.min(left, POLL_MS));
    }
  };
}
