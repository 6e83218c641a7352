import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbStore } from '../../identity/store/lmdb.ts';
import { storeContract } from './store.ts';

// In process there is one handle: the other one of the suite is the same, used side by side.
storeContract('LMDB store', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hx-store-'));
  const store = await openLmdbStore(directory);
  const close = async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  };
  return { one: store, other: store, close };
});
