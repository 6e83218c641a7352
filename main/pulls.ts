import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Job, type JobHandler, type JobRun, JobStopped, type Jobs } from '../ingest/jobs/port.ts';
import type { Platform } from '../ingest/platform.ts';
import { NEW_PULL, type PullState } from '../ingest/pull/state.ts';
import { Problem } from '../schemas/errors.ts';
import { dueLanes, type Rests, workLane } from './pulls/ask-lanes.ts';
import type { AskCount } from './pulls/ask-list.ts';
import { pullOnce, TICK_MS } from './pulls/once.ts';
import { type PullDeps, type PullParts, pullParts } from './pulls/parts.ts';
import { type PullName, pullKey } from './pulls/states.ts';
import { duePulls, takeTurn } from './pulls/turns.ts';

/**
 * Reading from platforms: what sources pull by themselves, and what events make us ask. One recurring job does both, in
 * one process at a time; pulls and sources go on beside one another in it.
 */
export type Pulls = {
  /** Tells the jobs what to do; before they start. */
  define(jobs: Jobs): void;
  /** Reads now, or a part of the past again. Throws Problem source_unknown, source_incomplete, body_malformed. */
  run(jobs: Jobs, pull: PullName, range: Platform['range']): Promise<Job>;
  /** Every pull of every configured source. */
  shown(): Promise<(PullName & { ready: boolean; state: PullState })[]>;
  waiting(): Promise<AskCount[]>;
  /** Ends calls that are under way; what they would have brought is read again at the next start. */
  stop(): void;
};

/** The recurring job. */
export const PULLS_JOB = 'pulls';
/** What failed for a reason of ours (the store is away) is left alone so long. */
const HOLD_MS = 5_000;

type Runner = {
  parts: PullParts;
  closing: AbortSignal;
  /** Pulls and lanes under way in this process, by key. */
  busy: Set<string>;
  /** Not before this time (epoch ms), by key. */
  holds: Rests;
  rests: Rests;
};

export function makePulls(deps: PullDeps): Pulls {
  const parts = pullParts(deps);
  const closing = new AbortController();
  const { signal } = closing;
  const runner: Runner = {
    ...{ parts, closing: signal, busy: new Set<string>() },
    ...{ holds: new Map<string, number>(), rests: new Map<string, number>() },
  };
  return {
    define: (jobs) => {
      jobs.define(PULLS_JOB, (run) => recurring(runner, run));
      for (const { name, pulls } of deps.channels.values()) {
        if (pulls.length > 0) jobs.define(kindOf(name), (run) => pullOnce({ ...runner, ring: deps.ring }, run));
      }
    },
    run: async (jobs, pull, range) => {
      await checkPull(parts, pull, range);
      return jobs.add(kindOf(pull.channel), { ...pull, range: range ?? null }, `pull-${randomUUID()}`);
    },
    shown: () => shownPulls(parts),
    waiting: () => parts.asks.counts(),
    stop: () => closing.abort(),
  };
}

/** A kind for each channel: a long reading of one does not keep another's waiting. */
const kindOf = (channel: string): string => `pull:${channel}`;

async function shownPulls({ configured, states }: PullParts): ReturnType<Pulls['shown']> {
  const known = await states.all();
  return (await configured()).flatMap(({ channel, configured: { channel: name, source, settings } }) =>
    channel.pulls.map((pull) => {
      const names = { channel: name, source, name: pull.name };
      return { ...names, ready: pull.ready(settings), state: known.get(pullKey(names)) ?? NEW_PULL };
    }),
  );
}

async function checkPull(parts: PullParts, { channel, source, name }: PullName, range: Platform['range']) {
  const configured = await parts.sources.get(channel, source);
  const pull = parts.channels.get(channel)?.pulls.find((one) => one.name === name);
  if (!configured || !pull)
    throw new Problem('source_unknown', 'no such source is configured, or it pulls no such thing');
  if (!pull.ready(configured.settings))
    throw new Problem('source_incomplete', 'the source lacks a setting that its pull needs');
  if (range && pull.ranged !== true) throw new Problem('body_malformed', 'from: this pull reads no part of the past');
  if (range && !(range.from < range.to)) throw new Problem('body_malformed', 'to: is not after from');
}

/** Runs a piece of work by itself, one of a key at a time; answers whether it came to an end. */
async function launch(runner: Runner, key: string, work: () => Promise<unknown>): Promise<boolean> {
  const { busy, holds, parts } = runner;
  busy.add(key);
  try {
    await work();
    return true;
  } catch {
    // Nothing is lost: what is not in the log is still at the platform, and the cursor stands before it.
    holds.set(key, parts.clock.now() + HOLD_MS);
    return false;
  } finally {
    busy.delete(key);
  }
}

/** Goes on until nothing is due and nothing under way; meanwhile whatever becomes due is begun beside the rest. */
async function recurring(runner: Runner, run: JobRun): ReturnType<JobHandler> {
  const { parts, busy, holds, rests, closing } = runner;
  const stop = new AbortController();
  const signal = AbortSignal.any([closing, stop.signal]);
  const mine = new Set<Promise<void>>();
  const ended = { done: 0, interrupted: 0 };
  const begin = (key: string, work: () => Promise<unknown>): void => {
    const working = launch(runner, key, work).then((whole) => {
      mine.delete(working);
      ended[whole ? 'done' : 'interrupted'] += 1;
    });
    mine.add(working);
  };
  const free = (key: string): boolean => !busy.has(key) && (holds.get(key) ?? 0) <= parts.clock.now();
  try {
    for (;;) {
      if (closing.aborted) throw new JobStopped('closing');
      for (const task of await duePulls(parts)) {
        if (free(task.key)) begin(task.key, () => takeTurn(parts, task, signal));
      }
      for (const lane of await dueLanes(parts, (key) => !free(key), rests)) {
        begin(lane.key, () => workLane(parts, lane, rests, signal));
      }
      if (mine.size === 0) return ended;
      await Promise.race([Promise.all(mine), delay(TICK_MS)]);
      await run.progress(ended.done, null, null);
    }
  } finally {
    stop.abort();
    await Promise.allSettled(mine);
  }
}
