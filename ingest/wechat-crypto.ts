import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { sameText, sortedSha1 } from './signature.ts';

/**
 * The secure mode that WeChat official accounts and WeCom share (their "message encryption" pages): AES-256-CBC under
 * base64(EncodingAESKey + "="), IV = its first 16 bytes, over random(16) ‖ uint32BE(length) ‖ message ‖ receiver.
 * The padding is PKCS#7 to blocks of 32 bytes, which OpenSSL's own unpadding takes for broken: it is stripped by hand.
 */
export type Opened =
  | { ok: true; text: string }
  /** `receiver`: well encrypted, but for another appid or corpid. */
  | { ok: false; why: 'cipher' | 'receiver' };

const BLOCK = 32;
const HEAD = 20;
const KEY_BYTES = 32;

/** `msg_signature`: the timestamp, the nonce and the ciphertext under the token. */
export function messageSignature(token: string, timestamp: string, nonce: string, encrypted: string): string {
  return sortedSha1([token, timestamp, nonce, encrypted]);
}

/** Checks `signature` (three parts) or `msg_signature` (with the ciphertext as the fourth) in constant time. */
export function signatureHolds(came: string | undefined, parts: readonly (string | undefined)[]): boolean {
  const signed = parts.filter((part): part is string => part !== undefined);
  return came !== undefined && signed.length === parts.length && sameText(came, sortedSha1(signed));
}

/** The 32 bytes of an EncodingAESKey of 43 characters; null when it is none. */
export function aesKey(encodingAESKey: string): Buffer | null {
  if (!/^[A-Za-z0-9+/]{43}$/.test(encodingAESKey)) return null;
  const key = Buffer.from(`${encodingAESKey}=`, 'base64');
  return key.length === KEY_BYTES ? key : null;
}

function unpad(padded: Buffer): Buffer | null {
  const count = padded.at(-1) ?? 0;
  if (count < 1 || count > BLOCK || count > padded.length) return null;
  return padded.subarray(-count).every((byte) => byte === count) ? padded.subarray(0, -count) : null;
}

function decipher(key: Buffer, encrypted: Buffer): Buffer | null {
  if (encrypted.length === 0 || encrypted.length % 16 !== 0) return null;
  const cipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return unpad(Buffer.concat([cipher.update(encrypted), cipher.final()]));
}

/** Opens a ciphertext (base64) and checks whom it is for. Never throws. */
export function openMessage(key: Buffer, receiver: string, encrypted: string): Opened {
  const plain = decipher(key, Buffer.from(encrypted, 'base64'));
  if (!plain || plain.length < HEAD) return { ok: false, why: 'cipher' };
  const end = HEAD + plain.readUInt32BE(16);
  if (end > plain.length) return { ok: false, why: 'cipher' };
  if (!sameText(plain.toString('utf8', end), receiver)) return { ok: false, why: 'receiver' };
  return { ok: true, text: plain.toString('utf8', HEAD, end) };
}

/** The inverse of `openMessage`: base64. `random` is 16 bytes, fresh ones unless a test vector fixes them. */
export function sealMessage(key: Buffer, receiver: string, text: string, random: Buffer = randomBytes(16)): string {
  const message = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const bare = Buffer.concat([random, length, message, Buffer.from(receiver)]);
  const count = BLOCK - (bare.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([bare, Buffer.alloc(count, count)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}
