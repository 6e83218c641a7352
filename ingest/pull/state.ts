import { z } from 'zod';
import { backoff, type Failure, passes } from './attempt.ts';

/** What is kept of a pull between its turns. Times are epoch ms; sealed at rest, since a cursor may hold anything. */
const time = z.number().nullable();
export const pullState = z.object({
  cursor: z.unknown().optional(),
  /** When the last turn began, and when a page last went well. */
  turn: time,
  success: time,
  /** When the next turn is to begin. */
  due: z.number(),
  /** Items put into the log, repeats included; failures. */
  items: z.number(),
  errors: z.number(),
  /** Failures since the last success. */
  tries: z.number(),
  error: z.object({ why: z.string(), detail: z.string(), at: z.number() }).nullable(),
});
export type PullState = z.infer<typeof pullState>;

export const NEW_PULL: PullState = { turn: null, success: null, due: 0, items: 0, errors: 0, tries: 0, error: null };

/** No wait is longer: what is due later was written by a clock that ran ahead. */
const LONGEST_MS = 2 * 86_400_000;

export const isDue = ({ due }: PullState, now: number): boolean => due <= now || due - now > LONGEST_MS;

export function afterPage(state: PullState, page: { cursor: unknown; items: number }, now: number): PullState {
  const items = state.items + page.items;
  return { ...state, cursor: page.cursor, items, success: now, tries: 0, error: null };
}

/** The cursor stays. What may pass by itself is tried again soon; what waits for a person at the next ordinary turn. */
export function afterFailure(state: PullState, failure: Failure, everyMs: number, now: number): PullState {
  const wait = passes(failure) ? backoff(failure, state.tries) : everyMs;
  const error = { why: failure.why, detail: failure.detail, at: now };
  return { ...state, errors: state.errors + 1, tries: state.tries + 1, error, due: now + wait };
}
