import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { openKafkaLog } from '../../ingest/log/kafka.ts';
import type { Batch } from '../../ingest/log/port.ts';
import { expectWhole, killAppender } from '../contract/crash.ts';
import { item, readAll, textsOf } from '../contract/log.ts';
import { KAFKA_BROKERS } from './env.ts';

const openTopic = (topic: string, partitions = 3) =>
  openKafkaLog({ brokers: KAFKA_BROKERS, topic, groupId: topic, partitions, clientId: 'test' });

test('keys spread over the partitions, the same key always to the same one, a call never over two', async () => {
  const log = await openTopic(`spread-${randomUUID()}`);
  const one = await Promise.all(Array.from({ length: 90 }, (_, at) => log.append([item(`${at}`, `key ${at % 30}`)])));
  const places = one.map(([position]) => position?.partition ?? -1);
  expect(new Set(places).size).toBe(3);
  expect(places.slice(30, 60)).toEqual(places.slice(0, 30));
  const call = await log.append(Array.from({ length: 50 }, (_, at) => item(`${at}`, `key ${at}`)));
  expect(new Set(call.map(({ partition }) => partition)).size).toBe(1);
  expect([...(await log.ends()).values()].reduce((sum, end) => sum + end, 0)).toBe(140);
  await log.close();
});

test('a producer killed while it appends: what was acknowledged is there, and every batch is whole', async () => {
  const topic = `killed-${randomUUID()}`;
  const acknowledged = await killAppender(['kafka', KAFKA_BROKERS.join(','), topic], 150);
  const log = await openTopic(topic);
  expectWhole(await readAll(log), acknowledged);
  await log.close();
});

test('an append over the limit of the topic is refused and nothing of it is taken', async () => {
  const log = await openTopic(`large-${randomUUID()}`, 1);
  const value = Buffer.alloc(20 << 20);
  await expect(log.append(Array.from({ length: 4 }, () => ({ key: 'k', value })))).rejects.toThrow('max.message.bytes');
  const [position] = await log.append([{ key: 'k', value }]);
  expect(position?.offset).toBe(0);
  await log.close();
});

test('two processes share the partitions; when one leaves, the other goes on from the stored positions', async () => {
  const topic = `shared-${randomUUID()}`;
  const logs = [await openTopic(topic), await openTopic(topic)];
  /** What the identity store would hold: the position moves with the records that were applied. */
  const stored = new Map<number, number>();
  const applied: string[] = [];
  const byLog = [0, 0];
  let look: () => void = () => undefined;
  const consumerOf = (which: number) => ({
    start: async (partition: number) => stored.get(partition) ?? 0,
    handle: async ({ partition, records }: Batch) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      // A late owner must not write: what a stale commit refuses in the store.
      if (records[0]?.offset !== (stored.get(partition) ?? 0)) return;
      stored.set(partition, (records.at(-1)?.offset ?? 0) + 1);
      applied.push(...textsOf(records));
      byLog[which] = (byLog[which] ?? 0) + records.length;
      look();
    },
    failed: (error: unknown) => {
      throw error;
    },
  });
  const reached = (count: number) =>
    new Promise<void>((resolve) => {
      look = () => {
        if (applied.length >= count) resolve();
      };
      look();
    });
  const append = (from: number, count: number) =>
    Promise.all(Array.from({ length: count }, (_, at) => logs[0]?.append([item(`${from + at}`, `key ${at}`)])));

  const first = await logs[0]?.consume(consumerOf(0));
  await append(0, 300);
  await reached(300);
  const second = await logs[1]?.consume(consumerOf(1));
  // Appends go on until the second one has had its share.
  let count = 300;
  while ((byLog[1] ?? 0) === 0) {
    await append(count, 30);
    count += 30;
    await reached(count);
  }
  await first?.stop();
  await append(count, 300);
  await reached(count + 300);
  await second?.stop();
  expect(applied.map(Number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: count + 300 }, (_, at) => at));
  for (const log of logs) await log.close();
});
