import { compareNames } from './compare-name.ts';
import type { Field, FieldKind } from './fields.ts';
import { partEnd, type Records, valueEnd } from './records.ts';
import { editDistance, jaroWinkler, likeness, sameBytes } from './text.ts';

/** Levels of two values, each a run of bytes: see fields.ts. */
export type Compare = (bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number) => number;

/** No level: one of the two says nothing. */
export const UNKNOWN = -1;

/** Of YYYYMMDD; of --MM-DD the year is 0000. */
const date: Compare = (bytes, a, aEnd, b, bEnd) => {
  if (sameBytes(bytes, a, aEnd, b, bEnd)) return 0;
  const year = sameBytes(bytes, a, a + 4, b, b + 4);
  const month = sameBytes(bytes, a + 4, a + 6, b + 4, b + 6);
  const day = sameBytes(bytes, a + 6, a + 8, b + 6, b + 8);
  const crossed = sameBytes(bytes, a + 4, a + 6, b + 6, b + 8) && sameBytes(bytes, a + 6, a + 8, b + 4, b + 6);
  if ((year && crossed) || editDistance(bytes, a, aEnd, b, bEnd, 1) <= 1) return 1;
  if (Number(year) + Number(month) + Number(day) >= 2) return 2;
  const apart = Math.abs(daysOf(bytes, a) - daysOf(bytes, b));
  return apart <= 31 ? 3 : apart <= 400 ? 4 : apart <= 3_700 ? 5 : 6;
};

const digit = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0x30) - 0x30;

/** Days since the year 0, near enough; where the year is unknown, far from everything. */
function daysOf(bytes: Uint8Array, at: number): number {
  const year = digit(bytes, at) * 1000 + digit(bytes, at + 1) * 100 + digit(bytes, at + 2) * 10 + digit(bytes, at + 3);
  const month = digit(bytes, at + 4) * 10 + digit(bytes, at + 5);
  return year * 365.25 + month * 30.4 + digit(bytes, at + 6) * 10 + digit(bytes, at + 7);
}

const number: Compare = (bytes, a, aEnd, b, bEnd) => {
  if (sameBytes(bytes, a, aEnd, b, bEnd)) return 0;
  if (editDistance(bytes, a, aEnd, b, bEnd, 1) <= 1) return 1;
  return sameBytes(bytes, aEnd - 4, aEnd, bEnd - 4, bEnd) ? 2 : 3;
};

const AT = 0x40;
function localEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) if (bytes[at] === AT) return at;
  return to;
}

/** A part after the e-mail marks a local part that is made of the name. */
const email: Compare = (bytes, a, aTo, b, bTo) => {
  const aEnd = partEnd(bytes, a, aTo);
  const bEnd = partEnd(bytes, b, bTo);
  if (sameBytes(bytes, a, aEnd, b, bEnd)) return 0;
  const aLocal = localEnd(bytes, a, aEnd);
  const bLocal = localEnd(bytes, b, bEnd);
  const same = sameBytes(bytes, a, aLocal, b, bLocal);
  const shorter = Math.min(aLocal - a, bLocal - b);
  const off = same ? 0 : editDistance(bytes, a, aLocal, b, bLocal, 2);
  // What people of one name make of it says no more than the name.
  if (aEnd < aTo && bEnd < bTo) return off <= 2 ? UNKNOWN : 4;
  // Of two letters of an f.s@ one typo makes another person's.
  const typo = off <= (shorter >= 6 ? 2 : shorter >= 4 ? 1 : 0);
  if (typo && editDistance(bytes, aLocal, aEnd, bLocal, bEnd, 2) <= 2) return 1;
  if (same && shorter >= 5) return 2;
  if (editDistance(bytes, a, aEnd, b, bEnd, 2) <= (shorter >= 6 ? 2 : 1)) return 1;
  return off <= 1 && shorter >= 6 ? 3 : 4;
};

/** City, then a tab and the district where it is known. */
const place: Compare = (bytes, a, aEnd, b, bEnd) => {
  const aCity = partEnd(bytes, a, aEnd);
  const bCity = partEnd(bytes, b, bEnd);
  if (!sameBytes(bytes, a, aCity, b, bCity)) {
    const shorter = Math.min(aCity - a, bCity - b);
    if (shorter >= 3 && editDistance(bytes, a, aCity, b, bCity, 1) <= 1) return 2;
    const like = jaroWinkler(bytes, a, aCity, b, bCity);
    return like >= 0.9 ? 2 : like >= 0.8 ? 3 : 4;
  }
  return aCity < aEnd && bCity < bEnd && sameBytes(bytes, aCity, aEnd, bCity, bEnd) ? 0 : 1;
};

const address: Compare = (bytes, a, aEnd, b, bEnd) => {
  if (sameBytes(bytes, a, aEnd, b, bEnd)) return 0;
  const like = likeness(bytes, a, aEnd, b, bEnd);
  return like >= 0.75 ? 1 : like >= 0.5 ? 2 : 3;
};

const code: Compare = (bytes, a, aEnd, b, bEnd) => {
  if (sameBytes(bytes, a, aEnd, b, bEnd)) return 0;
  return Math.min(aEnd - a, bEnd - b) >= 3 && editDistance(bytes, a, aEnd, b, bEnd, 1) <= 1 ? 1 : 2;
};

const surname: Compare = (bytes, a, aEnd, b, bEnd) => compareNames(bytes, a, aEnd, b, bEnd).surname;
const given: Compare = (bytes, a, aEnd, b, bEnd) => compareNames(bytes, a, aEnd, b, bEnd).given;
const COMPARES: Record<FieldKind, Compare> = { surname, given, date, number, email, place, address, code };

/** The best level of any value of one record against any of the other; UNKNOWN where one of them has none. */
export function levelOf(records: Records, field: Field, a: number, b: number): number {
  const { bytes, starts, slots } = records;
  const one = a * slots + field.slot;
  const other = b * slots + field.slot;
  const aFrom = starts[one] ?? 0;
  const aTo = starts[one + 1] ?? 0;
  const bFrom = starts[other] ?? 0;
  const bTo = starts[other + 1] ?? 0;
  if (aFrom === aTo || bFrom === bTo) return UNKNOWN;
  const compare = COMPARES[field.kind];
  let best = UNKNOWN;
  for (let x = aFrom; x < aTo; ) {
    const xEnd = valueEnd(bytes, x, aTo);
    for (let y = bFrom; y < bTo; ) {
      const yEnd = valueEnd(bytes, y, bTo);
      const level = compare(bytes, x, xEnd, y, yEnd);
      if (level >= 0 && (best < 0 || level < best)) best = level;
      y = yEnd + 1;
    }
    x = xEnd + 1;
  }
  return best;
}
