import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Job, type JobRun, type JobState, JobStopped, type Jobs } from '../../ingest/jobs/port.ts';
import { gated } from './gate.ts';

/** What the suite opens: each `make` is another process on the same records. */
export type OpenJobs = () => Promise<{ make(): Jobs; close(): Promise<void> }>;

let tests = 0;
/** Kinds and ids of one test of one run: a server keeps what earlier ones left. */
const unique = (name: string) => `${name}-${process.pid}-${tests}`;

/** Polls: BullMQ tells nobody, and neither do we. */
export async function becomes(jobs: Jobs, id: string, met: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = await jobs.get(id);
    if (job && met(job)) return job;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const reaches = (jobs: Jobs, id: string, state: JobState) => becomes(jobs, id, (job) => job.state === state);

/** The contract of ingest/jobs/port.ts. */
export function jobsContract(name: string, open: OpenJobs): void {
  describe(name, () => {
    let make: () => Jobs;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ make, close } = await open());
    });
    afterAll(() => close());
    /** A set of jobs with one kind, started; closed when the test is done. */
    const within = async (
      kind: string,
      handler: Parameters<Jobs['define']>[1],
      body: (jobs: Jobs) => Promise<void>,
    ) => {
      const jobs = make();
      jobs.define(kind, handler);
      await jobs.start();
      await body(jobs).finally(() => jobs.close());
    };
    running(within);
    failing(within);
    pausing(within);
    cancelling(within);
    surviving(() => make());
    repeating(() => make());
  });
}

type Within = (
  kind: string,
  handler: Parameters<Jobs['define']>[1],
  body: (jobs: Jobs) => Promise<void>,
) => Promise<void>;

function running(within: Within): void {
  test('a job runs with its data and ends with its result', async () => {
    tests += 1;
    const [kind, id] = [unique('kind'), unique('job')];
    const seen: unknown[] = [];
    const handler = async ({ data, cursor }: JobRun) => {
      seen.push(data, cursor);
      return { rows: 3, names: ['王'] };
    };
    await within(kind, handler, async (jobs) => {
      const added = await jobs.add(kind, { file: 'a.csv', list: [1, null] }, id);
      expect(added).toMatchObject({ id, kind, state: 'queued', done: 0, total: null, ended: null, error: null });
      const job = await reaches(jobs, id, 'done');
      expect(job.result).toEqual({ rows: 3, names: ['王'] });
      expect(job.ended ?? 0).toBeGreaterThanOrEqual(job.started ?? Number.POSITIVE_INFINITY);
      expect(seen).toEqual([{ file: 'a.csv', list: [1, null] }, undefined]);
      expect(await jobs.get(unique('none'))).toBeUndefined();
    });
  });

  test('the same id again is the same job, also when it is done', async () => {
    tests += 1;
    const [kind, id] = [unique('kind'), unique('job')];
    const runs: unknown[] = [];
    const handler = async ({ data }: JobRun) => runs.push(data);
    await within(kind, handler, async (jobs) => {
      await Promise.all([jobs.add(kind, 1, id), jobs.add(kind, 1, id), jobs.add(kind, 1, id)]);
      await reaches(jobs, id, 'done');
      expect((await jobs.add(kind, 2, id)).state).toBe('done');
      const next = unique('next');
      await jobs.add(kind, 3, next);
      await reaches(jobs, next, 'done');
      expect(runs).toEqual([1, 3]);
    });
  });

  test('jobs of a kind run one at a time, and the list shows the newest first', async () => {
    tests += 1;
    const kind = unique('kind');
    let inside = 0;
    const handler = async () => {
      inside += 1;
      expect(inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside -= 1;
    };
    await within(kind, handler, async (jobs) => {
      const ids = Array.from({ length: 6 }, (_, at) => unique(`job${at}`));
      for (const id of ids) await jobs.add(kind, null, id);
      for (const id of ids) expect((await reaches(jobs, id, 'done')).error).toBeNull();
      expect((await jobs.list(6)).map(({ id }) => id)).toEqual(ids.toReversed());
      expect((await jobs.list(2, ids[4])).map(({ id }) => id)).toEqual([ids[3], ids[2]]);
      expect(await jobs.list(2, unique('none'))).toEqual([]);
    });
  });
}

function failing(within: Within): void {
  test('a handler that throws leaves the job failed with the reason; resumed, it goes on from its cursor', async () => {
    tests += 1;
    const [kind, id] = [unique('kind'), unique('job')];
    const cursors: unknown[] = [];
    const handler = async ({ cursor, progress }: JobRun) => {
      cursors.push(cursor);
      await progress(1, 2, { line: 7 });
      if (cursor === undefined) throw new Error('the file is gone');
    };
    await within(kind, handler, async (jobs) => {
      await jobs.add(kind, null, id);
      expect(await reaches(jobs, id, 'failed')).toMatchObject({ error: 'the file is gone', done: 1, total: 2 });
      expect((await jobs.resume(id))?.state).toBe('queued');
      expect((await reaches(jobs, id, 'done')).error).toBeNull();
      expect(cursors).toEqual([undefined, { line: 7 }]);
    });
  });
}

function pausing(within: Within): void {
  test('a paused job stops at its next progress and goes on from its cursor when resumed', async () => {
    tests += 1;
    const [kind, id] = [unique('kind'), unique('job')];
    const work = gated(4);
    await within(kind, work.handler, async (jobs) => {
      await jobs.add(kind, null, id);
      await reaches(jobs, id, 'running');
      work.step();
      await becomes(jobs, id, ({ done }) => done === 1);
      expect((await jobs.pause(id))?.state).toBe('paused');
      work.step();
      await becomes(jobs, id, ({ done }) => done === 2);
      expect(await jobs.get(id)).toMatchObject({ state: 'paused', done: 2, total: 4 });
      await jobs.resume(id);
      await becomes(jobs, id, ({ state }) => state === 'running');
      expect(work.runs.map(({ cursor }) => cursor)).toEqual([undefined, 2]);
      while ((await jobs.get(id))?.state !== 'done') {
        work.step();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      expect(work.passed).toEqual([0, 1, 2, 3]);
    });
  });
}

function cancelling(within: Within): void {
  test('a cancelled job ends, running or waiting, and what is at its end stays as it is', async () => {
    tests += 1;
    const kind = unique('kind');
    const [first, second, third] = [unique('first'), unique('second'), unique('third')];
    const work = gated(2);
    await within(kind, work.handler, async (jobs) => {
      for (const id of [first, second, third]) await jobs.add(kind, null, id);
      await reaches(jobs, first, 'running');
      expect((await jobs.cancel(second))?.state).toBe('cancelled');
      expect((await jobs.cancel(first))?.state).toBe('cancelled');
      work.step();
      await reaches(jobs, third, 'running');
      expect(work.runs.map(({ id }) => id)).toEqual([first, third]);
      for (const id of [first, second]) {
        expect((await jobs.resume(id))?.state).toBe('cancelled');
        expect((await jobs.pause(id))?.state).toBe('cancelled');
        expect((await jobs.get(id))?.ended).not.toBeNull();
      }
      await jobs.cancel(third);
      work.step();
      expect(await jobs.cancel(unique('none'))).toBeUndefined();
    });
  });

  test('progress tells a stopped job apart from every other error', async () => {
    tests += 1;
    const [kind, id] = [unique('kind'), unique('job')];
    let thrown: unknown;
    const work = gated(1);
    const handler = async (run: JobRun) => {
      try {
        return await work.handler(run);
      } catch (error) {
        thrown = error;
        throw error;
      }
    };
    await within(kind, handler, async (jobs) => {
      await jobs.add(kind, null, id);
      await reaches(jobs, id, 'running');
      await jobs.cancel(id);
      work.step();
    });
    expect(thrown).toBeInstanceOf(JobStopped);
  });
}

function surviving(make: () => Jobs): void {
  test('close stops a running job at its next progress; the next start goes on from there', async () => {
    tests += 1;
    const [kind, id, waiting] = [unique('kind'), unique('job'), unique('waiting')];
    const work = gated(3);
    const before = make();
    before.define(kind, work.handler);
    await before.start();
    await before.add(kind, { from: 'before' }, id);
    await before.add(kind, null, waiting);
    await reaches(before, id, 'running');
    const closed = before.close();
    work.step();
    await closed;

    const after = make();
    const rest: JobRun[] = [];
    after.define(kind, async (run) => rest.push(run));
    expect(await after.get(id)).toMatchObject({ state: 'queued', done: 1, total: 3 });
    await after.start();
    await reaches(after, id, 'done');
    await reaches(after, waiting, 'done');
    expect(rest.length).toBe(2);
    expect(rest.find((run) => run.id === id)).toMatchObject({ cursor: 1, data: { from: 'before' } });
    expect(rest.find((run) => run.id === waiting)).toMatchObject({ cursor: undefined, data: null });
    await after.close();
  });

  test('a job added where nothing runs waits for the next start', async () => {
    tests += 1;
    const [kind, id] = [unique('kind'), unique('job')];
    const adding = make();
    expect((await adding.add(kind, 'x', id)).state).toBe('queued');
    await adding.close();
    const jobs = make();
    jobs.define(kind, async ({ data }) => data);
    await jobs.start();
    expect((await reaches(jobs, id, 'done')).result).toBe('x');
    await jobs.close();
  });
}

function repeating(make: () => Jobs): void {
  test('every runs a kind again and again, one run at a time, as one job in the list', async () => {
    tests += 1;
    const kind = unique('kind');
    let [runs, inside] = [0, 0];
    let enough: () => void = () => undefined;
    const three = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const jobs = make();
    jobs.define(kind, async () => {
      inside += 1;
      expect(inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 10));
      inside -= 1;
      runs += 1;
      if (runs === 3) enough();
    });
    await jobs.every(kind, 200);
    await jobs.start();
    await jobs.every(kind, 200);
    await three;
    const listed = (await jobs.list(1_000)).filter((job) => job.kind === kind);
    expect(listed.map(({ error }) => error)).toEqual([null]);
    await jobs.close();
    const after = runs;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(runs).toBe(after);
  });
}
