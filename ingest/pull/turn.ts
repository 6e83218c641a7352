import type { BadItem, Item, PulledPage } from '../channel.ts';
import { attempt, backoff, type Failure, passes } from './attempt.ts';
import { afterFailure, afterPage, type PullState } from './state.ts';

/** What a turn works with. */
export type TurnHands = {
  next(cursor: unknown): Promise<PulledPage>;
  /** Resolves once the items are in the log, on disk. */
  append(items: readonly (Item | BadItem)[]): Promise<void>;
  dropTokens(): void;
  now(): number;
  /** Ends early once true: what was not saved is read again. */
  stopped(): boolean;
};

const STILL: Failure = { why: 'failed', detail: 'more to read, but no items and the cursor as before' };

/** The next page, in the log. A page that says there is more and moves nothing would be read for ever. */
async function readPage(hands: TurnHands, cursor: unknown): ReturnType<typeof attempt<PulledPage>> {
  const got = await attempt(() => hands.next(cursor), hands.dropTokens);
  if (!got.ok || hands.stopped()) return got;
  const { items, more, cursor: next } = got.value;
  if (more && items.length === 0 && JSON.stringify(next) === JSON.stringify(cursor))
    return { ok: false, failure: STILL };
  await hands.append(items);
  return got;
}

/**
 * One turn of a pull: page by page, each in the log before its cursor is saved, until there is no more or `budgetMs` is
 * used up. A process that dies in between reads a page again, and its events are known by their ids.
 */
export async function pullTurn(
  hands: TurnHands & { save(state: PullState): Promise<void> },
  begun: PullState,
  { everyMs, budgetMs }: { everyMs: number; budgetMs: number },
): Promise<PullState> {
  const { now, save } = hands;
  const until = now() + budgetMs;
  let state: PullState = { ...begun, turn: now() };
  for (;;) {
    const got = await readPage(hands, state.cursor);
    if (hands.stopped()) return state;
    if (got.ok) {
      const { items, cursor, more } = got.value;
      state = afterPage(state, { cursor, items: items.length }, now());
      state.due = more ? now() : now() + everyMs;
    } else state = afterFailure(state, got.failure, everyMs, now());
    await save(state);
    if (!got.ok || !got.value.more || now() >= until) return state;
  }
}

/** How far the reading of a part of the past is. */
export type RangeState = { cursor?: unknown; items: number; tries: number };

/** Failures in a row after which it is given up. */
const MOST_TRIES = 12;

/**
 * Reads a part of the past to its end. `save` may throw to stop it. Throws with `why: detail` where the platform
 * refuses, or did not answer often enough; what was read stays.
 */
export async function pullRange(
  hands: TurnHands & { save(state: RangeState): Promise<void>; sleep(ms: number): Promise<void> },
  begun: RangeState,
): Promise<RangeState> {
  let state = begun;
  for (;;) {
    const got = await readPage(hands, state.cursor);
    if (hands.stopped()) return state;
    if (got.ok) state = { cursor: got.value.cursor, items: state.items + got.value.items.length, tries: 0 };
    else {
      const { failure } = got;
      if (!passes(failure) || state.tries >= MOST_TRIES) throw new Error(`${failure.why}: ${failure.detail}`);
      await hands.sleep(backoff(failure, state.tries));
      state = { ...state, tries: state.tries + 1 };
    }
    await hands.save(state);
    if (got.ok && !got.value.more) return state;
  }
}
