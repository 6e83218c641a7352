import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../schemas/config.ts';
import { makeRing, newRing, type Ring, ringFile } from '../schemas/ring.ts';

/** The ring's file where it stands in the data directory. */
export const RING = 'keyring.json';

/**
 * The key ring from its file; where none is named, from the data directory, made there on the first start. `warn` is
 * told, since a ring beside the data it locks protects only against losing a disk or a backup without the ring.
 */
export async function openRing(
  file: string | undefined,
  directory: string,
  warn: (text: string) => void,
): Promise<Ring> {
  const path = file ?? join(directory, RING);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (file !== undefined)
      throw new ConfigError(`HUAXIANG_KEYRING names a file that cannot be read: ${path} (${codeOf(error)})`);
    return null;
  });
  if (text === null) {
    const made = newRing();
    await writeFile(path, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    warn(
      `made a key ring in the data directory: ${path}. ` +
        'Move it elsewhere and name it in HUAXIANG_KEYRING; without it the data cannot be read',
    );
    return makeRing(made);
  }
  const parsed = ringFile.safeParse(parse(text));
  if (!parsed.success)
    throw new ConfigError(`the key ring ${path} does not parse: ${parsed.error.issues[0]?.path.join('.') ?? 'file'}`);
  return makeRing(parsed.data);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'error';
