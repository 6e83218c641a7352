/** The block keys of every record, packed: 32 bits of each, ascending. */
export type Keys = {
  add(keys: readonly number[]): void;
  count(): number;
  /** The smallest key of a block that two records share and that was not skipped; -1 where there is none. */
  first(a: number, b: number): number;
  skip(key: number): void;
};

const GROWTH = 1.25;
/** Blocks of a record, as customers are; more are found room for. */
const TYPICAL = 9;

export function makeKeys(expected: number): Keys {
  let all = new Uint32Array(Math.max(1, expected) * TYPICAL);
  let starts = new Uint32Array(expected + 2);
  let count = 0;
  const skipped = new Set<number>();
  return {
    count: () => count,
    skip: (key) => {
      skipped.add(key);
    },
    add: (keys) => {
      const at = starts[count] ?? 0;
      if (at + keys.length > all.length) {
        const wider = new Uint32Array(Math.ceil((all.length + keys.length) * GROWTH));
        wider.set(all);
        all = wider;
      }
      if (count + 2 > starts.length) {
        const longer = new Uint32Array(Math.ceil(starts.length * GROWTH));
        longer.set(starts);
        starts = longer;
      }
      all.set(keys, at);
      count += 1;
      starts[count] = at + keys.length;
    },
    first: (a, b) => {
      let x = starts[a] ?? 0;
      let y = starts[b] ?? 0;
      const xEnd = starts[a + 1] ?? 0;
      const yEnd = starts[b + 1] ?? 0;
      while (x < xEnd && y < yEnd) {
        const one = all[x] ?? 0;
        const other = all[y] ?? 0;
        if (one === other && !skipped.has(one)) return one;
        if (one <= other) x += 1;
        if (other <= one) y += 1;
      }
      return -1;
    },
  };
}
