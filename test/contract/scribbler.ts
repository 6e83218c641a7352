import { writeSync } from 'node:fs';
import { openLmdbStore } from '../../identity/store/lmdb.ts';
import { openEmbeddedLog } from '../../ingest/log/embedded.ts';

/**
 * A process whose memory is full of a secret that was let go, while it writes rows and records without it. Arguments:
 * the secret, and the directories of a store and of a log. Prints `done`.
 */
const [secret = '', rows = '', records = ''] = process.argv.slice(2);
const ROUNDS = 20;
const store = await openLmdbStore(rows);
const log = await openEmbeddedLog(records);
for (let round = 0; round < ROUNDS; round++) {
  // About the size of a page each, and gone with the next collection, which so many of them bring about.
  for (let at = 0; at < 20_000; at++) Buffer.allocUnsafeSlow(4_000 + (at % 300)).fill(secret);
  const put = new Map(
    Array.from({ length: 300 }, (_, at) => [`row${(at * 7_919) % 10_000}-${round}`, 'x'.repeat(700)]),
  );
  await store.commit({ seen: new Map(), put, add: [], remove: [] });
  await log.append(Array.from({ length: 300 }, () => ({ key: '', value: Buffer.alloc(700, 'y') })));
}
await store.close();
await log.close();
writeSync(1, 'done\n');
