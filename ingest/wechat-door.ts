import type { DoorRequest, Item, Verdict } from './channel.ts';
import { deadItem, decodeUtf8, refused, textReply, tryMessage } from './door.ts';
import { isStale } from './signature.ts';
import { epochMs } from './time.ts';
import { openMessage, signatureHolds } from './wechat-crypto.ts';

/** The door that official accounts and WeCom share: envelopes around a ciphertext, answered `success`. */
export type Lock = { token: string; key: Buffer; receiver: string };

/** The ciphertext of an envelope, XML or JSON. Read by pattern: nothing is parsed before its signature holds. */
const ENCRYPT = /<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)|"Encrypt"\s*:\s*"((?:[A-Za-z0-9+/=]|\\\/)+)"/g;

/** Usually one; the text of a plain message may hold what looks like another. */
export function encryptedParts(body: Buffer): string[] {
  const found = [...body.toString('latin1').matchAll(ENCRYPT)];
  return found.slice(0, 16).map(([, xml, json]) => xml ?? json?.replaceAll('\\/', '/') ?? '');
}

/** One readable message is one item; what its sender signed but cannot be read is kept as dead. */
export function take(body: Buffer | string, meta: Item['meta']): Verdict {
  const text = typeof body === 'string' ? body : decodeUtf8(body);
  const read = text === null ? null : tryMessage(text);
  if (text !== null && read?.ok)
    return { verdict: 'taken', items: [{ body: text, meta }], reply: textReply('success') };
  const [reason, detail] = read && !read.ok ? [read.reason, read.detail] : ['unreadable' as const, 'no UTF-8'];
  return { verdict: 'taken', items: [deadItem(body, meta, reason, detail)], reply: textReply('success') };
}

/** Takes what stands in that one of `parts` whose msg_signature holds. */
export function takeEncrypted(request: DoorRequest, lock: Lock, parts: readonly string[], meta: Item['meta']): Verdict {
  const { timestamp, nonce, msg_signature: signature } = request.query;
  const encrypted = parts.find((part) => signatureHolds(signature, [lock.token, timestamp, nonce, part]));
  if (encrypted === undefined) return refused('signature_wrong', 'msg_signature is missing or wrong');
  const opened = openMessage(lock.key, lock.receiver, encrypted);
  if (opened.ok) {
    const outer = tryMessage(decodeUtf8(request.body) ?? '');
    // The envelope around a good ciphertext counts too: one with a DTD is nothing WeChat sends.
    return outer.ok ? take(opened.text, meta) : take(request.body, meta);
  }
  if (opened.why === 'receiver') return refused('signature_wrong', 'the message is for another receiver');
  const detail = 'the ciphertext does not open under encodingAESKey';
  return {
    verdict: 'taken',
    items: [deadItem(request.body, meta, 'decrypt_failed', detail)],
    reply: textReply('success'),
  };
}

/** The verdict, unless it is none of a refusal and the timestamp is too old. `maxAge` in s. */
export function fresh(verdict: Verdict, request: DoorRequest, maxAge: number | null | undefined): Verdict {
  const signed = epochMs(request.query.timestamp ?? '');
  if (verdict.verdict === 'refused' || !isStale(signed, maxAge, request.now)) return verdict;
  return refused('signature_stale', `the timestamp is older than ${maxAge} s`);
}
