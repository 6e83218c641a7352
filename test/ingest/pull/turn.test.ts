import { describe, expect, it } from 'vitest';
import type { BadItem, Item, PulledPage } from '../../../ingest/channel.ts';
import { PlatformError } from '../../../ingest/platform.ts';
import { isDue, NEW_PULL, type PullState } from '../../../ingest/pull/state.ts';
import { pullRange, pullTurn, type RangeState } from '../../../ingest/pull/turn.ts';

const OPTIONS = { everyMs: 60_000, budgetMs: 10_000 };
const item = (body: string): Item => ({ body, meta: {} });

/** A platform with so many pages, and a log; what happens stands in `told` in its order. */
function stage(pages: number) {
  const clock = { now: 1_000 };
  const told: string[] = [];
  const faults: unknown[] = [];
  const saved: PullState[] = [];
  let stopped = false;
  const hands = {
    next: async (cursor: unknown): Promise<PulledPage> => {
      const fault = faults.shift();
      if (fault) throw fault;
      const page = typeof cursor === 'number' ? cursor : 0;
      told.push(`page ${page}`);
      return { items: [item(`${page}`)], cursor: page + 1, more: page + 1 < pages };
    },
    append: async (items: readonly (Item | BadItem)[]) => void told.push(`log ${items.map(({ body }) => body).join()}`),
    save: async (state: PullState) => {
      told.push(`cursor ${state.cursor}`);
      saved.push(state);
    },
    dropTokens: () => void told.push('tokens dropped'),
    now: () => clock.now,
    stopped: () => stopped,
    stop: () => {
      stopped = true;
    },
  };
  return { clock, told, faults, saved, hands };
}

describe('a turn', () => {
  it('puts each page into the log before its cursor is saved, to the end', async () => {
    const { told, hands } = stage(2);
    const state = await pullTurn(hands, NEW_PULL, OPTIONS);
    expect(told).toEqual(['page 0', 'log 0', 'cursor 1', 'page 1', 'log 1', 'cursor 2']);
    expect(state).toMatchObject({ cursor: 2, items: 2, turn: 1_000, success: 1_000, due: 61_000, error: null });
  });

  it('goes on from its cursor in the next one, once its time is used up', async () => {
    const { clock, told, hands } = stage(5);
    const append = async (): Promise<void> => {
      clock.now += 6_000;
    };
    const slow = { ...hands, append };
    const state = await pullTurn(slow, NEW_PULL, OPTIONS);
    expect([state.cursor, isDue(state, clock.now)]).toEqual([2, true]);
    await pullTurn(hands, state, OPTIONS);
    expect(told.filter((one) => one.startsWith('page'))).toEqual(['page 0', 'page 1', 'page 2', 'page 3', 'page 4']);
  });

  it.each([
    [new PlatformError('throttled', 'code 7', 3_000), 'throttled', 3_000],
    [new PlatformError('throttled', 'code 7'), 'throttled', 1_000],
    [new PlatformError('unreachable', 'host: ECONNRESET'), 'unreachable', 1_000],
    [new PlatformError('refused', 'code 40001'), 'refused', 60_000],
    [new PlatformError('gone', 'code 4'), 'gone', 60_000],
    [new TypeError('13900001234 is no function'), 'failed', 60_000],
  ])('%s: the cursor stays, and it is tried again', async (fault, why, wait) => {
    const { clock, faults, hands } = stage(3);
    const half = await pullTurn(
      { ...hands, next: async () => ({ items: [], cursor: 2, more: false }) },
      NEW_PULL,
      OPTIONS,
    );
    faults.push(fault);
    const state = await pullTurn(hands, half, OPTIONS);
    expect(state).toMatchObject({ cursor: 2, tries: 1, errors: 1, due: clock.now + wait, error: { why } });
    expect(JSON.stringify(state)).not.toContain('13900001234');
    expect((await pullTurn(hands, state, OPTIONS)).error).toBeNull();
  });

  it('waits longer with every failure, five minutes at most', async () => {
    const { clock, faults, hands } = stage(1);
    faults.push(...Array.from({ length: 12 }, () => new PlatformError('unreachable', 'x')));
    const waits: number[] = [];
    let state = NEW_PULL;
    for (let n = 0; n < 12; n += 1) {
      state = await pullTurn(hands, state, OPTIONS);
      waits.push(state.due - clock.now);
    }
    expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(Math.max(...waits)).toBe(300_000);
  });

  it('calls once more with a new token, and takes a second refusal for one', async () => {
    const { told, faults, hands } = stage(1);
    faults.push(new PlatformError('token_expired', 'code 42001'));
    expect((await pullTurn(hands, NEW_PULL, OPTIONS)).error).toBeNull();
    expect(told).toEqual(['tokens dropped', 'page 0', 'log 0', 'cursor 1']);
    faults.push(new PlatformError('token_expired', 'code 42001'), new PlatformError('token_expired', 'code 42001'));
    expect((await pullTurn(hands, NEW_PULL, OPTIONS)).error).toMatchObject({ why: 'refused', detail: 'code 42001' });
  });

  it('does not go round where a page moves nothing', async () => {
    const { hands } = stage(1);
    const still = { ...hands, next: async () => ({ items: [], cursor: 'here', more: true }) };
    const state = await pullTurn(still, { ...NEW_PULL, cursor: 'here' }, OPTIONS);
    expect(state.error).toMatchObject({ why: 'failed' });
  });

  it('that is stopped saves nothing more', async () => {
    const { told, hands } = stage(3);
    const stopping = {
      ...hands,
      next: async (cursor: unknown) => {
        if (cursor === 1) hands.stop();
        return hands.next(cursor);
      },
    };
    await pullTurn(stopping, NEW_PULL, OPTIONS);
    expect(told).toEqual(['page 0', 'log 0', 'cursor 1', 'page 1']);
  });
});

describe('a part of the past', () => {
  const reading = (pages: number) => {
    const staged = stage(pages);
    const waits: number[] = [];
    const states: RangeState[] = [];
    const save = async (state: RangeState): Promise<void> => void states.push(state);
    const sleep = async (ms: number): Promise<void> => void waits.push(ms);
    return { ...staged, waits, states, hands: { ...staged.hands, save, sleep } };
  };

  it('is read to its end through what passes by itself', async () => {
    const { hands, faults, waits, states } = reading(3);
    faults.push(new PlatformError('throttled', 'x', 500), new PlatformError('unreachable', 'x'));
    expect(await pullRange(hands, { items: 0, tries: 0 })).toEqual({ cursor: 3, items: 3, tries: 0 });
    expect(waits).toEqual([500, 2_000]);
    expect(states).toHaveLength(5);
  });

  it('ends with what the platform refused, or could not answer often enough', async () => {
    const { hands, faults } = reading(1);
    faults.push(new PlatformError('refused', 'code 40001'));
    await expect(pullRange(hands, { items: 0, tries: 0 })).rejects.toThrow('refused: code 40001');
    faults.push(...Array.from({ length: 13 }, () => new PlatformError('unreachable', 'ECONNREFUSED')));
    await expect(pullRange(hands, { items: 0, tries: 0 })).rejects.toThrow('unreachable: ECONNREFUSED');
  });
});
