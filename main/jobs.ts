import type { Store } from '../identity/store/port.ts';
import { openBullJobs } from '../ingest/jobs/bullmq.ts';
import { openEmbeddedJobs } from '../ingest/jobs/embedded.ts';
import type { Jobs } from '../ingest/jobs/port.ts';
import type { Config } from '../schemas/config.ts';
import type { Flusher } from './flush.ts';

const SWEEP = 'outbox-sweep';
const SWEEP_MS = 60_000;

/**
 * Long work beside the way of the data. The sweep tells the analytic store what a process that died had not told it
 * yet.
 */
export async function startJobs(deps: {
  config: Pick<Config, 'redisUrl' | 'roles'>;
  store: Store;
  now(): number;
  flusher: Flusher;
}): Promise<Jobs | null> {
  const { config, store, now, flusher } = deps;
  if (!config.roles.has('jobs')) return null;
  const jobs = config.redisUrl ? openBullJobs({ url: config.redisUrl, store, now }) : openEmbeddedJobs({ store, now });
  jobs.define(SWEEP, () => flusher.sweep());
  await jobs.start();
  await jobs.every(SWEEP, SWEEP_MS);
  return jobs;
}
