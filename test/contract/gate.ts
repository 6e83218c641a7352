import type { JobRun } from '../../ingest/jobs/port.ts';

/** A handler that waits at a gate between its steps, and what it was called with. */
export function gated(steps: number) {
  const runs: JobRun[] = [];
  const passed: number[] = [];
  let open: () => void = () => undefined;
  let gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    runs,
    passed,
    /** Lets it take one more step. */
    step: () => {
      open();
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    handler: async (run: JobRun) => {
      runs.push(run);
      for (let at = Number(run.cursor ?? 0); at < steps; at++) {
        await gate;
        passed.push(at);
        await run.progress(at + 1, steps, at + 1);
      }
      return { steps };
    },
  };
}
