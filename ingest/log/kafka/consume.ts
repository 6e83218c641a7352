import type { EachBatchPayload, Kafka, KafkaMessage, Consumer as Member } from 'kafkajs';
import type { Consumer, LogRecord } from '../port.ts';

const BATCH_RECORDS = 1_000;
/** A killed process is a member until its session ends: only then do others, or its next start, get its partitions. */
const SESSION_MS = 10_000;
const HEARTBEAT_MS = 2_000;

/**
 * Consumes the partitions that the group gives to this process. The broker's committed offsets are for watching the
 * lag alone: where a partition begins is what `start` says, asked anew each time the group shares the partitions out.
 */
export async function consumeTopic(kafka: Kafka, topic: string, groupId: string, consumer: Consumer) {
  const member = kafka.consumer({
    groupId,
    sessionTimeout: SESSION_MS,
    rebalanceTimeout: 3 * SESSION_MS,
    heartbeatInterval: HEARTBEAT_MS,
    // A seek takes effect with the next fetch. An append ends the wait at once.
    maxWaitTimeInMs: 500,
    maxBytesPerPartition: 4 << 20,
    allowAutoTopicCreation: false,
  });
  let failed = false;
  const fail = (error: unknown) => {
    if (failed) return;
    failed = true;
    // Not waited for: it waits for the batch in hand, which is where a failure comes from.
    member.stop().catch(() => undefined);
    consumer.failed(error);
  };
  const places = openPlaces(member, topic, consumer, fail);
  member.on(member.events.CRASH, ({ payload }) => {
    if (!payload.restart) fail(payload.error);
  });

  const handleChunk = async (partition: number, records: LogRecord[], heartbeat: () => Promise<void>) => {
    try {
      return await beating(heartbeat, () => consumer.handle({ partition, records }));
    } catch (error) {
      fail(error);
      return undefined;
    }
  };
  const eachBatch = async ({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload) => {
    const { partition } = batch;
    const mine = await places.settled(partition);
    for (const chunk of chunks(batch.messages)) {
      if (!mine || failed || !isRunning() || isStale()) return;
      const records = toRecords(partition, chunk).filter(({ offset }) => offset >= places.next(partition));
      const beats = records.length > 0 ? await handleChunk(partition, records, heartbeat) : undefined;
      if (failed) return;
      const last = Number(chunk.at(-1)?.offset);
      places.moved(partition, last + 1);
      resolveOffset(String(last));
      // The group has to be joined anew: the library does so when it gets the error.
      if (beats?.error) throw beats.error;
      await member.commitOffsets([{ topic, partition, offset: String(last + 1) }]);
    }
  };

  await member.connect();
  await member.subscribe({ topic, fromBeginning: true });
  await member.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
  return {
    stop: async () => {
      await member.stop();
      await member.disconnect();
    },
  };
}

/** Where each partition stands: sought anew with every joining of the group, and moved on by what was handled. */
function openPlaces(member: Member, topic: string, { start }: Consumer, fail: (error: unknown) => void) {
  /** First offset not handled here yet: a batch fetched before a seek may bring what was handled already. */
  const next = new Map<number, number>();
  let placed = new Map<number, Promise<void>>();
  const place = async (partition: number) => {
    const from = Math.max(await start(partition), next.get(partition) ?? 0);
    next.set(partition, from);
    member.seek({ topic, partition, offset: String(from) });
  };
  member.on(member.events.GROUP_JOIN, ({ payload }) => {
    const partitions = payload.memberAssignment[topic] ?? [];
    placed = new Map(partitions.map((partition) => [partition, place(partition)]));
    for (const done of placed.values()) done.catch(fail);
  });
  return {
    next: (partition: number) => next.get(partition) ?? 0,
    moved: (partition: number, offset: number) => next.set(partition, offset),
    /** Resolves when the place has been sought; false for a partition that is not ours. */
    settled: async (partition: number) => {
      // A failure was told to `fail`.
      await placed.get(partition)?.catch(() => undefined);
      return placed.has(partition);
    },
  };
}

/** Keeps the membership alive while the work takes its time. Answers the error of the last heartbeat, if it had one. */
async function beating(heartbeat: () => Promise<void>, work: () => Promise<void>): Promise<{ error: unknown }> {
  let error: unknown;
  const timer = setInterval(() => {
    heartbeat().catch((reason) => {
      error = reason;
    });
  }, HEARTBEAT_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return { error };
}

function chunks(messages: readonly KafkaMessage[]): KafkaMessage[][] {
  const found: KafkaMessage[][] = [];
  for (let at = 0; at < messages.length; at += BATCH_RECORDS) found.push(messages.slice(at, at + BATCH_RECORDS));
  return found;
}

export function toRecords(partition: number, messages: readonly KafkaMessage[]): LogRecord[] {
  return messages.map(({ offset, value }) => ({ partition, offset: Number(offset), value: value ?? Buffer.alloc(0) }));
}
