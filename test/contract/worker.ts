import { writeSync } from 'node:fs';
import { openLmdbStore } from '../../identity/store/lmdb.ts';
import { openRedisStore } from '../../identity/store/redis.ts';
import { openBullJobs } from '../../ingest/jobs/bullmq.ts';
import { openEmbeddedJobs } from '../../ingest/jobs/embedded.ts';
import { movingClock } from './clock.ts';

/**
 * A process to be killed: works at one job and prints each step whose progress was saved. Arguments: `embedded
 * <directory>` or `bullmq <url> <tenant>`.
 */
const [kind = '', where = '', tenant = ''] = process.argv.slice(2);
const now = movingClock();
const jobs =
  kind === 'embedded'
    ? openEmbeddedJobs({ store: await openLmdbStore(where), now })
    : openBullJobs({ url: where, store: await openRedisStore(where, { tenant }), now, prefix: `{${tenant}}` });
jobs.define('count', async ({ progress }) => {
  for (let step = 1; step < 100_000; step++) {
    await progress(step, 100_000, step);
    writeSync(1, `${step}\n`);
  }
});
await jobs.start();
await jobs.add('count', null, 'counting');
