import { writeSync } from 'node:fs';
import { openLmdbStore } from '../../identity/store/lmdb.ts';

/**
 * A process to be killed: each commit writes its number into 200 rows and adds a member to a list, and is printed
 * when it is done, or `full`. Argument: the directory.
 */
const store = await openLmdbStore(process.argv[2] ?? '');
const keys = Array.from({ length: 200 }, (_, at) => `row${at}`);
for (let number = 1; ; ) {
  const text = `${number} ${'x'.repeat(number % 500)}`;
  const seen = new Map((await store.read(keys)).map(({ stamp }, at) => [keys[at] ?? '', stamp]));
  const add = [{ list: 'commits', member: String(number).padStart(9, '0'), value: 'y'.repeat(20_000) }];
  try {
    await store.commit({ seen, put: new Map(keys.map((key) => [key, text])), add, remove: [] });
    writeSync(1, `${number}\n`);
    number += 1;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    writeSync(1, 'full\n');
  }
}
