import { createHash, getHashes } from 'node:crypto';
import type { Ring } from '../schemas/ring.ts';
import type { NodeRow } from './port.ts';
import type { Tables } from './tables.ts';

/**
 * Hashed mobiles (CONTRACT §2): a hash of the 11 digits, or of the E.164 form of a foreign number, with the number it
 * is of. A hash cannot be undone, so every number that is introduced says which nodes its hashes would be.
 */
const ALGORITHMS = ['md5', 'sha256', 'sm3'].filter((name) => getHashes().includes(name));

/** The text that is hashed: `13900001234`, `+85261230456`. */
const hashedText = (e164: string): string => e164.replace(/^\+86(?=1\d{10}$)/, '');

/** The nodes of all hashes of a number (E.164), under each algorithm alone and with each salt of the ring. */
export function hashNodesOf(ring: Ring, e164: string): string[] {
  const text = hashedText(e164);
  const node = (algorithm: string, scope: string, message: string): string =>
    ring.hash('hashed_mobile', scope, createHash(algorithm).update(message).digest('hex'));
  return ALGORITHMS.flatMap((algorithm) => [
    node(algorithm, algorithm, text),
    ...ring.salts.map(({ name, before, after }) => node(algorithm, `${algorithm}:${name}`, before + text + after)),
  ]);
}

/** Ties a number that is new to those of its hashes that were told before, and is ready for those that will be. */
export async function tieHashes(tables: Tables, ring: Ring, mobile: string, e164: string): Promise<void> {
  const hashes = hashNodesOf(ring, e164);
  await tables.hashes.load(hashes);
  await tables.nodes.load(hashes);
  const told: string[] = [];
  for (const hash of hashes) {
    tables.hashes.put(hash, { mobile });
    const row = tables.nodes.get(hash);
    if (!row) continue;
    tables.nodes.put(hash, { ...row, clear: mobile });
    told.push(hash);
  }
  const row = tables.nodes.get(mobile);
  if (row && told.length > 0) tables.nodes.put(mobile, { ...row, hashes: told });
}

/** Ties a hash that is new to its number, where that is known. */
export async function tieClear(tables: Tables, hash: string): Promise<void> {
  await tables.hashes.load([hash]);
  const mobile = tables.hashes.get(hash)?.mobile;
  if (mobile === undefined) return;
  await tables.nodes.load([mobile]);
  const [row, number]: (NodeRow | null)[] = [tables.nodes.get(hash), tables.nodes.get(mobile)];
  // A number all of whose events were taken back is known no more.
  if (!row || !number || number.anchors.length === 0) return;
  tables.nodes.put(hash, { ...row, clear: mobile });
  tables.nodes.put(mobile, { ...number, hashes: [...(number.hashes ?? []), hash] });
}
