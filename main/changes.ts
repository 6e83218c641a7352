import type { ChangeView, Services } from '../api/port.ts';
import { CHANGES, seqText } from '../identity/commit.ts';
import { Problem } from '../schemas/errors.ts';
import type { House } from './house.ts';

/** The change feed: a reader that keeps the last `next` misses nothing. */
type Stored = { what: ChangeView['what']; id: string; other?: string; time: number };
const POLL_MS = 250;

export function makeChanges(house: House): Services['changes'] {
  const waiting = new Set<() => void>();
  house.onChange(() => {
    for (const wake of [...waiting]) wake();
  });
  const read = async (after: string, limit: number): Promise<ChangeView[]> => {
    const found = await house.store.range(CHANGES, { after: seqText(Number(after)), limit });
    return found.map(({ member, value }) => {
      const { time, what, id, other }: Stored = JSON.parse(value);
      return {
        seq: Number(member).toString(),
        time: new Date(time).toISOString(),
        what,
        id,
        ...(other ? { other } : {}),
      };
    });
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
      const items = await read(from, limit);
      const left = until - house.now();
      if (items.length > 0 || left <= 0) return { items, next: items[items.length - 1]?.seq ?? from };
      await woken(Math.min(left, POLL_MS));
    }
  };
}
