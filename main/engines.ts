import { join } from 'node:path';
import { openLmdbStore } from '../identity/store/lmdb.ts';
import type { Store } from '../identity/store/port.ts';
import { openRedisStore } from '../identity/store/redis.ts';
import { openEmbeddedLog } from '../ingest/log/embedded.ts';
import { openKafkaLog } from '../ingest/log/kafka.ts';
import type { Log } from '../ingest/log/port.ts';
import { openAnalyticStore } from '../profiles/store/clickhouse.ts';
import type { AnalyticStore } from '../profiles/store/port.ts';
import type { Config } from '../schemas/config.ts';

/** The engines under the ports. A URL chooses the full-size one; nothing else does. */
export type Engines = { log: Log; store: Store; analytic: AnalyticStore };

const TOPIC = 'huaxiang';
const PARTITIONS = 8;

export async function openEngines(config: Config): Promise<Engines> {
  const opened: { close(): Promise<void> }[] = [];
  const keep = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
    const one = await opening;
    opened.push(one);
    return one;
  };
  try {
    const store = await keep(
      config.redisUrl ? openRedisStore(config.redisUrl) : openLmdbStore(join(config.data, 'identity')),
    );
    const analytic = await keep(
      openAnalyticStore(config.clickhouseUrl ? { url: config.clickhouseUrl } : { path: join(config.data, 'analytic') }),
    );
    const log = await keep(
      config.kafkaBrokers
        ? openKafkaLog({
            brokers: config.kafkaBrokers,
            topic: TOPIC,
            groupId: TOPIC,
            partitions: PARTITIONS,
            clientId: TOPIC,
          })
        : openEmbeddedLog(join(config.data, 'log')),
    );
    return { log, store, analytic };
  } catch (error) {
    await Promise.allSettled(opened.map((one) => one.close()));
    throw error;
  }
}
