import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLmdbStore } from '../../identity/store/lmdb.ts';
import { startChild } from './crash.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hx-store-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** All rows of one commit, and the list as long as it says; answers the number of the last commit. */
async function lastCommit(): Promise<number> {
  const store = await openLmdbStore(directory);
  const rows = await store.read(Array.from({ length: 200 }, (_, at) => `row${at}`));
  const members = await store.range('commits', { limit: 100_000 });
  const [first] = rows;
  expect(rows.every(({ text, stamp }) => text === first?.text && stamp === members.length)).toBe(true);
  expect(Number(first?.text?.split(' ')[0])).toBe(members.length);
  await store.flushed();
  await store.close();
  return members.length;
}

test('killed in the middle of commits: what was answered is there, and no half of a commit', async () => {
  let last = 0;
  await startChild('committer.ts', [directory], (text, child) => {
    last = Number(text);
    if (last === 150) child.kill('SIGKILL');
  });
  expect(last).toBeGreaterThanOrEqual(150);
  expect(await lastCommit()).toBeGreaterThanOrEqual(last);
});

// The limit on the size of a file stands for the disk's: LMDB gets the same refusals from the system, and it needs no
// rights.
test.runIf(process.platform === 'linux')(
  'a full disk refuses commits with ENOSPC, and with room again they go on',
  async () => {
    let [last, refused, before] = [0, 0, 0];
    const limit = 'ulimit -S -f 8192;';
    await startChild(
      'committer.ts',
      [directory],
      (text, child) => {
        if (text !== 'full') last = Number(text);
        else if (++refused === 30) {
          before = last;
          spawnSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']);
        }
        if (refused >= 30 && last === before + 50) child.kill('SIGKILL');
      },
      limit,
    );
    expect(refused).toBeGreaterThanOrEqual(30);
    expect(last).toBeGreaterThanOrEqual(before + 50);
    expect(await lastCommit()).toBeGreaterThanOrEqual(last);
  },
);
