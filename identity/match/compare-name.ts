import { partEnd } from './records.ts';
import { contains, editDistance, jaroWinkler, sameBytes } from './text.ts';

/**
 * Two names. A value has four parts: surname and given name as they are written, in simplified characters and lower
 * case, then both as they sound, in letters: pinyin for a Chinese name, whichever way it was written, so 陈思远, 陳思遠
 * and `Siyuan Chen` sound the same. Either part may be empty. Names whose parts fit better crosswise are compared so.
 */
export type NameLevels = { surname: number; given: number };
type Bounds = [surname: number, given: number, surnameSound: number, givenSound: number, end: number];

const UNKNOWN = -1;
const DIFFERENT = 5;
/** What a level costs where straight and crosswise order are weighed against one another. */
const COSTS = [0, 1, 2, 4, 4, 9] as const;
const UNKNOWN_COST = 5;
const costOf = (level: number): number => COSTS[level] ?? UNKNOWN_COST;

const one: Bounds = [0, 0, 0, 0, 0];
const other: Bounds = [0, 0, 0, 0, 0];
const levels: NameLevels = { surname: 0, given: 0 };

function boundsOf(bytes: Uint8Array, from: number, to: number, into: Bounds): void {
  into[0] = from;
  into[1] = partEnd(bytes, from, to) + 1;
  into[2] = partEnd(bytes, into[1], to) + 1;
  into[3] = partEnd(bytes, into[2], to) + 1;
  into[4] = to + 1;
}

let last: { bytes: Uint8Array | null; a: number; b: number } = { bytes: null, a: 0, b: 0 };

/**
 * The levels of two names; the answer is written over by the next call. Surname and given name ask one after another.
 */
export function compareNames(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): NameLevels {
  if (last.bytes === bytes && last.a === a && last.b === b) return levels;
  if (last.bytes !== bytes) last = { bytes, a, b };
  last.a = a;
  last.b = b;
  boundsOf(bytes, a, aEnd, one);
  boundsOf(bytes, b, bEnd, other);
  levels.surname = partLevel(bytes, 0, 0);
  levels.given = partLevel(bytes, 1, 1);
  const cost = costOf(levels.surname) + costOf(levels.given);
  if (cost <= 2) return levels;
  const crossed = partLevel(bytes, 0, 1);
  if (crossed === DIFFERENT) return levels;
  const back = partLevel(bytes, 1, 0);
  // One word in common crosswise is what strangers have as well: James Dixon, Isaac James.
  if (back === DIFFERENT || costOf(crossed) + costOf(back) >= cost) return levels;
  levels.surname = crossed;
  levels.given = back;
  return levels;
}

/** Level of a part of the one name against a part of the other; 0: surname, 1: given name. */
function partLevel(bytes: Uint8Array, mine: 0 | 1, theirs: 0 | 1): number {
  const a = mine === 0 ? one[0] : one[1];
  const aEnd = (mine === 0 ? one[1] : one[2]) - 1;
  const b = theirs === 0 ? other[0] : other[1];
  const bEnd = (theirs === 0 ? other[1] : other[2]) - 1;
  if (a >= aEnd || b >= bEnd) return UNKNOWN;
  if (sameBytes(bytes, a, aEnd, b, bEnd)) return 0;
  const x = mine === 0 ? one[2] : one[3];
  const xEnd = (mine === 0 ? one[3] : one[4]) - 1;
  const y = theirs === 0 ? other[2] : other[3];
  const yEnd = (theirs === 0 ? other[3] : other[4]) - 1;
  if (sameBytes(bytes, x, xEnd, y, yEnd)) return 1;
  const shorter = Math.min(xEnd - x, yEnd - y);
  if (shorter >= 3 && editDistance(bytes, x, xEnd, y, yEnd, 1) <= 1) return 2;
  const like = shorter >= 3 ? jaroWinkler(bytes, x, xEnd, y, yEnd) : 0;
  if (like >= 0.92) return 2;
  if (like >= 0.84) return 3;
  // 思 of 思远, an initial, the short form of a long name; 欧 is no part of 欧阳.
  if ((mine === 1 || isLetter(bytes[a])) && contains(bytes, a, aEnd, b, bEnd)) return 4;
  return isInitial(bytes, x, xEnd, y, yEnd) ? 4 : DIFFERENT;
}

function isInitial(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  return (aEnd - a === 1 || bEnd - b === 1) && bytes[a] === bytes[b];
}

const isLetter = (byte: number | undefined): boolean => (byte ?? 0) < 0x80;
