/**
 * Likeness of two runs of bytes in one array. ASCII is meant: pinyin, digits, e-mail; other letters count by their
 * bytes. Nothing is allocated: these run many millions of times.
 */

/** Longest run that is compared letter by letter; a longer one is cut. */
const LONGEST = 64;

export function sameBytes(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  const length = aEnd - a;
  if (bEnd - b !== length) return false;
  for (let at = 0; at < length; at++) if (bytes[a + at] !== bytes[b + at]) return false;
  return true;
}

const takenA = new Uint8Array(LONGEST);
const takenB = new Uint8Array(LONGEST);

/** Jaro–Winkler similarity, 0 to 1 (Winkler 1990: prefix of at most 4, weight 0.1). */
export function jaroWinkler(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): number {
  const lengthA = Math.min(aEnd - a, LONGEST);
  const lengthB = Math.min(bEnd - b, LONGEST);
  if (lengthA === 0 || lengthB === 0) return 0;
  const reach = Math.max(0, (Math.max(lengthA, lengthB) >> 1) - 1);
  takenA.fill(0, 0, lengthA);
  takenB.fill(0, 0, lengthB);
  let common = 0;
  for (let i = 0; i < lengthA; i++) {
    const last = Math.min(lengthB - 1, i + reach);
    for (let j = Math.max(0, i - reach); j <= last; j++) {
      if (takenB[j] === 1 || bytes[a + i] !== bytes[b + j]) continue;
      takenA[i] = 1;
      takenB[j] = 1;
      common += 1;
      break;
    }
  }
  if (common === 0) return 0;
  let swapped = 0;
  let j = 0;
  for (let i = 0; i < lengthA; i++) {
    if (takenA[i] === 0) continue;
    while (takenB[j] === 0) j += 1;
    if (bytes[a + i] !== bytes[b + j]) swapped += 1;
    j += 1;
  }
  const jaro = (common / lengthA + common / lengthB + (common - swapped / 2) / common) / 3;
  let prefix = 0;
  while (prefix < Math.min(4, lengthA, lengthB) && bytes[a + prefix] === bytes[b + prefix]) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}

let rows = [new Uint8Array(LONGEST + 1), new Uint8Array(LONGEST + 1), new Uint8Array(LONGEST + 1)] as const;

/** Damerau–Levenshtein distance (optimal string alignment), at most `most` + 1. */
export function editDistance(
  bytes: Uint8Array,
  a: number,
  aEnd: number,
  b: number,
  bEnd: number,
  most: number,
): number {
  if (Math.abs(aEnd - a - (bEnd - b)) > most) return most + 1;
  let [x, xEnd, y, yEnd] = [a, aEnd, b, bEnd];
  while (x < xEnd && y < yEnd && bytes[x] === bytes[y]) {
    x += 1;
    y += 1;
  }
  while (x < xEnd && y < yEnd && bytes[xEnd - 1] === bytes[yEnd - 1]) {
    xEnd -= 1;
    yEnd -= 1;
  }
  const longer = Math.max(xEnd - x, yEnd - y);
  if (longer <= 1) return longer;
  if (most === 1) {
    const crossed = xEnd - x === 2 && yEnd - y === 2 && bytes[x] === bytes[y + 1] && bytes[x + 1] === bytes[y];
    return crossed ? 1 : 2;
  }
  return distanceOf(bytes, x, xEnd, y, yEnd, most);
}

function distanceOf(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number, most: number): number {
  const lengthA = Math.min(aEnd - a, LONGEST);
  const lengthB = Math.min(bEnd - b, LONGEST);
  for (let j = 0; j <= lengthB; j++) rows[1][j] = j;
  for (let i = 1; i <= lengthA; i++) {
    const [before, last, row] = rows;
    row[0] = i;
    let least = i;
    for (let j = 1; j <= lengthB; j++) {
      const cost = bytes[a + i - 1] === bytes[b + j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      const crossed = i > 1 && j > 1 && bytes[a + i - 1] === bytes[b + j - 2] && bytes[a + i - 2] === bytes[b + j - 1];
      if (crossed) best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row[j] = best;
      least = Math.min(least, best);
    }
    if (least > most) return most + 1;
    rows = [last, row, before];
  }
  return Math.min(rows[1][lengthB] ?? 0, most + 1);
}

/** Whether the shorter run begins, ends or lies within the longer one. */
export function contains(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  if (bEnd - b > aEnd - a) return contains(bytes, b, bEnd, a, aEnd);
  const length = bEnd - b;
  for (let at = a; at + length <= aEnd; at++) if (sameBytes(bytes, at, at + length, b, bEnd)) return true;
  return false;
}

const seen = new Uint8Array(65_536);

/** Share of common pairs of neighbouring bytes, 0 to 1 (Dice over sets). */
export function likeness(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): number {
  let one = 0;
  let other = 0;
  let both = 0;
  for (let at = a; at + 1 < aEnd; at++) {
    const pair = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (seen[pair] === 0) one += 1;
    seen[pair] = 1;
  }
  for (let at = b; at + 1 < bEnd; at++) {
    const pair = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (seen[pair] === 1) both += 1;
    if (seen[pair] !== 2 && seen[pair] !== 3) other += 1;
    seen[pair] = seen[pair] === 1 || seen[pair] === 3 ? 3 : 2;
  }
  for (let at = a; at + 1 < aEnd; at++) seen[((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)] = 0;
  for (let at = b; at + 1 < bEnd; at++) seen[((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)] = 0;
  return one + other === 0 ? 0 : (2 * both) / (one + other);
}
