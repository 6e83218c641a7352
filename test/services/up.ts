import { KAFKA_BROKERS, REDIS_URL } from './env.ts';
import { answers } from './process.ts';

/** Before any test: says which service is missing and how to start it, instead of a hundred timeouts. */
export async function setup(): Promise<void> {
  const redis = new URL(REDIS_URL);
  const [host = '', port = ''] = (KAFKA_BROKERS[0] ?? '').split(':');
  const missing: string[] = [];
  if (!(await answers(Number(redis.port || 6379), redis.hostname))) missing.push(`Redis at ${redis.host} (REDIS_URL)`);
  if (!(await answers(Number(port), host))) missing.push(`Kafka at ${host}:${port} (KAFKA_BROKERS)`);
  if (missing.length > 0) throw new Error(`not up: ${missing.join(', ')}. Start with: npm run services -- up`);
}
