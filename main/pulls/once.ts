import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type JobHandler, type JobRun, JobStopped } from '../../ingest/jobs/port.ts';
import { isDue } from '../../ingest/pull/state.ts';
import type { RangeState } from '../../ingest/pull/turn.ts';
import type { Ring } from '../../schemas/ring.ts';
import type { PullParts } from './parts.ts';
import { pullKey } from './states.ts';
import { type PullTask, readyPulls, takeRange, takeTurn } from './turns.ts';

/** A pull that somebody asked for, as a job: now, from where the last turn ended, or a part of the past again. */
type Once = { parts: PullParts; ring: Ring; closing: AbortSignal; busy: Set<string> };

export const TICK_MS = 250;

const range = z.object({ from: z.number(), to: z.number() });
const asked = z.object({ channel: z.string(), source: z.string(), name: z.string(), range: range.nullable() });
const saved = z.object({ cursor: z.unknown().optional(), items: z.number(), tries: z.number() });

/** The error of a job that the end of the process interrupted is no failure: it goes on at the next start. */
const interrupted = ({ closing }: Once, error: unknown): unknown =>
  closing.aborted ? new JobStopped('closing') : error;

async function readRange(once: Once, run: JobRun, task: PullTask, part: z.infer<typeof range>): Promise<unknown> {
  const { parts, ring, closing } = once;
  const begun: RangeState =
    typeof run.cursor === 'string' ? saved.parse(JSON.parse(ring.openText(run.cursor))) : { items: 0, tries: 0 };
  // Records of jobs are kept in clear, and a cursor may hold anything.
  const save = (state: RangeState): Promise<void> =>
    run.progress(state.items, null, ring.sealText(JSON.stringify(state)));
  const { items } = await takeRange(parts, task, { range: part, begun, save, signal: closing });
  if (closing.aborted) throw new JobStopped('closing');
  return { items };
}

async function readOn({ parts, closing, busy }: Once, run: JobRun, task: PullTask): Promise<unknown> {
  for (; busy.has(task.key); await delay(TICK_MS)) await run.progress(0, null, null);
  busy.add(task.key);
  try {
    const before = (await parts.states.get(task)).items;
    for (;;) {
      const state = await takeTurn(parts, task, closing);
      if (closing.aborted) throw new JobStopped('closing');
      const items = state.items - before;
      if (state.error) throw new Error(`${state.error.why}: ${state.error.detail}`);
      await run.progress(items, null, null);
      if (!isDue(state, parts.clock.now())) return { items };
    }
  } finally {
    busy.delete(task.key);
  }
}

export async function pullOnce(once: Once, run: JobRun): ReturnType<JobHandler> {
  const work = asked.parse(run.data);
  const task = (await readyPulls(once.parts)).find(({ key }) => key === pullKey(work));
  if (!task) throw new Error('the source is not configured any more, or lacks a setting');
  try {
    return await (work.range ? readRange(once, run, task, work.range) : readOn(once, run, task));
  } catch (error) {
    throw interrupted(once, error);
  }
}
