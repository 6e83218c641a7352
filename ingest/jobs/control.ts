import { type Entry, type Ledger, toJob } from './ledger.ts';
import type { Jobs } from './port.ts';

type Change = (entry: Entry) => Partial<Entry> | undefined;
type Control = Pick<Jobs, 'get' | 'list' | 'pause' | 'resume' | 'cancel'>;

/**
 * The part of Jobs that reads and changes records alone. A run sees a change at its next `progress`. `queued` is
 * called after a change that leaves the job waiting for a worker.
 */
export function controlJobs(ledger: Ledger, now: () => number, queued: (entry: Entry) => Promise<void>): Control {
  const change = async (id: string, how: Change) => {
    const entry = await ledger.update(id, how);
    if (entry?.state === 'queued') await queued(entry);
    return entry && toJob(entry);
  };
  return {
    get: async (id) => {
      const entry = await ledger.get(id);
      return entry && toJob(entry);
    },
    list: async (limit, after) => (await ledger.newest(limit, after)).map(toJob),
    pause: (id) =>
      change(id, ({ state }) => (state === 'queued' || state === 'running' ? { state: 'paused' } : undefined)),
    // A failed job can be taken up again as well, from its cursor.
    resume: (id) =>
      change(id, ({ state }) =>
        state === 'paused' || state === 'failed' ? { state: 'queued', ended: null, error: null } : undefined,
      ),
    cancel: (id) =>
      change(id, ({ state }) =>
        state === 'queued' || state === 'running' || state === 'paused'
          ? { state: 'cancelled', ended: now() }
          : undefined,
      ),
  };
}
