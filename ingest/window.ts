import { z } from 'zod';
import { beijingTime } from './time.ts';

/**
 * Overlapping windows of time, for platforms that are asked for what changed between two moments, page by page. Pure:
 * a cursor and a clock in, what to ask for next out.
 *
 * Within a window pages are read from the last to the first, as Taobao, JD and Pinduoduo advise: a record that changes
 * meanwhile leaves the window and draws all behind it one place to the front, that is to pages still unread. So a
 * window is first looked at (page null: ask for page 1 to learn how many there are), and only then read. The next
 * window begins `overlap` before the end of the last one, for what a platform shows late; repeats are dropped by event
 * id.
 */
export type WindowRule = {
  /** Epoch ms; no window ends after it. */
  now: number;
  /** How far back the very first window begins, ms. */
  reach: number;
  /** How far a window goes back behind the end of the one before, ms; less than `longest`. */
  overlap: number;
  /** The longest window that the platform takes, ms. */
  longest: number;
};

/** One call: from and to in epoch ms, on whole seconds, both inside; `page` from 1, null for the first look. */
export type Turn = { from: number; to: number; page: number | null };

const second = z.number().int().nonnegative();
const saved = z.union([
  z.object({ from: second, to: second, page: z.number().int().positive() }),
  z.object({ done: second }),
]);
/** What is kept between two turns: a window that is being read, or the end of the last one read whole. */
export type WindowCursor = z.infer<typeof saved>;

const wholeSecond = (ms: number): number => Math.max(0, Math.floor(ms / 1000) * 1000);

/** What to ask for next. A cursor that is none (the first turn, another version's) begins `reach` before now. */
export function turnAt(cursor: unknown, rule: WindowRule): Turn {
  const read = saved.safeParse(cursor);
  if (read.success && 'page' in read.data) return read.data;
  const now = wholeSecond(rule.now);
  const done = read.success && 'done' in read.data ? read.data.done : null;
  const from = wholeSecond(done === null ? now - rule.reach : Math.min(done, now) - rule.overlap);
  return { from, to: Math.min(from + wholeSecond(rule.longest), now), page: null };
}

/**
 * What follows a call that was answered; `pages`: how many the platform says the window has. `take`: whether the
 * records of this answer are to be kept: those of a first look at several pages are not, for page 1 is read again at
 * the end. `more`: whether to ask again at once.
 */
export function afterTurn(
  turn: Turn,
  pages: number,
  rule: WindowRule,
): { cursor: WindowCursor; more: boolean; take: boolean } {
  const { from, to, page } = turn;
  if (page === null && pages > 1) return { cursor: { from, to, page: pages }, more: true, take: false };
  if (page !== null && page > 1) return { cursor: { from, to, page: page - 1 }, more: true, take: true };
  return { cursor: { done: to }, more: to < wholeSecond(rule.now), take: true };
}

/** How many pages so many records make. */
export const pagesOf = (total: number, size: number): number => (total > 0 ? Math.ceil(total / size) : 0);

/** Epoch ms as the platforms' clocks write it: `2026-03-03 09:00:41`, Beijing. */
export function clockText(ms: number): string {
  return (beijingTime(ms) ?? '1970-01-01T08:00:00+08:00').slice(0, 19).replace('T', ' ');
}
