/** Pairs of records, each with a number, in a few arrays. */
export type KeptPairs = {
  add(a: number, b: number, number: number): void;
  count(): number;
  at(pair: number): { a: number; b: number; number: number };
};

const FIRST = 1 << 15;

export function makeKeptPairs(): KeptPairs {
  let pairs = new Uint32Array(FIRST * 3);
  let count = 0;
  return {
    add: (a, b, number) => {
      const at = count * 3;
      if (at === pairs.length) {
        const longer = new Uint32Array(pairs.length * 2);
        longer.set(pairs);
        pairs = longer;
      }
      pairs[at] = a;
      pairs[at + 1] = b;
      pairs[at + 2] = number;
      count += 1;
    },
    count: () => count,
    at: (pair) => ({ a: pairs[pair * 3] ?? 0, b: pairs[pair * 3 + 1] ?? 0, number: pairs[pair * 3 + 2] ?? 0 }),
  };
}
