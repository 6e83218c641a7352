import type { Consumer, LogRecord } from './port.ts';

const BATCH_RECORDS = 1_000;

/**
 * What a loop reads from: durable records from an offset on, and a call to `wake` at each append; `listen` answers
 * how to stop that.
 */
export type Feed = {
  read(from: number, limit: number): LogRecord[];
  listen(wake: () => void): () => void;
};

/** Hands partition 0 to a consumer, batch after batch, until it is stopped or `handle` rejects. */
export function consumeLoop(from: number, consumer: Consumer, feed: Feed): { stop(): Promise<void> } {
  let stopping = false;
  let wake: () => void = () => undefined;
  const silence = feed.listen(() => wake());
  const run = async () => {
    let position = from;
    while (!stopping) {
      const records = feed.read(position, BATCH_RECORDS);
      const last = records.at(-1);
      if (last === undefined) {
        // In the same turn as the read: no append can come in between and be slept through.
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      await consumer.handle({ partition: 0, records });
      position = last.offset + 1;
    }
  };
  const done = run()
    .catch((error) => consumer.failed(error))
    .finally(silence);
  return {
    stop: async () => {
      stopping = true;
      wake();
      await done;
    },
  };
}
