import { type ConnectionOptions, Queue, Worker } from 'bullmq';
import { z } from 'zod';
import type { Store } from '../../identity/store/port.ts';
import { controlJobs } from './control.ts';
import { openLedger, toJob } from './ledger.ts';
import type { JobHandler, Jobs } from './port.ts';
import { runJob, toNextTurn } from './run.ts';

/**
 * A job of BullMQ is no more than a call to look at a record of ours: it may come twice, and too late, and do no
 * harm.
 */
const Call = z.object({ id: z.string(), every: z.boolean() });
type Call = z.infer<typeof Call>;

/** A killed process is noticed after its lock has run out and the next look for stalled jobs. */
const LOCK_MS = 10_000;
const STALLED_MS = 5_000;
/** Our handlers' errors never reach BullMQ, only those of the store: then it calls again until the store is back. */
const OPTIONS = {
  removeOnComplete: true,
  removeOnFail: true,
  attempts: 100_000,
  backoff: { type: 'fixed', delay: 1_000 },
};

type Options = { url: string; store: Store; now: () => number; prefix?: string };

/**
 * Jobs of several processes over Redis: BullMQ says who runs what and when, the records are in the identity store, as
 * they are in process. `now` is epoch ms. `prefix` stands before the keys of the queues; it holds a hash tag, for
 * Redis in a cluster.
 */
export function openBullJobs({ url, store, now, prefix = '{hx-jobs}' }: Options): Jobs {
  const ledger = openLedger(store, now);
  const handlers = new Map<string, JobHandler>();
  const workers: Worker<Call>[] = [];
  const connection: ConnectionOptions = { url, maxRetriesPerRequest: null };
  const queues = openQueues(connection, prefix);
  let closing = false;

  const answer = async (kind: string, handler: JobHandler, { id, every }: Call) => {
    if (every) {
      await ledger.create(kind, null, id);
      await ledger.update(id, toNextTurn);
    }
    const entry = await runJob(ledger, id, handler, () => closing, now);
    // Stopped because this process closes: another one, or the next start, goes on.
    if (entry?.state === 'queued') await queues.call(kind, id);
  };
  return {
    define: (kind, handler) => void handlers.set(kind, handler),
    start: async () => {
      for (const [kind, handler] of handlers) {
        await queues.of(kind).setGlobalConcurrency(1);
        const options = {
          connection,
          prefix,
          lockDuration: LOCK_MS,
          stalledInterval: STALLED_MS,
          maxStalledCount: 1_000_000,
        };
        const worker = new Worker<Call>(nameOf(kind), (job) => answer(kind, handler, Call.parse(job.data)), options);
        worker.on('error', () => undefined);
        workers.push(worker);
      }
      for (const { kind, id, state } of await ledger.open()) {
        if (state !== 'paused' && handlers.has(kind)) await queues.call(kind, id);
      }
    },
    add: async (kind, data, id) => {
      const entry = await ledger.create(kind, data, id);
      if (entry.state === 'queued') await queues.call(entry.kind, id);
      return toJob(entry);
    },
    every: async (kind, everyMs) => {
      const template = { name: nameOf(kind), data: { id: `every:${kind}`, every: true }, opts: OPTIONS };
      await queues.of(kind).upsertJobScheduler(`every-${nameOf(kind)}`, { every: everyMs }, template);
    },
    ...controlJobs(ledger, now, ({ kind, id }) => queues.call(kind, id)),
    close: async () => {
      closing = true;
      await Promise.all(workers.map((worker) => worker.close()));
      await queues.close();
    },
  };
}

/** One queue for each kind, opened when it is first needed. */
function openQueues(connection: ConnectionOptions, prefix: string) {
  const queues = new Map<string, Queue<Call>>();
  const of = (kind: string) => {
    const known = queues.get(kind);
    if (known) return known;
    const queue = new Queue<Call>(nameOf(kind), { connection, prefix, defaultJobOptions: OPTIONS });
    // Without a listener a broken connection would end the process; commands reject by themselves.
    queue.on('error', () => undefined);
    queues.set(kind, queue);
    return queue;
  };
  return {
    of,
    call: async (kind: string, id: string) => {
      await of(kind).add(nameOf(kind), { id, every: false });
    },
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

/** Queue names of BullMQ hold no colon. */
const nameOf = (kind: string) => kind.replaceAll(':', '.');
