import type { Store } from '../identity/store/port.ts';
import { openBullJobs } from '../ingest/jobs/bullmq.ts';
import { openEmbeddedJobs } from '../ingest/jobs/embedded.ts';
import type { Jobs } from '../ingest/jobs/port.ts';
import type { Config } from '../schemas/config.ts';
import type { Flusher } from './flush.ts';
import { PULLS_JOB, type Pulls } from './pulls.ts';

const SWEEP = 'outbox-sweep';
const SWEEP_MS = 60_000;
const PULLS_MS = 5_000;

/**
 * Long work beside the way of the data, done here where the role says so; other processes can look at it and add to it.
 * The sweep tells the analytic store what a process that died had not told it yet.
 */
export async function startJobs(deps: {
  config: Pick<Config, 'redisUrl' | 'roles'>;
  store: Store;
  now(): number;
  flusher: Flusher;
  pulls: Pulls;
  /** Names further kinds of work. */
  define(jobs: Jobs): void;
}): Promise<Jobs> {
  const { config, store, now, flusher, pulls } = deps;
  const jobs = config.redisUrl ? openBullJobs({ url: config.redisUrl, store, now }) : openEmbeddedJobs({ store, now });
  if (!config.roles.has('jobs')) return jobs;
  jobs.define(SWEEP, () => flusher.sweep());
  pulls.define(jobs);
  deps.define(jobs);
  await jobs.start();
  await jobs.every(SWEEP, SWEEP_MS);
  await jobs.every(PULLS_JOB, PULLS_MS);
  return jobs;
}
