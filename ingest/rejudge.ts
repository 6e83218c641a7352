import type { Reason } from '../schemas/fate.ts';
import type { Item } from './channel.ts';
import { decodeUtf8 } from './door.ts';
import type { Entry } from './port.ts';

/** Verdicts that the kept body alone cannot change: what was needed to read it is not in it. */
const FINAL = new Set<Reason>(['decrypt_failed', 'encoding_unknown', 'platform_failed']);

/**
 * The item of a payload as it is to be mapped; null where the verdict that the door gave has to stand. A connector may
 * have learned to read what it could not. Bytes that were no text are text again once they decode.
 */
export function itemToMap({ item, dead }: Extract<Entry, { kind: 'item' }>): Item | null {
  if (!dead) return item;
  if (FINAL.has(dead.reason) || item.body === '') return null;
  const { encoding, ...meta } = item.meta;
  if (encoding !== 'base64') return item;
  const text = decodeUtf8(Buffer.from(item.body, 'base64'));
  return text === null ? null : { body: text, meta };
}
