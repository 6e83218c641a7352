import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test } from 'vitest';
import { openLmdbStore } from '../../identity/store/lmdb.ts';
import type { Store } from '../../identity/store/port.ts';
import { openEmbeddedJobs } from '../../ingest/jobs/embedded.ts';
import { movingClock } from './clock.ts';
import { expectTakenUp } from './jobs.crash.ts';
import { jobsContract } from './jobs.ts';

const directory = mkdtempSync(join(tmpdir(), 'hx-jobs-'));
afterAll(() => rmSync(directory, { recursive: true }));

jobsContract('embedded jobs', async () => {
  const store = await openLmdbStore(join(directory, 'contract'));
  const now = movingClock();
  return { make: () => openEmbeddedJobs({ store, now }), close: () => store.close() };
});

test('a job of a killed process goes on from its cursor at the next start', async () => {
  const place = join(directory, 'killed');
  let store: Store | undefined;
  await expectTakenUp(['embedded', place], async () => {
    store = await openLmdbStore(place);
    return openEmbeddedJobs({ store, now: movingClock() });
  });
  await store?.close();
});
