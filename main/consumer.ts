import type { Consumer, Log } from '../ingest/log/port.ts';

const RESTART_MS = 1_000;

/**
 * Consumes for as long as the house stands. A batch that failed (the disk is full, a server is away) is begun again
 * from the stored position: nothing of it was written.
 */
export async function keepConsuming(
  log: Log,
  work: Omit<Consumer, 'failed'>,
): Promise<{ stop(): Promise<void>; broken(): unknown }> {
  let failure: unknown = null;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const begin = (): Promise<{ stop(): Promise<void> }> =>
    log.consume({
      start: work.start,
      handle: async (batch) => {
        await work.handle(batch);
        failure = null;
      },
      failed: (error) => {
        failure = error ?? new Error('the consumer stopped');
        if (!closed) timer = setTimeout(() => void again(), RESTART_MS);
      },
    });
  const again = async (): Promise<void> => {
    if (closed) return;
    await current.stop().catch(() => undefined);
    try {
      current = await begin();
    } catch (error) {
      failure = error;
      if (!closed) timer = setTimeout(() => void again(), RESTART_MS);
    }
  };
  let current = await begin();
  return {
    broken: () => failure,
    stop: async () => {
      closed = true;
      clearTimeout(timer);
      await current.stop();
    },
  };
}
