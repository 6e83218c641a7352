import type { Ring } from '../schemas/ring.ts';
import type { Entry } from './port.ts';

/** Seals an entry as a whole, for the log. */
export function sealEntry(ring: Ring, entry: Entry): Buffer {
  return ring.seal(Buffer.from(JSON.stringify(entry)));
}

/** Throws where the key is gone or the bytes were changed. */
export function openEntry(ring: Ring, sealed: Buffer): Entry {
  const entry: Entry = JSON.parse(ring.open(sealed).toString('utf8'));
  return entry;
}
