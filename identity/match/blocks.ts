import type { Keys } from './keys.ts';

/**
 * Who shares a block. All keys at once would take as much room again to sort, so they are gone through range by range;
 * of most blocks there is only one member, and nothing is left.
 */
export type Blocks = {
  /** Of each block of two or more, by key: the key, how many, then the records, ascending. */
  packed: Uint32Array;
  /** Keys of blocks over the bound, which nobody is compared by. */
  leftOut: Uint32Array;
  /** Pairs there are within them at most: those who share several blocks count for each. */
  pairs: number;
};
/** Keys from `from` to before `to`; `most` members of a block. */
export type BlockRange = { from: number; to: number; most: number };

const KEYS = 2 ** 32;
/** Keys in a range: a few megabytes to sort. */
const SHARE = 2 ** 18;

export function rangesOf({ all }: Keys, most: number): BlockRange[] {
  const count = Math.max(1, Math.ceil(all.length / SHARE));
  const bound = (at: number): number => Math.floor((KEYS / count) * at);
  return Array.from({ length: count }, (_, at) => ({ from: bound(at), to: bound(at + 1), most }));
}

export function blocksOf(keys: Keys, { from, to, most }: BlockRange): Blocks {
  const { sorted, members } = sortedRange(keys, from, to);
  const packed = new Uint32Array(sorted.length * 2);
  const leftOut: number[] = [];
  let pairs = 0;
  let used = 0;
  for (let at = 0, next = 0; at < sorted.length; at = next) {
    const key = sorted[at] ?? 0;
    for (next = at + 1; sorted[next] === key; ) next += 1;
    const size = next - at;
    if (size > most) leftOut.push(key);
    if (size < 2 || size > most) continue;
    packed[used] = key;
    packed[used + 1] = size;
    packed.set(members.subarray(at, next), used + 2);
    used += size + 2;
    pairs += (size * (size - 1)) / 2;
  }
  return { packed: packed.slice(0, used), leftOut: Uint32Array.from(leftOut), pairs };
}

/** The keys of a range in ascending order, and the record of each; records of one key in ascending order. */
function sortedRange({ all, starts }: Keys, from: number, to: number) {
  let count = 0;
  for (let at = 0; at < all.length; at++) {
    const key = all[at] ?? 0;
    if (key >= from && key < to) count += 1;
  }
  let [sorted, members] = [new Uint32Array(count), new Uint32Array(count)];
  let [spare, spareMembers] = [new Uint32Array(count), new Uint32Array(count)];
  let used = 0;
  for (let record = 0; record + 1 < starts.length; record++) {
    const end = starts[record + 1] ?? 0;
    for (let at = starts[record] ?? 0; at < end; at++) {
      const key = all[at] ?? 0;
      if (key < from || key >= to) continue;
      sorted[used] = key;
      members[used++] = record;
    }
  }
  for (let shift = 0; shift < 32; shift += DIGIT) {
    sortBy(shift, { sorted, members }, { sorted: spare, members: spareMembers });
    [sorted, spare] = [spare, sorted];
    [members, spareMembers] = [spareMembers, members];
  }
  return { sorted, members };
}

/** Bits of a key that one pass sorts by. */
const DIGIT = 11;
type Entries = { sorted: Uint32Array; members: Uint32Array };

/** One pass of a radix sort, which leaves the order of equal ones. */
function sortBy(shift: number, one: Entries, into: Entries): void {
  const places = new Uint32Array(2 ** DIGIT + 1);
  const digitOf = (key: number): number => (key >>> shift) & (2 ** DIGIT - 1);
  for (const key of one.sorted) places[digitOf(key) + 1] = (places[digitOf(key) + 1] ?? 0) + 1;
  for (let digit = 1; digit < places.length; digit++) places[digit] = (places[digit] ?? 0) + (places[digit - 1] ?? 0);
  for (let at = 0; at < one.sorted.length; at++) {
    const key = one.sorted[at] ?? 0;
    const place = places[digitOf(key)] ?? 0;
    places[digitOf(key)] = place + 1;
    into.sorted[place] = key;
    into.members[place] = one.members[at] ?? 0;
  }
}
