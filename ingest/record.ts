import type { Ring } from '../schemas/ring.ts';
import type { BadItem, Item } from './channel.ts';
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

/** An item of a channel as an entry; `received` is the stamp of the door, epoch ms. */
export function entryOf(channel: string, source: string, received: number, item: Item | BadItem): Entry {
  const { body, meta } = item;
  const entry = { kind: 'item' as const, received, channel, source, item: { body, meta } };
  return 'dead' in item ? { ...entry, dead: { fate: 'dead-letter', ...item.dead } } : entry;
}
