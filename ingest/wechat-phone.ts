import { createDecipheriv } from 'node:crypto';
import { tryJson } from './door.ts';
import { type Fields, isFields } from './pick.ts';
import { sameText, sortedSha1 } from './signature.ts';

/**
 * What a mini program's back end may hold of a login, and what of it may be kept. `session_key` opens whatever WeChat
 * encrypts for that person as long as the login lasts: it is used where it comes and stands in nothing that is kept.
 */

/** `encryptedData` of wx.getPhoneNumber or wx.getUserInfo: AES-128-CBC, PKCS#7, all in base64. Null: not so. */
export function openData(sessionKey: string, iv: string, encrypted: string): Fields | null {
  try {
    const decipher = createDecipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), Buffer.from(iv, 'base64'));
    const plain = Buffer.concat([decipher.update(Buffer.from(encrypted, 'base64')), decipher.final()]);
    const read = tryJson(plain.toString('utf8'));
    return read.ok && isFields(read.value) ? read.value : null;
  } catch {
    return null;
  }
}

/** SHA-1 over rawData and session_key: both came from one login. */
export const rawDataHolds = (rawData: string, signature: string, sessionKey: string): boolean =>
  sameText(signature.toLowerCase(), sortedSha1([`${rawData}${sessionKey}`]));

const isKey = (name: string): boolean => /^session_?key$/i.test(name);

/** The value without any `session_key` in it, at whatever depth. Depth and width are bounded by the reader. */
export function withoutKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutKeys);
  if (!isFields(value)) return typeof value === 'string' ? scrubText(value) : value;
  const kept = Object.entries(value).filter(([name]) => !isKey(name));
  return Object.fromEntries(kept.map(([name, part]) => [name, withoutKeys(part)]));
}

/** Whatever follows the name of the key, in JSON, in JSON inside a string, or in a form. */
const KEY = /(session_?key(?:["'\\\s:=]|%[0-9a-f]{2}){1,24})(?:[^"'\\\s,}&]|\\+\/)+/gi;
export const scrubText = (text: string): string => text.replace(KEY, '$1***');

/** As above for bytes that nobody could read: every other byte stays as it came. */
export const scrubBytes = (bytes: Buffer): Buffer => Buffer.from(scrubText(bytes.toString('latin1')), 'latin1');
