/** How often each code occurs: a table of numbers, several times as fast as a Map and a fraction of its size. */
export type Tally = { count(code: number): number };

const MIX = 0x9e3779b1;

/** Code 0 stands for nothing and is not counted; each list counts its codes once more. */
export function tallyOf(...lists: readonly Uint32Array[]): Tally {
  const total = lists.reduce((sum, { length }) => sum + length, 0);
  const bits = Math.ceil(Math.log2(Math.max(8, total * 1.5)));
  const mask = 2 ** bits - 1;
  const codes = new Uint32Array(mask + 1);
  const counts = new Uint32Array(mask + 1);
  const placeOf = (code: number): number => {
    let place = Math.imul(code, MIX) >>> (32 - bits);
    while (codes[place] !== 0 && codes[place] !== code) place = (place + 1) & mask;
    return place;
  };
  for (const list of lists) {
    for (let at = 0; at < list.length; at++) {
      const code = list[at] ?? 0;
      if (code === 0) continue;
      const place = placeOf(code);
      codes[place] = code;
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  return { count: (code) => (code === 0 ? 0 : (counts[placeOf(code)] ?? 0)) };
}
