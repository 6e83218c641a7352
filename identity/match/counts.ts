/** How often each pattern was seen, in the order of the patterns: whoever counted what, the sum is the same. */
export type Counts = { patterns: Float64Array; seen: Float64Array };

/** Patterns numbered as they come, and how often each came. */
export type Counter = {
  /** The number of a pattern, which begins at 0. */
  numberOf(pattern: number): number;
  patternOf(number: number): number;
  count(number: number, times: number): void;
  counts(): Counts;
};

const MIX = 0x9e3779b1;

/** A table of numbers: a Map keeps an object for each pattern over 31 bits and takes several times as long. */
export function makeCounter(): Counter {
  let places = new Int32Array(1 << 12).fill(-1);
  let patterns = new Float64Array(1 << 11);
  let seen = new Float64Array(1 << 11);
  let known = 0;
  const placeOf = (pattern: number): number => {
    const mask = places.length - 1;
    const mixed = Math.imul((pattern | 0) ^ Math.imul(Math.floor(pattern / 2 ** 32), MIX), MIX);
    let place = (mixed ^ (mixed >>> 15)) & mask;
    for (let number = places[place] ?? -1; number >= 0 && patterns[number] !== pattern; number = places[place] ?? -1)
      place = (place + 1) & mask;
    return place;
  };
  const grow = (): void => {
    const [longer, more] = [new Float64Array(known * 2), new Float64Array(known * 2)];
    longer.set(patterns);
    more.set(seen);
    [patterns, seen] = [longer, more];
    places = new Int32Array(places.length * 2).fill(-1);
    for (let number = 0; number < known; number++) places[placeOf(patterns[number] ?? 0)] = number;
  };
  return {
    numberOf: (pattern) => {
      const found = places[placeOf(pattern)] ?? -1;
      if (found >= 0) return found;
      if (known === patterns.length) grow();
      places[placeOf(pattern)] = known;
      patterns[known] = pattern;
      known += 1;
      return known - 1;
    },
    patternOf: (number) => patterns[number] ?? 0,
    count: (number, times) => {
      seen[number] = (seen[number] ?? 0) + times;
    },
    counts: () => {
      const sorted = patterns.slice(0, known).sort();
      return { patterns: sorted, seen: sorted.map((pattern) => seen[places[placeOf(pattern)] ?? 0] ?? 0) };
    },
  };
}

export function sumOf(all: readonly Counts[]): Counts {
  const counter = makeCounter();
  for (const { patterns, seen } of all)
    for (const [at, pattern] of patterns.entries()) counter.count(counter.numberOf(pattern), seen[at] ?? 0);
  return counter.counts();
}
