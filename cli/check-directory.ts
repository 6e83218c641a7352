import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Verdict } from './verdict.ts';

/** Less than this and the next checkpoint may not fit; in bytes. */
const LITTLE = 1024 ** 3;

/** The directory itself, or the nearest one above it that exists. */
async function nearest(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  const above = dirname(path);
  return found || above === path ? path : nearest(above);
}

/** Whether the data directory can be made or written, who has it, and how much room is left. */
export async function checkDirectory(data: string, held: (path: string) => Promise<boolean>): Promise<Verdict[]> {
  const path = resolve(data);
  const base = await nearest(path);
  const found = await stat(base);
  if (!found.isDirectory()) {
    return [{ state: 'wrong', what: `${base} is a file, no directory`, mend: 'set HUAXIANG_DATA to a directory' }];
  }
  const writable = await access(base, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!writable) {
    return [{ state: 'wrong', what: `${base} cannot be written`, mend: `chown $(id -u) ${base}` }];
  }
  const { bavail, bsize } = await statfs(base);
  const free = bavail * bsize;
  const room = `${(free / 1024 ** 3).toFixed(1)} GiB free`;
  const state = base === path ? 'is there' : 'will be made';
  const verdicts: Verdict[] = [
    free < LITTLE
      ? { state: 'wrong', what: `${path}: only ${room}`, mend: 'make room, or set HUAXIANG_DATA to a larger disk' }
      : { state: 'ok', what: `data directory ${path} ${state}, ${room}` },
  ];
  if (base === path && (await held(path))) {
    verdicts.push({
      state: 'note',
      what: `${path} is in use by a running huaxiang`,
      mend: 'stop that one before another starts on the same directory',
    });
  }
  return verdicts;
}
