import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drainPending } from 'chdb';
import { openAnalyticStore } from '../../profiles/store/clickhouse.ts';
import { openFront } from '../clickhouse-front.ts';
import { analyticContract } from './analytic.ts';

const directory = (): Promise<string> => mkdtemp(join(tmpdir(), 'huaxiang-analytic-'));

analyticContract('chDB in process', async () => {
  const path = await directory();
  const store = await openAnalyticStore({ path });
  return {
    store,
    close: async () => {
      await store.close();
      await drainPending();
      await rm(path, { recursive: true });
    },
  };
});

analyticContract('over HTTP, by URL', async () => {
  const path = await directory();
  const front = await openFront(path);
  const store = await openAnalyticStore({ url: front.url });
  return {
    store,
    close: async () => {
      await store.close();
      await front.close();
      await drainPending();
      await rm(path, { recursive: true });
    },
  };
});
