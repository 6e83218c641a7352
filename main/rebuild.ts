import { access, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { changeLists } from '../identity/store/lists.ts';
import { openLmdbStore } from '../identity/store/lmdb.ts';
import type { Store } from '../identity/store/port.ts';
import { openEmbeddedLog } from '../ingest/log/embedded.ts';
import type { Log } from '../ingest/log/port.ts';
import { ConfigError, readConfig } from '../schemas/config.ts';
import { openEngines } from './engines.ts';
import { type House, openHouse } from './house.ts';
import { lockDirectory } from './lock.ts';
import { PULLS } from './pulls/states.ts';
import { openRing, RING } from './ring.ts';

/**
 * Builds a data directory anew from the log of another that nobody has open: the same ids, the same views, decisions
 * included. Records are copied as they are, stamps and seals untouched, so the ring of the old directory has to be at
 * hand.
 */
export type RebuildOptions = {
  from: string;
  to: string;
  env: Readonly<Record<string, string | undefined>>;
  now(): number;
  out(text: string): void;
  err(text: string): void;
};

const CHUNK = 1_000;
/** The longest time a timer takes, in ms. */
const LONGEST_MS = 2 ** 31 - 1;
/** Not in the log, and wanted all the same: sources, API keys, and how far each pull has read. */
const CONFIG_LISTS = ['sources', 'keys', 'admin-key', PULLS];

export async function rebuild(options: RebuildOptions): Promise<number> {
  const { from, to, out } = options;
  const config = readConfig({ ...options.env, HUAXIANG_DATA: to });
  await access(join(from, 'log')).catch(() => {
    throw new ConfigError(`${from} holds no log: it is no data directory of the embedded engines`);
  });
  const unlock = [await lockDirectory(from), await lockDirectory(to)];
  try {
    const ring = await openRing(config.keyring ?? join(from, RING), to, options.err);
    // A ring that stands beside the data goes with it: without it nobody could read the new directory.
    if (config.keyring === undefined) await copyFile(join(from, RING), join(to, RING));
    const old = await openEmbeddedLog(join(from, 'log'));
    const engines = await openEngines({
      ...config,
      data: to,
      redisUrl: undefined,
      clickhouseUrl: undefined,
      kafkaBrokers: undefined,
    });
    const ends = await engines.log.ends();
    if ((ends.get(0) ?? 0) > 0) throw new Error(`${to} holds a log already; a rebuild needs an empty directory`);
    await copyConfig(from, engines.store);
    const house = await openHouse({
      // Without jobs: what was asked of platforms stands in the log with its answers, and nothing is asked again.
      config: { ...config, roles: new Set(['resolve']), redisUrl: undefined, kafkaBrokers: undefined },
      engines,
      ring,
      now: options.now,
      fileSources: [],
      showKey: (key) => out(`admin key, shown once: ${key}`),
    });
    const copied = await copyLog(old, house, options.err);
    await house.flusher.queryable(60_000);
    await old.close();
    await house.close();
    out(`rebuilt ${copied} log records from ${from} into ${to}`);
    return 0;
  } finally {
    for (const release of unlock) await release();
  }
}

/** Chunk by chunk, each applied before the next: the log is never far ahead of the stores. */
async function copyLog(old: Log, house: House, tell: (text: string) => void): Promise<number> {
  let copied = 0;
  for (let at = 0; ; ) {
    const records = await old.read(0, at, CHUNK);
    const last = records[records.length - 1];
    if (!last) return copied;
    const positions = await house.log.append(records.map(({ value }) => ({ key: 'rebuild', value })));
    await house.progress.reached(positions, LONGEST_MS);
    copied += records.length;
    at = last.offset + 1;
    tell(`${copied} log records`);
  }
}

async function copyConfig(from: string, to: Store): Promise<void> {
  const old = await openLmdbStore(join(from, 'identity'));
  for (const list of CONFIG_LISTS) {
    const members = await old.range(list, { limit: Number.MAX_SAFE_INTEGER });
    const add = members.map(({ member, value }) => ({ list, member, value }));
    await changeLists(to, { add });
  }
  await old.close();
}
