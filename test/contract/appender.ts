import { writeSync } from 'node:fs';
import { openEmbeddedLog } from '../../ingest/log/embedded.ts';
import { openKafkaLog } from '../../ingest/log/kafka.ts';

/**
 * A process to be killed: appends batches of 1 to 40 records, several at once, and prints the number of each that was
 * taken, or `full`. Arguments: `embedded <directory>` or `kafka <brokers> <topic>`. Record texts: `<batch> <place>
 * <size> <filling>`.
 */
const [kind = '', where = '', topic = ''] = process.argv.slice(2);
const log =
  kind === 'embedded'
    ? await openEmbeddedLog(where)
    : await openKafkaLog({ brokers: where.split(','), topic, groupId: topic, partitions: 3, clientId: 'appender' });

let batch = 0;
async function appendOn(): Promise<void> {
  for (;;) {
    const number = batch++;
    const size = 1 + (number % 40);
    const filling = 'x'.repeat(number % 900);
    const records = Array.from({ length: size }, (_, at) => ({
      key: `k${number}`,
      value: Buffer.from(`${number} ${at} ${size} ${filling}`),
    }));
    try {
      await log.append(records);
      // Written at once: what is printed was taken, whenever the kill comes.
      writeSync(1, `${number}\n`);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      writeSync(1, 'full\n');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
await Promise.all(Array.from({ length: 8 }, appendOn));
