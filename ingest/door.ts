import { z } from 'zod';
import { Problem } from '../schemas/errors.ts';
import type { Reason } from '../schemas/fate.ts';
import type { BadItem, Outcome, Reply, Verdict } from './channel.ts';
import { checkComplexity, readJson } from './json.ts';
import { readXml } from './xml.ts';

/** What the doors of all platforms have in common. */

/** A text setting; a bare number is taken as its digits. */
export const settingText = z.union([z.string().trim().min(1), z.number().int().transform(String)]);
/** A setting that may be left out; a form that sends it empty leaves it out too. */
export const optionalText = z.union([z.literal(''), settingText]).nullish();
/** Seconds after which a signature is too old; absent: never, since retries and replays are what dedupe is for. */
export const maxAge = z.coerce.number().positive().nullish();

export const textReply = (body: string): Reply => ({ status: 200, contentType: 'text/plain; charset=utf-8', body });
export const jsonReply = (body: string): Reply => ({ status: 200, contentType: 'application/json', body });

export function refused(code: 'signature_wrong' | 'signature_stale' | 'source_incomplete', detail: string): Verdict {
  return { verdict: 'refused', code, detail };
}

export const drop = (fate: 'ignored' | 'quarantined' | 'dead-letter', reason: Reason, detail: string): Outcome[] => [
  { kind: 'drop', fate, reason, detail },
];

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Bytes to text without a BOM; null where they are no UTF-8. */
export function decodeUtf8(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** A payload that cannot be read. Bytes that are no text are kept in base64, and `meta.encoding` says so. */
export function deadItem(body: Buffer | string, meta: Record<string, string>, reason: Reason, detail: string): BadItem {
  const text = typeof body === 'string' ? body : decodeUtf8(body);
  if (text !== null) return { body: text, meta, dead: { reason, detail } };
  const bytes = typeof body === 'string' ? '' : body.toString('base64');
  return { body: bytes, meta: { ...meta, encoding: 'base64' }, dead: { reason, detail } };
}

export type Read = { ok: true; value: unknown } | { ok: false; reason: 'unreadable' | 'dtd_refused'; detail: string };

/** Reads JSON that a platform sent: whatever is wrong with it is an outcome, never an exception. */
export function tryJson(text: string, options: { trailingCommas?: boolean } = {}): Read {
  try {
    checkComplexity(text);
    return { ok: true, value: readJson(text, options) };
  } catch (error) {
    // The parser's own message quotes the text, which may hold personal data.
    const detail = error instanceof Problem ? error.message : 'no JSON';
    return { ok: false, reason: 'unreadable', detail };
  }
}

/** Reads XML or JSON, whichever it is by its first character: the Content-Type never decides. */
export function tryMessage(text: string, options: { trailingCommas?: boolean } = {}): Read {
  if (!text.trimStart().startsWith('<')) return tryJson(text, options);
  const xml = readXml(text.trim());
  return xml.ok ? { ok: true, value: xml.root } : xml;
}

/** Thrown by the `read` of a connector: its item is a dead letter with this reason. */
export class Unreadable extends Error {
  constructor(
    readonly reason: 'unreadable' | 'dtd_refused',
    detail: string,
  ) {
    super(detail);
    this.name = 'Unreadable';
  }
}

/** The value of a message that the door has read once, or that was put together of answers. Throws Unreadable. */
export function readAgain(read: Read): unknown {
  if (!read.ok) throw new Unreadable(read.reason, read.detail);
  return read.value;
}
