import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DemoError } from './failure.ts';

/** Where the demo keeps its data: a new temporary directory that it removes, or the one it was given, which stays. */
export type Place = { path: string; temporary: boolean; leave(): Promise<void> };

/** Tells a directory of an earlier demo from one with data that somebody needs. */
const MARK = 'demo.txt';
const MARKED = 'This directory holds the made-up people of `npm run demo`. It can be removed.\n';

/** Throws DemoError where the given directory holds something that is no demo's. */
export async function takePlace(given: string | undefined): Promise<Place> {
  if (given === undefined || given === '') {
    const path = await mkdtemp(join(tmpdir(), 'huaxiang-demo-'));
    return { path, temporary: true, leave: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
  }
  await mkdir(given, { recursive: true });
  const names = await readdir(given);
  if (names.length > 0 && !names.includes(MARK)) {
    throw new DemoError(
      `HUAXIANG_DATA names ${given}, which holds data that is no demo's: made-up people do not belong there. ` +
        'Unset it, or name an empty directory',
    );
  }
  await writeFile(join(given, MARK), MARKED);
  return { path: given, temporary: false, leave: async () => {} };
}

/** The wanted port, or 0 (any free one) where somebody listens on it. */
export function freePort(port: number, host: string): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(port, host, () => probe.close(() => resolve(port)));
  });
}
