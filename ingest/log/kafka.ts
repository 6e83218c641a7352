import kafkajs, { type Admin, Kafka, type RetryOptions } from 'kafkajs';
import { consumeTopic } from './kafka/consume.ts';
import { openProducer } from './kafka/produce.ts';
import { quietLogger } from './kafka/quiet.ts';
import { openReader } from './kafka/read.ts';
import type { Log } from './port.ts';

/**
 * An append is one record batch, and a body at the door may be large. A broker takes requests of up to 100 MiB as it
 * comes.
 */
const MAX_APPEND_BYTES = 64 << 20;

/** A platform gives its webhook 5 seconds: where no broker can be reached, an append has to say so before. */
const IMPATIENT: RetryOptions = { initialRetryTime: 100, maxRetryTime: 400, retries: 4 };

export type KafkaOptions = {
  brokers: string[];
  topic: string;
  groupId: string;
  /** How many a new topic gets; one that exists keeps its own. */
  partitions: number;
  clientId: string;
  /** Takes a line for the operator: what the client library warns of. */
  warn?: (line: string) => void;
};

/**
 * The log on Kafka (4.1), for several processes. All records of an append go to the partition that the key of the
 * first one chooses, as one record batch: Kafka takes that whole or not at all. The topic is made where there is
 * none, with no limit to its retention. Rejects when no broker answers within some ten seconds.
 */
export async function openKafkaLog({
  brokers,
  topic,
  groupId,
  partitions,
  clientId,
  warn,
}: KafkaOptions): Promise<Log> {
  const logCreator = quietLogger(warn ?? ((line) => process.emitWarning(line)));
  const client = (retry: RetryOptions) =>
    new Kafka({ brokers, clientId, connectionTimeout: 3_000, requestTimeout: 10_000, retry, logCreator });
  const kafka = client({ initialRetryTime: 200, maxRetryTime: 2_000, retries: 8 });
  const admin = kafka.admin();
  await admin.connect();
  const shape = await prepareTopic(admin, topic, partitions);
  const producer = openProducer(client(IMPATIENT), topic, shape);
  const reader = openReader(kafka, topic, `${groupId}-read`);
  const running = new Set<{ stop(): Promise<void> }>();
  const ends = async () => {
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
  };
  return {
    append: producer.append,
    consume: async (consumer) => {
      const consuming = await consumeTopic(kafka, topic, groupId, consumer);
      running.add(consuming);
      return consuming;
    },
    read: async (partition, from, limit) => reader.read(partition, from, limit, (await ends()).get(partition) ?? 0),
    ends,
    close: async () => {
      await Promise.all([...running].map((consuming) => consuming.stop()));
      await producer.close();
      await reader.close();
      await admin.disconnect();
    },
  };
}

/** How many partitions the topic has, and how many bytes it takes at once. */
async function prepareTopic(admin: Admin, topic: string, partitions: number) {
  const known = await admin.listTopics();
  if (!known.includes(topic)) await createTopic(admin, topic, partitions);
  const [metadata] = (await admin.fetchTopicMetadata({ topics: [topic] })).topics;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['max.message.bytes'] }],
  });
  const limit = Number(resources[0]?.configEntries[0]?.configValue ?? 1_048_588);
  return { partitions: metadata?.partitions.length ?? partitions, maxBytes: limit };
}

/** Where another process makes it at the same time, that is no error. */
async function createTopic(admin: Admin, topic: string, partitions: number): Promise<void> {
  const configEntries = [
    { name: 'retention.ms', value: '-1' },
    { name: 'retention.bytes', value: '-1' },
    { name: 'max.message.bytes', value: String(MAX_APPEND_BYTES) },
  ];
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: partitions, configEntries }] });
}
