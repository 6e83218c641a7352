import type { Acceptor } from '../../ingest/accept.ts';
import type { Entry } from '../../ingest/port.ts';
import type { AnswerEntry } from '../../ingest/pull/asks.ts';
import type { Clock } from '../../ingest/pull/pace.ts';
import { entryOf } from '../../ingest/record.ts';
import { Problem } from '../../schemas/errors.ts';

/** Entries of one call of the log. */
const CHUNK = 500;
const WAIT_MS = 500;

export type AppendTo = (
  place: { channel: string; source: string },
  entries: readonly AnswerEntry[],
  signal: AbortSignal,
) => Promise<void>;

/**
 * Puts what was pulled into the log; resolves once it is on disk. Over load, and while the disk is full, it waits:
 * what a platform has can be read later just as well. Throws where `signal` ends the wait.
 */
export function makeAppend(acceptor: Acceptor, clock: Clock): AppendTo {
  const take = async (make: (received: number) => Entry[], signal: AbortSignal): Promise<void> => {
    for (;;) {
      try {
        await acceptor.take(make);
        return;
      } catch (error) {
        const waits = error instanceof Problem && (error.code === 'overloaded' || error.code === 'storage_full');
        if (!waits || signal.aborted) throw error;
        await clock.sleep(WAIT_MS, signal);
      }
    }
  };
  return async ({ channel, source }, entries, signal) => {
    for (let at = 0; at < entries.length; at += CHUNK) {
      const chunk = entries.slice(at, at + CHUNK);
      await take(
        (received) =>
          chunk.map(({ item, answers }) => ({
            ...entryOf(channel, source, received, item),
            ...(answers ? { answers } : {}),
          })),
        signal,
      );
    }
  };
}
