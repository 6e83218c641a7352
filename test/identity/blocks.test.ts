import { describe, expect, it } from 'vitest';
import { blocksOf } from '../../identity/match/blocks.ts';
import type { Keys } from '../../identity/match/keys.ts';

const keysOf = (rows: readonly (readonly number[])[]): Keys => ({
  all: Uint32Array.from(rows.flat()),
  starts: Uint32Array.from([0, ...rows.map((_, at) => rows.slice(0, at + 1).flat().length)]),
});
const LAST = 2 ** 32 - 1;
const ROWS = [[100, 200, LAST], [100, 200, 300], [7, 200], [], [2 ** 31, LAST]];
const listed = ({ all, starts }: Keys): number[][] =>
  [...starts.subarray(1)].map((end, record) => [...all.subarray(starts[record], end)]);

describe('blocks', () => {
  it('are those of two and more, by key, their records in order', () => {
    const { pieces, shared, leftOut } = blocksOf(keysOf(ROWS), 10);
    expect(pieces).toEqual([{ packed: Uint32Array.from([100, 2, 0, 1, 200, 3, 0, 1, 2, LAST, 2, 0, 4]), pairs: 5 }]);
    expect(listed(shared)).toEqual([[100, 200, LAST], [100, 200], [200], [], [LAST]]);
    expect(leftOut).toBe(0);
  });

  it('over the bound are left out', () => {
    const { pieces, shared, leftOut } = blocksOf(keysOf(ROWS), 2);
    expect(pieces.map(({ packed }) => [...packed])).toEqual([[100, 2, 0, 1, LAST, 2, 0, 4]]);
    expect(listed(shared)).toEqual([[100, LAST], [100], [], [], [LAST]]);
    expect(leftOut).toBe(1);
  });

  it('of nobody are none', () => {
    expect(blocksOf(keysOf([]), 10)).toMatchObject({ pieces: [], leftOut: 0 });
  });

  it('are those that a Map finds, in pieces, where there are many', () => {
    const spread = (n: number): number => Math.imul(n, 0x9e3779b1) >>> 0;
    const rows = Array.from({ length: 30_000 }, (_, at) =>
      [at % 2_000, 5_000 + (at % 9_000), 20_000 + at].map(spread).sort((a, b) => a - b),
    );
    const expected = new Map<number, number[]>();
    for (const [at, keys] of rows.entries())
      for (const key of keys) expected.set(key, [...(expected.get(key) ?? []), at]);
    const many = [...expected].filter(([, members]) => members.length > 1).sort(([a], [b]) => a - b);
    const all = Uint32Array.from(rows.flat());
    const { pieces } = blocksOf({ all, starts: Uint32Array.from({ length: rows.length + 1 }, (_, at) => at * 3) }, 50);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.flatMap(({ packed }) => [...packed])).toEqual(
      many.flatMap(([key, members]) => [key, members.length, ...members]),
    );
    expect(pieces.reduce((sum, { pairs }) => sum + pairs, 0)).toBe(
      many.reduce((sum, [, { length }]) => sum + (length * (length - 1)) / 2, 0),
    );
  });
});
