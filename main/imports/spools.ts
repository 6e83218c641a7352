import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { isSpoolFull, listSpools, openSpool, removeSpool, writeSpool } from '../../ingest/import/spool.ts';
import type { Upload } from '../../ingest/import/unit.ts';
import { Problem } from '../../schemas/errors.ts';
import type { Ring } from '../../schemas/ring.ts';
import type { ImportRow } from './rows.ts';

const PLACE = 'place';

export type Spools = {
  /** The id of this directory, made at the first call. */
  place(): Promise<string>;
  /** Takes a body in whole; gives its bytes once they are on the disk. What broke off leaves no file. */
  take(row: ImportRow, body: Readable): Promise<number>;
  open(row: ImportRow): Promise<Upload | null>;
  remove(row: ImportRow): Promise<void>;
  /** Removes what belongs to none of these imports. */
  sweep(rows: readonly ImportRow[]): Promise<void>;
};

/** The uploads of one data directory: sealed, under random names. */
export function makeSpools(directory: string, ring: Ring): Spools {
  const dir = join(directory, 'spool');
  let place: Promise<string> | null = null;
  return {
    place: () => {
      place ??= placeOf(dir);
      return place;
    },
    take: async (row, body) => {
      const spool = await writeSpool(dir, row.spool, ring).catch(refuseFull);
      try {
        for await (const chunk of body) await spool.append(Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk));
        return await spool.end();
      } catch (error) {
        await spool.discard();
        return refuseFull(error);
      }
    },
    open: (row) => openSpool(dir, row.spool, row.bytes, ring),
    remove: (row) => removeSpool(dir, row.spool),
    sweep: async (rows) => {
      const wanted = new Set([PLACE, ...rows.map(({ spool }) => spool)]);
      for (const name of await listSpools(dir)) if (!wanted.has(name)) await removeSpool(dir, name);
    },
  };
}

/** Throws Problem `storage_full` where the disk is full, else the error itself. */
export function refuseFull(error: unknown): never {
  if (isSpoolFull(error)) throw new Problem('storage_full', 'the disk is full, nothing was taken');
  throw error;
}

async function placeOf(dir: string): Promise<string> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, PLACE);
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known !== '') return known;
  const made = randomBytes(8).toString('hex');
  await writeFile(path, made, { mode: 0o600 });
  return made;
}
