import { randomUUID } from 'node:crypto';
import { openRedisStore } from '../../identity/store/redis.ts';
import { storeContract } from '../contract/store.ts';
import { REDIS_URL } from './env.ts';

storeContract('Redis store', async () => {
  const tenant = randomUUID();
  const one = await openRedisStore(REDIS_URL, { tenant });
  const other = await openRedisStore(REDIS_URL, { tenant });
  const close = async () => {
    await one.close();
    await other.close();
  };
  return { one, other, close };
});
