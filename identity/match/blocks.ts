import type { Keys } from './keys.ts';

/** Who shares a block with whom. */
export type Blocks = {
  /** The blocks in pieces of some ten thousand pairs, by key. */
  pieces: readonly BlockPiece[];
  /** Of every record the keys of its blocks, those alone that another shares and that were not left out. */
  shared: Keys;
  /** Blocks over the bound, which nobody is compared by. */
  leftOut: number;
};
export type BlockPiece = {
  /** Of each block the key, how many, then the records, ascending. */
  packed: Uint32Array;
  /** Pairs there are within the blocks: those who share several count for each. */
  pairs: number;
};

const PIECE = 1 << 16;

/** `most`: members of a block; a larger one is left out. */
export function blocksOf(keys: Keys, most: number): Blocks {
  const { sorted, members } = repeated(keys);
  const pieces: BlockPiece[] = [];
  const counts = new Uint32Array(keys.starts.length);
  let [leftOut, pairs, used, from] = [0, 0, 0, 0];
  // Every hand reads them.
  const packed = new Uint32Array(new SharedArrayBuffer(sorted.length * 8));
  const cut = (): void => {
    if (used > from) pieces.push({ packed: packed.subarray(from, used), pairs });
    [from, pairs] = [used, 0];
  };
  for (let at = 0, next = 0; at < sorted.length; at = next) {
    const key = sorted[at] ?? 0;
    for (next = at + 1; sorted[next] === key; ) next += 1;
    const size = next - at;
    if (size > most) leftOut += 1;
    if (size < 2 || size > most) continue;
    packed[used] = key;
    packed[used + 1] = size;
    packed.set(members.subarray(at, next), used + 2);
    used += size + 2;
    pairs += (size * (size - 1)) / 2;
    for (let one = at; one < next; one++) counts[members[one] ?? 0] = (counts[members[one] ?? 0] ?? 0) + 1;
    if (pairs >= PIECE) cut();
  }
  cut();
  return { pieces, shared: byRecord(packed.subarray(0, used), counts), leftOut };
}

/** Packed blocks by record, in memory that threads share; `counts`: how many blocks each record is in. */
function byRecord(packed: Uint32Array, counts: Uint32Array): Keys {
  const starts = new Uint32Array(new SharedArrayBuffer(counts.length * 4));
  for (let record = 1; record < counts.length; record++)
    starts[record] = (starts[record - 1] ?? 0) + (counts[record - 1] ?? 0);
  const all = new Uint32Array(new SharedArrayBuffer((starts[counts.length - 1] ?? 0) * 4));
  const places = starts.slice();
  for (let block = 0; block < packed.length; block += 2 + (packed[block + 1] ?? 0)) {
    const end = block + 2 + (packed[block + 1] ?? 0);
    for (let at = block + 2; at < end; at++) {
      const record = packed[at] ?? 0;
      const place = places[record] ?? 0;
      all[place] = packed[block] ?? 0;
      places[record] = place + 1;
    }
  }
  return { all, starts };
}

type Entries = { sorted: Uint32Array; members: Uint32Array };

/** Keys that others may have as well, in ascending order, and the record of each; those of one key ascending. */
function repeated({ all, starts }: Keys): Entries {
  // Most keys are one record's alone and need not be sorted. A bit for keys that begin alike tells nearly all of them.
  const bits = Math.min(32, Math.max(5, Math.ceil(Math.log2(all.length + 1)) + 3));
  const [once, again] = [new Uint32Array(2 ** (bits - 5)), new Uint32Array(2 ** (bits - 5))];
  let count = 0;
  for (let at = 0; at < all.length; at++) {
    const begin = (all[at] ?? 0) >>> (32 - bits);
    const [word, bit] = [begin >>> 5, 1 << (begin & 31)];
    if (((once[word] ?? 0) & bit) !== 0) again[word] = (again[word] ?? 0) | bit;
    once[word] = (once[word] ?? 0) | bit;
  }
  const isRepeated = (key: number): boolean => {
    const begin = key >>> (32 - bits);
    return (((again[begin >>> 5] ?? 0) >>> (begin & 31)) & 1) === 1;
  };
  for (let at = 0; at < all.length; at++) if (isRepeated(all[at] ?? 0)) count += 1;
  const found: Entries = { sorted: new Uint32Array(count), members: new Uint32Array(count) };
  count = 0;
  for (let record = 0; record + 1 < starts.length; record++) {
    const end = starts[record + 1] ?? 0;
    for (let at = starts[record] ?? 0; at < end; at++) {
      const key = all[at] ?? 0;
      if (!isRepeated(key)) continue;
      found.sorted[count] = key;
      found.members[count] = record;
      count += 1;
    }
  }
  return inOrder(found);
}

/** Bits of a key that one pass of a radix sort goes by. */
const DIGIT = 11;

function inOrder(entries: Entries): Entries {
  let one = entries;
  let other: Entries = { sorted: one.sorted.slice(), members: one.members.slice() };
  for (let shift = 0; shift < 32; shift += DIGIT) {
    sortBy(shift, one, other);
    [one, other] = [other, one];
  }
  return one;
}

/** One pass, which leaves the order of those with the same digit. */
function sortBy(shift: number, { sorted, members }: Entries, into: Entries): void {
  const places = new Uint32Array(2 ** DIGIT + 1);
  const mask = 2 ** DIGIT - 1;
  for (let at = 0; at < sorted.length; at++) {
    const digit = ((sorted[at] ?? 0) >>> shift) & mask;
    places[digit + 1] = (places[digit + 1] ?? 0) + 1;
  }
  for (let digit = 1; digit <= mask; digit++) places[digit] = (places[digit] ?? 0) + (places[digit - 1] ?? 0);
  for (let at = 0; at < sorted.length; at++) {
    const key = sorted[at] ?? 0;
    const digit = (key >>> shift) & mask;
    const place = places[digit] ?? 0;
    places[digit] = place + 1;
    into.sorted[place] = key;
    into.members[place] = members[at] ?? 0;
  }
}
