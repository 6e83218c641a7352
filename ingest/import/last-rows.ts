/**
 * Where in a file the last row of each receipt stands, by a hash of its number: two numbers for a receipt, however long
 * the number, in one table that grows.
 */
export type LastRows = {
  /** A row of the file, from 1 on; a later one takes the place of an earlier. */
  note(hash: number, row: number): void;
  /**
   * What receipts are told apart by: the hash, or fewer of its bits where the file has too many of them. Two receipts
   * may share a slot. Final after the last `note`.
   */
  slotOf(hash: number): number;
  /** The last row noted for a slot; 0 once it is closed. */
  last(slot: number): number;
  /** Nothing is left to do for a slot. */
  close(slot: number): void;
  /** Bits in a slot. */
  bits(): number;
};

/** Below the sign of what JavaScript makes of a number where it counts bits. */
const HASH_BITS = 31;
const FIRST_PLACES = 2 ** 10;
/** 64 MiB. */
const MOST_PLACES = 2 ** 23;
const FULL = 0.75;
const CLOSED = 0xffff_ffff;

/**
 * FNV-1a over the code units, with the final mix of MurmurHash3: numbers that differ in the last digits alone must
 * spread.
 */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> (32 - HASH_BITS);
}

type Pairs = Uint32Array<ArrayBuffer>;

/** The pair of a slot, or the free one it would have: a slot and its row, which is 0 where the pair is free. */
function placeOf(pairs: Pairs, slot: number): number {
  const last = pairs.length - 2;
  let at = (slot * 2) & last;
  while (pairs[at + 1] !== 0 && pairs[at] !== slot) at = (at + 2) & last;
  return at;
}

/** `places`: at most so many receipts are told apart, three quarters of them at a time. */
export function makeLastRows(places = MOST_PLACES): LastRows {
  let pairs = new Uint32Array(Math.min(FIRST_PLACES, places) * 2);
  let used = 0;
  let dropped = 0;
  const put = (slot: number, row: number): void => {
    const at = placeOf(pairs, slot);
    if (pairs[at + 1] === 0) used++;
    pairs[at] = slot;
    pairs[at + 1] = Math.max(pairs[at + 1] ?? 0, row);
  };
  /** Twice the room, or where that is too much, half the slots. */
  const grow = (): void => {
    const before = pairs;
    const shift = before.length < places * 2 ? 0 : 1;
    pairs = new Uint32Array(shift === 0 ? before.length * 2 : before.length);
    used = 0;
    dropped += shift;
    for (let at = 0; at < before.length; at += 2) {
      const row = before[at + 1] ?? 0;
      if (row !== 0) put((before[at] ?? 0) >>> shift, row);
    }
  };
  return {
    note: (hash, row) => {
      put(hash >>> dropped, row);
      while (used > (pairs.length / 2) * FULL) grow();
    },
    slotOf: (hash) => hash >>> dropped,
    last: (slot) => {
      const row = pairs[placeOf(pairs, slot) + 1] ?? 0;
      return row === CLOSED ? 0 : row;
    },
    close: (slot) => {
      pairs[placeOf(pairs, slot) + 1] = CLOSED;
    },
    bits: () => HASH_BITS - dropped,
  };
}
