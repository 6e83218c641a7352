import type { JobView, PullView, Services, SourceView } from '../api/port.ts';
import type { Job } from '../ingest/jobs/port.ts';
import { Problem } from '../schemas/errors.ts';
import type { House } from './house.ts';

/** Jobs, and what sources read by themselves, as the routes show them. */
const timeOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

export function jobView({ started, ended, result, error, ...job }: Job): JobView {
  return {
    ...job,
    started: timeOf(started),
    ended: timeOf(ended),
    ...(result === null ? {} : { result }),
    ...(error === null ? {} : { error }),
  };
}

export function makeJobServices(house: House): Pick<Services, 'jobs' | 'pulls'> {
  const { jobs, pulls } = house;
  const shown = (job: Job | undefined): JobView | null => (job ? jobView(job) : null);
  return {
    jobs: {
      list: async ({ after, limit }) => {
        if (after !== null && !(await jobs.get(after))) throw new Problem('cursor_invalid', 'no job has this id');
        const found = await jobs.list(limit + 1, after ?? undefined);
        const items = found.slice(0, limit).map(jobView);
        return { items, next: found.length > limit ? (items[items.length - 1]?.id ?? null) : null };
      },
      get: async (id) => shown(await jobs.get(id)),
      steer: async (id, how) => shown(await jobs[how](id)),
    },
    pulls: {
      run: async (channel, source, name, { from, to }) => {
        if (from === null && to !== null) throw new Problem('body_malformed', 'from: is missing beside to');
        const range = from === null ? undefined : { from, to: to ?? house.now() };
        return jobView(await pulls.run(jobs, { channel, source, name }, range));
      },
    },
  };
}

/** The sources with their pulls, where they have any, and their waiting asks. */
export async function listSources(house: House): Promise<SourceView[]> {
  const [sources, shown, waiting] = await Promise.all([
    house.sources.list(),
    house.pulls.shown(),
    house.pulls.waiting(),
  ]);
  return sources.map((one) => {
    const mine = (other: { channel: string; source: string }): boolean =>
      other.channel === one.channel && other.source === one.source;
    const pulls = shown.filter(mine).map(({ name, ready, state }): PullView => {
      const { turn, success, due, items, error } = state;
      return {
        ...{ name, ready, items, last_turn: timeOf(turn), last_success: timeOf(success) },
        next_turn: ready && turn !== null ? timeOf(due) : null,
        error: error && { why: error.why, detail: error.detail, time: new Date(error.at).toISOString() },
      };
    });
    const asks = waiting.filter(mine).map(({ name, waiting: count }): [string, number] => [name, count]);
    return {
      ...one,
      ...(pulls.length > 0 ? { pulls } : {}),
      ...(asks.length > 0 ? { asks_waiting: Object.fromEntries(asks) } : {}),
    };
  });
}
