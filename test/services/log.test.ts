import { randomUUID } from 'node:crypto';
import { openKafkaLog } from '../../ingest/log/kafka.ts';
import { logContract } from '../contract/log.ts';
import { KAFKA_BROKERS } from './env.ts';

for (const partitions of [1, 3]) {
  const topic = `contract-${partitions}-${randomUUID()}`;
  const open = () => openKafkaLog({ brokers: KAFKA_BROKERS, topic, groupId: topic, partitions, clientId: 'contract' });
  logContract(`Kafka log, partitions: ${partitions}`, async () => ({ log: await open(), reopen: open }));
}
