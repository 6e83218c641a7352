import type { Entry, Ledger } from './ledger.ts';
import { type JobHandler, JobStopped } from './port.ts';

/** The next turn of a job that runs again and again; undefined while the last one is under way or held. */
export const toNextTurn = ({ state }: Entry) =>
  ['done', 'failed', 'cancelled'].includes(state)
    ? ({ state: 'queued', done: 0, total: null, ended: null, result: null, error: null, cursor: undefined } as const)
    : undefined;

/**
 * Runs a job that is queued, or was interrupted while running, to its end and writes what became of it. Answers the
 * entry as it stands then; undefined where there was nothing to run. `closing` asks the handler to stop: the job is
 * then queued again.
 */
export async function runJob(
  ledger: Ledger,
  id: string,
  handler: JobHandler,
  closing: () => boolean,
  now: () => number,
) {
  let mine = 0;
  const started = await ledger.update(id, (entry) => {
    if (entry.state !== 'queued' && entry.state !== 'running') return undefined;
    mine = entry.run + 1;
    return { state: 'running', run: mine, started: now() };
  });
  if (started?.run !== mine || mine === 0) return undefined;
  const held = (entry: Entry) => entry.run === mine && entry.state === 'running';
  const progress = async (done: number, total: number | null, cursor: unknown) => {
    const entry = await ledger.update(id, (found) => (found.run === mine ? { done, total, cursor } : undefined));
    if (closing() || !entry || !held(entry)) throw new JobStopped(`job ${id} was stopped`);
  };
  try {
    const result = await handler({ id, data: started.data, cursor: started.cursor, progress });
    // Paused in its last stretch, it is done all the same.
    return await ledger.update(id, (entry) =>
      entry.run === mine && entry.state !== 'cancelled'
        ? { state: 'done', ended: now(), result, error: null }
        : undefined,
    );
  } catch (error) {
    if (error instanceof JobStopped) {
      return ledger.update(id, (entry) => (held(entry) ? { state: 'queued' } : undefined));
    }
    const message = error instanceof Error ? error.message : String(error);
    return ledger.update(id, (entry) => (held(entry) ? { state: 'failed', ended: now(), error: message } : undefined));
  }
}
