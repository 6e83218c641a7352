import { describe, expect, it } from 'vitest';
import { afterTurn, clockText, pagesOf, turnAt, type WindowRule } from '../../ingest/window.ts';

const NOW = Date.parse('2026-03-02T12:00:00+08:00');
const HOUR = 3_600_000;
const RULE: WindowRule = { now: NOW, reach: 10 * HOUR, overlap: HOUR / 2, longest: 4 * HOUR };

/** Follows the cursor until there is no more: what was asked for, in order. */
function follow(cursor: unknown, rule: WindowRule, pages: (from: number) => number) {
  const asked: { from: number; to: number; page: number | null; take: boolean }[] = [];
  for (let more = true, at = cursor; more && asked.length < 100; ) {
    const turn = turnAt(at, rule);
    const after = afterTurn(turn, pages(turn.from), rule);
    asked.push({ ...turn, take: after.take });
    more = after.more;
    // The cursor is JSON between two turns.
    at = JSON.parse(JSON.stringify(after.cursor));
  }
  return asked;
}

describe('windows', () => {
  it('reach back at the very first turn and overlap up to now', () => {
    const asked = follow(undefined, RULE, () => 1);
    expect(asked[0]).toEqual({ from: NOW - 10 * HOUR, to: NOW - 6 * HOUR, page: null, take: true });
    for (const [at, { from, to }] of asked.entries()) {
      expect(to - from).toBeLessThanOrEqual(RULE.longest);
      expect(to).toBeLessThanOrEqual(NOW);
      if (at > 0) expect(from).toBe((asked[at - 1]?.to ?? 0) - RULE.overlap);
    }
    expect(asked.at(-1)?.to).toBe(NOW);
    expect(asked).toHaveLength(3);
  });

  it('a window of several pages is looked at, then read from the last page to the first', () => {
    const asked = follow({ done: NOW - HOUR }, RULE, () => 3);
    expect(asked.map(({ page, take }) => [page, take])).toEqual([
      [null, false],
      [3, true],
      [2, true],
      [1, true],
    ]);
    expect(new Set(asked.map(({ from, to }) => `${from} ${to}`)).size).toBe(1);
  });

  it('an empty window is read at once', () => {
    expect(follow({ done: NOW - HOUR }, RULE, () => 0)).toEqual([
      { from: NOW - 1.5 * HOUR, to: NOW, page: null, take: true },
    ]);
  });

  it('a window that was begun is read on as it was, however late it is by now', () => {
    const begun = { from: NOW - 9 * HOUR, to: NOW - 8 * HOUR, page: 2 };
    expect(turnAt(begun, RULE)).toEqual(begun);
    expect(afterTurn({ ...begun, page: 1 }, 9, RULE)).toEqual({
      ...{ cursor: { done: NOW - 8 * HOUR }, more: true, take: true },
    });
  });

  it('a clock that went back does not turn a window over', () => {
    const turn = turnAt({ done: NOW + 5 * HOUR }, RULE);
    expect(turn).toEqual({ from: NOW - HOUR / 2, to: NOW, page: null });
  });

  it.each([[null], ['x'], [{ done: 'x' }], [{ page: 0, from: 1, to: 2 }], [[]]])('%j is no cursor', (cursor) => {
    expect(turnAt(cursor, RULE).from).toBe(NOW - RULE.reach);
  });

  it('stands on whole seconds', () => {
    const turn = turnAt(undefined, { ...RULE, now: NOW + 999 });
    expect([turn.from % 1000, turn.to % 1000]).toEqual([0, 0]);
    expect(clockText(turn.from)).toBe('2026-03-02 02:00:00');
  });

  it('counts pages', () => {
    expect([0, 1, 40, 41, Number.NaN].map((total) => pagesOf(total, 40))).toEqual([0, 1, 1, 2, 0]);
  });
});
