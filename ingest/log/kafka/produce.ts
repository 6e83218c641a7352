import { createHash } from 'node:crypto';
import { type Kafka, Partitioners, type Producer, type ProducerConfig } from 'kafkajs';
import { diskFull } from '../failure.ts';
import type { Position } from '../port.ts';

/** Calls that wait go out together, up to about this much for a partition. */
const GROUP_BYTES = 4 << 20;
/** What a record needs beside its key and value, at most. */
const RECORD_BYTES = 64;

const OPTIONS: ProducerConfig = {
  idempotent: true,
  maxInFlightRequests: 1,
  allowAutoTopicCreation: false,
  // Never asked, since every message names its partition; named, or the library warns.
  createPartitioner: Partitioners.DefaultPartitioner,
  // For an idempotent producer the library would have no limit, and an append wait as long as Kafka is away.
  retry: { retries: 4 },
};

type Item = { key: string; value: Buffer };
type Call = {
  partition: number;
  records: readonly Item[];
  bytes: number;
  taken(positions: Position[]): void;
  refused(error: unknown): void;
};
type Shape = { partitions: number; maxBytes: number };

/**
 * Appends over an idempotent producer: one request under way, so that calls stand in their order, and what waits
 * meanwhile goes into the next. After an append that was rejected because no answer came, the records may be in the
 * log nevertheless.
 */
export function openProducer(kafka: Kafka, topic: string, { partitions, maxBytes }: Shape) {
  const waiting: Call[] = [];
  let sending: Promise<void> | null = null;
  let producer: Producer | null = null;
  let closed = false;

  const send = async (group: readonly Call[]) => {
    if (!producer) {
      const fresh = kafka.producer(OPTIONS);
      await fresh.connect();
      producer = fresh;
    }
    const messages = group.flatMap(({ partition, records }) => records.map((record) => ({ ...record, partition })));
    return producer.send({ topic, acks: -1, messages });
  };
  const sendGroup = async (group: readonly Call[]) => {
    try {
      const answers = await send(group);
      const bases = new Map(answers.map(({ partition, baseOffset }) => [partition, Number(baseOffset)]));
      for (const call of group) call.taken(positionsOf(call, bases));
    } catch (error) {
      for (const call of group) call.refused(reasonOf(error));
      // Its sequence numbers may be one batch behind the broker's, which would then take the next batch for a repeat
      // of this one.
      const broken = producer;
      producer = null;
      await broken?.disconnect().catch(() => undefined);
    }
  };
  const sendAll = async () => {
    while (waiting.length > 0) await sendGroup(takeGroup(waiting, Math.min(GROUP_BYTES, maxBytes)));
    // In the same turn as the last look: a call that comes after it starts the next request.
    sending = null;
  };

  return {
    append: async (records: readonly Item[]): Promise<Position[]> => {
      const [first] = records;
      if (closed) throw new Error('the log is closed');
      if (!first) return [];
      const bytes = records.reduce((sum, { key, value }) => sum + key.length + value.length + RECORD_BYTES, 0);
      if (bytes > maxBytes)
        throw new RangeError(`an append of ${bytes} bytes is over the topic's max.message.bytes of ${maxBytes}`);
      return new Promise((taken, refused) => {
        waiting.push({ partition: partitionOf(first.key, partitions), records, bytes, taken, refused });
        sending ??= sendAll();
      });
    },
    close: async () => {
      closed = true;
      while (sending) await sending;
      await producer?.disconnect();
    },
  };
}

/** Leaves the rest waiting once the records of one partition would be too many for a record batch. */
function takeGroup(waiting: Call[], maxBytes: number): Call[] {
  const sizes = new Map<number, number>();
  const cut = waiting.findIndex(({ partition, bytes }, at) => {
    const size = (sizes.get(partition) ?? 0) + bytes;
    sizes.set(partition, size);
    return at > 0 && size > maxBytes;
  });
  return waiting.splice(0, cut < 0 ? waiting.length : cut);
}

/** The answer names the offset of the first record for each partition; the calls follow one another from there. */
function positionsOf({ partition, records }: Call, bases: Map<number, number>): Position[] {
  const base = bases.get(partition);
  if (base === undefined || Number.isNaN(base)) throw new Error(`no answer for partition ${partition}`);
  bases.set(partition, base + records.length);
  return records.map((_, at) => ({ partition, offset: base + at }));
}

function partitionOf(key: string, partitions: number): number {
  return createHash('sha1').update(key).digest().readUInt32BE(0) % partitions;
}

/** A broker whose disk is full answers with KAFKA_STORAGE_ERROR. */
function reasonOf(error: unknown): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('type' in cause && cause.type === 'KAFKA_STORAGE_ERROR') return diskFull(error);
  }
  return error;
}
