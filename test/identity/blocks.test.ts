import { describe, expect, it } from 'vitest';
import { blocksOf, rangesOf } from '../../identity/match/blocks.ts';
import type { Keys } from '../../identity/match/keys.ts';

const keysOf = (rows: readonly (readonly number[])[]): Keys => ({
  all: Uint32Array.from(rows.flat()),
  starts: Uint32Array.from([0, ...rows.map((_, at) => rows.slice(0, at + 1).flat().length)]),
});
const LAST = 2 ** 32 - 1;
const ROWS = [[100, 200, LAST], [100, 200, 300], [7, 200], [], [2 ** 31, LAST]];

describe('blocks', () => {
  it('of two and more, by key, their records in order', () => {
    expect(blocksOf(keysOf(ROWS), { from: 0, to: 2 ** 32, most: 10 })).toEqual({
      packed: Uint32Array.from([100, 2, 0, 1, 200, 3, 0, 1, 2, LAST, 2, 0, 4]),
      leftOut: new Uint32Array(),
      pairs: 5,
    });
  });

  it('of a range alone', () => {
    expect([...blocksOf(keysOf(ROWS), { from: 101, to: LAST, most: 10 }).packed]).toEqual([200, 3, 0, 1, 2]);
  });

  it('over the bound are named and left out', () => {
    const { packed, leftOut, pairs } = blocksOf(keysOf(ROWS), { from: 0, to: 201, most: 2 });
    expect({ packed: [...packed], leftOut: [...leftOut], pairs }).toEqual({
      packed: [100, 2, 0, 1],
      leftOut: [200],
      pairs: 1,
    });
  });

  it('of all ranges together are those of all keys, in their order', () => {
    // Some keys twice and more, of the whole width; enough for several ranges.
    const rows = Array.from({ length: 70_000 }, (_, at) =>
      [at, at % 60_000, at + 1, at + 2, at + 3, at + 4, at + 5, at + 6].map((n) => Math.imul(n, 0x9e3779b1) >>> 0),
    );
    const keys = keysOf([]);
    keys.all = Uint32Array.from(rows.flat());
    keys.starts = Uint32Array.from({ length: rows.length + 1 }, (_, at) => at * 8);
    const ranges = rangesOf(keys, 100);
    expect(ranges.length).toBeGreaterThan(1);
    const parts = ranges.flatMap((range) => [...blocksOf(keys, range).packed]);
    expect(parts).toEqual([...blocksOf(keys, { from: 0, to: 2 ** 32, most: 100 }).packed]);
  });
});
