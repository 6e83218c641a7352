import { describe, expect, it } from 'vitest';
import type { Item } from '../../../ingest/channel.ts';
import { PlatformError } from '../../../ingest/platform.ts';
import { type AnswerEntry, answerAsk, type WaitingAsk } from '../../../ingest/pull/asks.ts';
import { askOf, isAnswered, isAskItem } from '../../../ingest/pull/marks.ts';

const DAY = 86_400_000;
const item = (body: string): Item => ({ body, meta: { api: 'customer' } });
const WAITING: WaitingAsk = {
  ask: { name: 'customer', params: { uid: '42' } },
  members: ['m1', 'm2'],
  tries: 0,
  since: null,
};

async function answered(answer: () => Promise<Item[]>, waiting = WAITING, now = DAY) {
  const entries: AnswerEntry[] = [];
  const postponed: unknown[] = [];
  let dropped = 0;
  const rest = await answerAsk(
    {
      answer,
      append: async (more) => void entries.push(...more),
      postpone: async (_, again) => void postponed.push(again),
      dropTokens: () => {
        dropped += 1;
      },
      now: () => now,
      stopped: () => false,
    },
    waiting,
  );
  return { entries, postponed, dropped, rest };
}
const failing =
  (...errors: unknown[]) =>
  async (): Promise<Item[]> => {
    const error = errors.shift();
    if (error) throw error;
    return [item('late')];
  };

describe('an answer', () => {
  it('ends the ask with its last item, and what else asked the same with nothing', async () => {
    const { entries, rest } = await answered(async () => [item('a'), item('b')]);
    expect(rest).toBe(0);
    expect(entries.map(({ item: { body }, answers }) => [body, answers])).toEqual([
      ['a', undefined],
      ['b', 'm1'],
      ['', 'm2'],
    ]);
    expect(entries.map(({ item: one }) => isAnswered(one))).toEqual([false, false, true]);
  });

  it('of nothing ends the ask all the same', async () => {
    const { entries } = await answered(async () => []);
    expect(entries.map(({ item: one, answers }) => [isAnswered(one), answers])).toEqual([
      [true, 'm1'],
      [true, 'm2'],
    ]);
  });

  it('comes with a new token where the old one has expired', async () => {
    const { entries, dropped } = await answered(failing(new PlatformError('token_expired', 'x')));
    expect([entries.length, dropped]).toEqual([2, 1]);
  });
});

describe('no answer', () => {
  it('is waited for: as long as the platform says, else ever longer', async () => {
    const told = await answered(failing(new PlatformError('throttled', 'x', 7_000)));
    expect(told).toMatchObject({ entries: [], rest: 7_000, postponed: [{ due: DAY + 7_000, tries: 1, since: DAY }] });
    const again = await answered(failing(new PlatformError('unreachable', 'x')), { ...WAITING, tries: 3, since: 5 }, 9);
    expect(again).toMatchObject({ rest: 8_000, postponed: [{ due: 8_009, tries: 4, since: 5 }] });
  });

  it.each([
    [
      'for a day',
      new PlatformError('unreachable', 'host: ECONNRESET'),
      0,
      'platform_failed',
      'unreachable: host: ECONNRESET',
    ],
    ['refused', new PlatformError('refused', 'code 40001'), null, 'platform_failed', 'refused: code 40001'],
    ['gone', new PlatformError('gone', 'code 1012'), null, 'platform_failed', 'gone: code 1012'],
    ['token', new PlatformError('token_expired', 'code 42001'), null, 'platform_failed', 'refused: code 42001'],
    [
      'a fault of ours',
      new TypeError('42 is no function'),
      null,
      'connector_failed',
      'failed: the connector could not go on',
    ],
  ])('%s: a dead letter for each, that can ask again', async (_, error, since, reason, detail) => {
    const { entries, rest } = await answered(failing(error, error), { ...WAITING, since });
    expect(rest).toBe(0);
    expect(entries.map(({ answers }) => answers)).toEqual(['m1', 'm2']);
    for (const { item: one } of entries) {
      expect([isAskItem(one), 'dead' in one && one.dead]).toEqual([
        true,
        { reason, detail: `ask customer: ${detail}` },
      ]);
      expect(askOf(one)).toEqual(WAITING.ask);
    }
  });
});
