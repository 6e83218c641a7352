import { createDecipheriv, type KeyObject } from 'node:crypto';

/** What a key ring seals: version ‖ length of the key id ‖ key id ‖ nonce ‖ tag ‖ ciphertext (AES-256-GCM). */
export const VERSION = 1;
export const NONCE = 12;
const TAG = 16;

/** The id of the key that sealed these bytes. */
export function keyIdOf(sealed: Uint8Array): string {
  if (sealed[0] !== VERSION) throw new Error('not sealed by a key ring');
  return String.fromCharCode(...sealed.subarray(2, 2 + (sealed[1] ?? 0)));
}

/** Opens what was sealed under any of the keys. Throws when the key is gone or the bytes were changed. */
export function makeOpener(keys: ReadonlyMap<string, KeyObject>): (sealed: Uint8Array) => Buffer {
  return (sealed) => {
    const id = keyIdOf(sealed);
    const key = keys.get(id);
    if (!key) throw new Error(`the key ring has no key ${id}`);
    const at = 2 + id.length;
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(at, at + NONCE));
    decipher.setAuthTag(sealed.subarray(at + NONCE, at + NONCE + TAG));
    const plain = decipher.update(sealed.subarray(at + NONCE + TAG));
    decipher.final();
    return plain;
  };
}
