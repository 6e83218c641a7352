/**
 * Records to be compared, packed: the texts of all slots in one run of bytes, so that a million of them are a few
 * arrays and not some ten million strings, and comparing two makes no garbage. Plain numbers in memory: threads share
 * them.
 */
export type Records = {
  count: number;
  slots: number;
  /** UTF-8 of every slot, one after the other. */
  bytes: Uint8Array;
  /** Where slot `s` of record `r` begins: at `r * slots + s`; it ends where the next begins. */
  starts: Uint32Array;
};

/** Several values of a slot (two numbers of a person) stand one after the other with this between them. */
export const VALUE = 0x1f;
/** Parts of a value, such as surname and given name. */
export const PART = 0x09;

/** FNV-1a of a run of bytes; never 0, which stands for nothing. */
export function codeOf(bytes: Uint8Array, from: number, to: number): number {
  if (from === to) return 0;
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  // The last step mixes: names differ in few bytes.
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85ebca6b) ^ (hash >>> 13);
  return hash >>> 0 || 1;
}

/** The end of the value that begins at `from`. */
export function valueEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) if (bytes[at] === VALUE) return at;
  return to;
}

/** The end of the part that begins at `from`. */
export function partEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) if (bytes[at] === PART) return at;
  return to;
}
