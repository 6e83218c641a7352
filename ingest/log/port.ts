/**
 * The log: what the doors took, in order, before anything else is done with it. LMDB in process, Kafka by URL.
 * Values are opaque bytes (sealed records, see ingest/record.ts). Offsets grow within a partition; gaps are allowed.
 */
export type Position = { partition: number; offset: number };
export type LogRecord = Position & { value: Buffer };
export type Batch = { partition: number; records: LogRecord[] };

export type Consumer = {
  /** First offset to read of a partition: from the identity store, never from the broker. */
  start(partition: number): Promise<number>;
  /**
   * Called with batches of at most 1,000 records, in order within a partition, one call at a time. A rejected promise
   * stops the consumer and is reported through `failed`; the same records come again at the next start.
   */
  handle(batch: Batch): Promise<void>;
  failed(error: unknown): void;
};

export interface Log {
  /**
   * Appends all records or none and resolves once they are on disk. Records of calls made one after the other stand in
   * that order within a partition. Rejects with an error whose `code` is `ENOSPC` when the disk is full.
   * Where there are several partitions, the `key` of the first record chooses the one that takes them all.
   */
  append(records: readonly { key: string; value: Buffer }[]): Promise<Position[]>;
  /** Starts consuming; `stop` resolves when the batch in hand is done. */
  consume(consumer: Consumer): Promise<{ stop(): Promise<void> }>;
  /** Plain reading for rebuilds: records of a partition from an offset on, at most `limit`; empty at the end. */
  read(partition: number, from: number, limit: number): Promise<LogRecord[]>;
  /** For every partition the offset after its last record. */
  ends(): Promise<Map<number, number>>;
  close(): Promise<void>;
}
