import type { Store } from '../../identity/store/port.ts';
import { controlJobs } from './control.ts';
import { openLedger, toJob } from './ledger.ts';
import type { JobHandler, Jobs } from './port.ts';
import { runJob, toNextTurn } from './run.ts';
import { openWorkers } from './workers.ts';

/** Runs a function once after some ms, at most 2^31 - 1; answers how to call it off. */
export type SetTimer = (run: () => void, ms: number) => () => void;

const MAX_TIMER_MS = 2 ** 31 - 1;
const RETRY_MS = 1_000;

const realTimer: SetTimer = (run, ms) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** Timers by name: a new one takes the place of the old. */
function openTimers(setTimer: SetTimer) {
  const timers = new Map<string, () => void>();
  let closed = false;
  return {
    set: (name: string, ms: number, run: () => void) => {
      timers.get(name)?.();
      if (!closed) timers.set(name, setTimer(run, Math.min(ms, MAX_TIMER_MS)));
    },
    close: () => {
      closed = true;
      for (const cancel of timers.values()) cancel();
    },
  };
}

type Options = { store: Store; now: () => number; setTimer?: SetTimer };

/**
 * Jobs in this process, kept in the identity store. `now` is epoch ms. What a kill interrupted goes on at the next
 * start.
 */
export function openEmbeddedJobs({ store, now, setTimer = realTimer }: Options): Jobs {
  const ledger = openLedger(store, now);
  const handlers = new Map<string, JobHandler>();
  const plans = new Map<string, number>();
  const timers = openTimers(setTimer);
  let started = false;
  let closing = false;

  const work = openWorkers(async (kind) => {
    const handler = handlers.get(kind);
    if (!handler) return false;
    // One process: what is still `running` here is what an earlier one left, or a run whose end could not be written.
    const next = (await ledger.open()).find((entry) => entry.kind === kind && entry.state !== 'paused');
    if (!next || closing) return false;
    await runJob(ledger, next.id, handler, () => closing, now);
    return true;
  });
  const wake = (kind: string) => {
    // The store may be full or away: the kind is tried again, and no job is lost meanwhile.
    if (started && !closing) work.wake(kind, () => timers.set(`retry ${kind}`, RETRY_MS, () => wake(kind)));
  };

  const tick = async (kind: string, everyMs: number) => {
    const id = `every:${kind}`;
    const entry = await ledger.create(kind, null, id);
    const due = (entry.started ?? entry.created) + everyMs;
    if (due <= now()) await ledger.update(id, toNextTurn);
    wake(kind);
    timers.set(id, due > now() ? due - now() : everyMs, () => plan(kind));
  };
  const plan = (kind: string) => {
    const everyMs = plans.get(kind);
    if (!started || closing || everyMs === undefined) return;
    tick(kind, everyMs).catch(() => timers.set(`every:${kind}`, RETRY_MS, () => plan(kind)));
  };
  return {
    define: (kind, handler) => void handlers.set(kind, handler),
    start: async () => {
      started = true;
      for (const kind of handlers.keys()) wake(kind);
      for (const kind of plans.keys()) plan(kind);
    },
    add: async (kind, data, id) => {
      const entry = await ledger.create(kind, data, id);
      wake(entry.kind);
      return toJob(entry);
    },
    every: async (kind, everyMs) => {
      plans.set(kind, everyMs);
      plan(kind);
    },
    ...controlJobs(ledger, now, async ({ kind }) => wake(kind)),
    close: async () => {
      closing = true;
      timers.close();
      await work.idle();
    },
  };
}
