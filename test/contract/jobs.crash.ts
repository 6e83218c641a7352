import { expect } from 'vitest';
import type { Jobs } from '../../ingest/jobs/port.ts';
import { startChild } from './crash.ts';
import { becomes } from './jobs.ts';

/**
 * Kills a worker in the middle of its job and expects the next process to go on at the last step saved. `make` opens
 * that.
 */
export async function expectTakenUp(args: readonly string[], make: () => Promise<Jobs>): Promise<void> {
  let last = 0;
  await startChild('worker.ts', args, (text, child) => {
    last = Number(text);
    if (last === 50) child.kill('SIGKILL');
  });
  expect(last).toBeGreaterThanOrEqual(50);
  const jobs = await make();
  let cursor: unknown;
  jobs.define('count', async (run) => {
    cursor = run.cursor;
  });
  await jobs.start();
  await becomes(jobs, 'counting', ({ state }) => state === 'done');
  expect(Number(cursor)).toBeGreaterThanOrEqual(last);
  await jobs.close();
}
