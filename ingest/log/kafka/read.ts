import { randomUUID } from 'node:crypto';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { LogRecord } from '../port.ts';
import { toRecords } from './consume.ts';

/** Fetching stops while this many records wait to be read. */
const AHEAD_RECORDS = 10_000;
const IDLE_MS = 30_000;
const SILENCE_MS = 60_000;

type Place = {
  /** Offset that the next read has to ask for, if it shall go on without a seek. */
  head: number;
  /** First offset wanted of the next fetch. */
  tail: number;
  records: LogRecord[];
  wake(): void;
};
type Session = { member: Consumer; places: Map<number, Place>; stop(): Promise<void> };

/**
 * Reads a topic beside the consumers of the log. Kafka's protocol gives partitions to members of a group, so a reader
 * is the only member of a group of its own, which ends with it and commits nothing. It is opened by the first read,
 * since joining a group takes seconds, reads ahead while reads follow one another, and closes by itself when none has
 * come for a while.
 */
export function openReader(kafka: Kafka, topic: string, groupPrefix: string) {
  let session: Promise<Session> | null = null;
  let idle: NodeJS.Timeout | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const close = async () => {
    clearTimeout(idle);
    const old = session;
    session = null;
    await (await old)?.stop();
  };
  const later = (work: () => Promise<LogRecord[]>) => {
    const result = turn.then(work);
    turn = result.catch(close);
    return result;
  };
  const readOn = async (partition: number, from: number, limit: number, end: number) => {
    clearTimeout(idle);
    session ??= openSession(kafka, topic, `${groupPrefix}-${randomUUID()}`);
    const { member, places } = await session;
    const place = places.get(partition) ?? { head: -1, tail: -1, records: [], wake: () => undefined };
    places.set(partition, place);
    if (place.head !== from) {
      Object.assign(place, { head: from, tail: from, records: [] });
      member.seek({ topic, partition, offset: String(from) });
    }
    if (place.records.length < limit) member.resume([{ topic, partitions: [partition] }]);
    while (place.records.length < limit && place.tail < end) await growth(place);
    const records = place.records.splice(0, limit);
    place.head = (records.at(-1)?.offset ?? place.tail - 1) + 1;
    idle = setTimeout(() => later(async () => close().then(() => [])), IDLE_MS).unref();
    return records;
  };

  return {
    /** At most `limit` records from an offset on, none of them at `end` or beyond. */
    read: async (partition: number, from: number, limit: number, end: number) =>
      from < end && limit > 0 ? later(() => readOn(partition, from, Math.min(limit, end - from), end)) : [],
    close: async () => {
      await turn;
      await close();
    },
  };
}

async function openSession(kafka: Kafka, topic: string, groupId: string): Promise<Session> {
  const places = new Map<number, Place>();
  // With all partitions paused the library sleeps this long before it looks again.
  const member = kafka.consumer({
    groupId,
    maxWaitTimeInMs: 50,
    maxBytesPerPartition: 4 << 20,
    allowAutoTopicCreation: false,
  });
  const eachBatch = async ({ batch, resolveOffset, isStale, pause }: EachBatchPayload) => {
    const place = places.get(batch.partition);
    if (!place || isStale()) {
      if (!place) pause();
      return;
    }
    const records = toRecords(batch.partition, batch.messages).filter(({ offset }) => offset >= place.tail);
    place.records.push(...records);
    place.tail = Math.max(place.tail, Number(batch.lastOffset()) + 1);
    resolveOffset(batch.lastOffset());
    if (place.records.length >= AHEAD_RECORDS) pause();
    place.wake();
  };
  await member.connect();
  await member.subscribe({ topic, fromBeginning: true });
  const joined = new Promise<void>((resolve) => {
    member.on(member.events.GROUP_JOIN, () => resolve());
  });
  await member.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
  await joined;
  return { member, places, stop: () => member.disconnect() };
}

async function growth(place: Place): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Kafka sends no more records')), SILENCE_MS);
    place.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
