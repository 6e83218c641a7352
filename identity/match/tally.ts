/** How often each code occurs: a table of numbers, several times as fast as a Map and a fraction of its size. */
export type Tally = { count(code: number): number };

const MIX = 0x9e3779b1;
const FIRST_BITS = 10;

/** Code 0 stands for nothing and is not counted; each list counts its codes once more. */
export function tallyOf(...lists: readonly Uint32Array[]): Tally {
  // Of a million customers there are some thousand birthdays: a table for them alone stays near the processor.
  let bits = FIRST_BITS;
  let codes = new Uint32Array(2 ** bits);
  let counts = new Uint32Array(2 ** bits);
  let known = 0;
  const placeOf = (code: number): number => {
    const mask = codes.length - 1;
    let place = Math.imul(code, MIX) >>> (32 - bits);
    while (codes[place] !== 0 && codes[place] !== code) place = (place + 1) & mask;
    return place;
  };
  const grow = (): void => {
    const [before, seen] = [codes, counts];
    bits += 1;
    codes = new Uint32Array(2 ** bits);
    counts = new Uint32Array(2 ** bits);
    for (let at = 0; at < before.length; at++) {
      const code = before[at] ?? 0;
      if (code === 0) continue;
      const place = placeOf(code);
      codes[place] = code;
      counts[place] = seen[at] ?? 0;
    }
  };
  for (const list of lists) {
    for (let at = 0; at < list.length; at++) {
      const code = list[at] ?? 0;
      if (code === 0) continue;
      const place = placeOf(code);
      counts[place] = (counts[place] ?? 0) + 1;
      if (codes[place] === code) continue;
      codes[place] = code;
      known += 1;
      if (known * 2 > codes.length) grow();
    }
  }
  return { count: (code) => (code === 0 ? 0 : (counts[placeOf(code)] ?? 0)) };
}
