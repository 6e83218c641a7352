import type { JobView, Services } from '../../api/port.ts';
import { Problem } from '../../schemas/errors.ts';

/** Jobs in memory: a pull waits in the queue until somebody steers it. */
export function makeJobs(): Pick<Services, 'jobs' | 'pulls'> {
  const all: JobView[] = [];
  const blank = { state: 'queued' as const, done: 0, total: null, started: null, ended: null };
  const steered = { pause: 'paused', resume: 'queued', cancel: 'cancelled' } as const;
  return {
    jobs: {
      async list({ after, limit }) {
        const at = after === null ? -1 : all.findIndex(({ id }) => id === after);
        if (after !== null && at < 0) throw new Problem('cursor_invalid', 'no job has this id');
        const items = all.slice(at + 1, at + 1 + limit);
        return { items, next: at + 1 + limit < all.length ? (items[items.length - 1]?.id ?? null) : null };
      },
      get: async (id) => all.find((job) => job.id === id) ?? null,
      async steer(id, how) {
        const job = all.find((one) => one.id === id);
        if (job && job.state !== 'cancelled') job.state = steered[how];
        return job ?? null;
      },
    },
    pulls: {
      async run(channel, source, name, range) {
        if (channel !== 'pospal' || name !== 'tickets') throw new Problem('source_unknown', 'no such pull');
        if (source !== 'main') throw new Problem('source_incomplete', 'a setting is missing');
        const job = { ...blank, id: `pull-${all.length + 1}`, kind: 'pull:pospal', result: range };
        all.unshift(job);
        return job;
      },
    },
  };
}
