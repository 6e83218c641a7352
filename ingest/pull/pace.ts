/** Time as the runner knows it: epoch ms, and a wait of some ms, which the signal ends early without a word. */
export type Clock = { now(): number; sleep(ms: number, signal: AbortSignal): Promise<void> };

/** Resolves when it is the caller's turn. */
export type Pace = (signal: AbortSignal) => Promise<void>;

/**
 * So many calls a second, evenly spaced, in the order they were asked for: platforms count within seconds of their own
 * clock, so a burst allowed by ours could fall into one of theirs.
 */
export function makePace(clock: Clock, perSecond: number): Pace {
  const gap = 1000 / Math.max(perSecond, 0.001);
  let next = 0;
  let waiting = 0;
  return async (signal) => {
    const now = clock.now();
    // A clock that was set back must not make anybody wait longer than those before them need.
    next = Math.max(now, Math.min(next, now + (waiting + 1) * gap));
    const wait = next - now;
    next += gap;
    if (wait <= 0) return;
    waiting += 1;
    await clock.sleep(wait, signal).finally(() => {
      waiting -= 1;
    });
  };
}

/** A wait by the clock of the machine. */
export function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(ms, 2 ** 31 - 1));
    signal.addEventListener('abort', done);
  });
}
