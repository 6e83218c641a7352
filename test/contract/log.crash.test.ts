import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEmbeddedLog } from '../../ingest/log/embedded.ts';
import { expectWhole, killAppender, startChild } from './crash.ts';
import { readAll } from './log.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hx-log-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function expectTaken(acknowledged: readonly number[]): Promise<void> {
  const log = await openEmbeddedLog(directory);
  expectWhole(await readAll(log), acknowledged);
  await log.close();
}

test('killed in the middle of appends: what was acknowledged is there, and every batch is whole', async () => {
  for (const after of [1, 50, 200, 400]) {
    rmSync(directory, { recursive: true });
    await expectTaken(await killAppender(['embedded', directory], after));
  }
});

// The limit on the size of a file stands for the disk's: LMDB gets the same refusals from the system, and it needs no
// rights.
test.runIf(process.platform === 'linux')(
  'a full disk refuses appends and loses none; with room again they go on',
  async () => {
    const acknowledged: number[] = [];
    let refused = 0;
    let after = 0;
    const limit = 'ulimit -S -f 8192;';
    await startChild(
      'appender.ts',
      ['embedded', directory],
      (text, child) => {
        if (text === 'full') {
          refused += 1;
          // Some refusals on end, then room.
          if (refused === 30) spawnSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']);
          return;
        }
        acknowledged.push(Number(text));
        if (refused >= 30) after += 1;
        if (after === 100) child.kill('SIGKILL');
      },
      limit,
    );
    expect(refused).toBeGreaterThanOrEqual(30);
    expect(after).toBeGreaterThanOrEqual(100);
    await expectTaken(acknowledged);
  },
);
