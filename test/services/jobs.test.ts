import { randomUUID } from 'node:crypto';
import { test } from 'vitest';
import type { Store } from '../../identity/store/port.ts';
import { openRedisStore } from '../../identity/store/redis.ts';
import { openBullJobs } from '../../ingest/jobs/bullmq.ts';
import { movingClock } from '../contract/clock.ts';
import { expectTakenUp } from '../contract/jobs.crash.ts';
import { jobsContract } from '../contract/jobs.ts';
import { REDIS_URL } from './env.ts';

const now = movingClock();

jobsContract('BullMQ jobs', async () => {
  const tenant = randomUUID();
  const store = await openRedisStore(REDIS_URL, { tenant });
  const make = () => openBullJobs({ url: REDIS_URL, store, now, prefix: `{${tenant}}` });
  return { make, close: () => store.close() };
});

test('a job of a killed process is taken up by another one, from its cursor', async () => {
  const tenant = randomUUID();
  let store: Store | undefined;
  await expectTakenUp(['bullmq', REDIS_URL, tenant], async () => {
    store = await openRedisStore(REDIS_URL, { tenant });
    return openBullJobs({ url: REDIS_URL, store, now, prefix: `{${tenant}}` });
  });
  await store?.close();
});
