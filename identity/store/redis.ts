import { createHash, randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { redisFlushed } from './aof.ts';
import type { Commit, ListMember, Range, Store, StoreRow } from './port.ts';
import { COMMIT, RANGE } from './script.ts';

const READ_CHUNK = 5_000;
/** A short absence is waited for; after some 2 s commands reject, and go on rejecting until Redis is back. */
const RETRIES = 8;
const retryStrategy = (times: number) => Math.min(50 * times, 1_000);
const Answer = z.union([z.literal(0), z.literal(1)]);
const Page = z.array(z.string());

type Names = {
  row(key: string): string;
  list(list: string): string;
  values(list: string): string;
  mark(id: string): string;
};
type Run = (script: string, keys: readonly string[], values: readonly (string | number)[]) => Promise<unknown>;

/**
 * The store in Redis (7 or later, or what speaks its protocol), for several processes. All keys of a tenant share a
 * hash tag, so that a commit is one script in one slot of a cluster. A commit that has resolved is visible to every
 * process; it survives a crash of the machine as far as `appendfsync` goes, see `flushed`. Where Redis can write no
 * more, commits reject with code `ENOSPC`.
 */
export async function openRedisStore(url: string, { tenant = 'main' }: { tenant?: string } = {}): Promise<Store> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: RETRIES, retryStrategy });
  // Commands reject by themselves; without a listener the library prints every broken connection.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  const names = namesOf(tenant);
  const run: Run = (script, keys, values) => runScript(redis, script, keys, values);
  return {
    read: (keys) => readRows(redis, keys.map(names.row)),
    range: (list, range) => readRange(run, [names.list(list), names.values(list)], range),
    commit: (commit) => write(run, names, commit),
    flushed: () => redisFlushed(redis),
    close: async () => {
      await redis.quit().catch(() => redis.disconnect());
    },
  };
}

function namesOf(tenant: string): Names {
  const prefix = `hx:{${tenant}}`;
  return {
    row: (key) => `${prefix}:r:${key}`,
    list: (list) => `${prefix}:l:${list}`,
    values: (list) => `${prefix}:v:${list}`,
    mark: (id) => `${prefix}:m:${id}`,
  };
}

async function readRows(redis: Redis, keys: readonly string[]): Promise<StoreRow[]> {
  const chunks: Promise<(string | null)[]>[] = [];
  for (let at = 0; at < keys.length; at += READ_CHUNK) chunks.push(redis.mget(keys.slice(at, at + READ_CHUNK)));
  return (await Promise.all(chunks)).flat().map((value) => {
    if (value === null) return { text: null, stamp: 0 };
    const bar = value.indexOf('|');
    return { stamp: Number(value.slice(0, bar)), text: value.slice(bar + 1) };
  });
}

async function readRange(run: Run, keys: readonly string[], range: Range): Promise<ListMember[]> {
  if (range.limit < 1) return [];
  const low = range.after === undefined ? '-' : `(${range.after}`;
  const high = range.before === undefined ? '+' : `(${range.before}`;
  const bounds = range.reverse ? ['1', high, low] : ['0', low, high];
  const page = Page.parse(await run(RANGE, keys, [...bounds, range.limit]));
  const found: ListMember[] = [];
  for (let at = 0; at < page.length; at += 2) found.push({ member: page[at] ?? '', value: page[at + 1] ?? '' });
  return found;
}

async function write(run: Run, names: Names, commit: Commit): Promise<'ok' | 'stale'> {
  const puts: string[] = [];
  const texts: string[] = [];
  const gone: string[] = [];
  for (const [key, text] of commit.put) {
    if (text === null) gone.push(names.row(key));
    else {
      puts.push(names.row(key));
      texts.push(text);
    }
  }
  const seen = [...commit.seen.keys()].map(names.row);
  const entries = [...commit.remove, ...commit.add];
  const keys = [names.mark(randomUUID()), ...seen, ...puts, ...gone];
  for (const { list } of entries) keys.push(names.list(list), names.values(list));
  const values: (string | number)[] = [seen.length, puts.length, gone.length, commit.remove.length];
  for (const stamp of commit.seen.values()) values.push(stamp);
  for (const text of texts) values.push(text);
  for (const { member } of commit.remove) values.push(member);
  for (const { member, value } of commit.add) values.push(member, value);
  return Answer.parse(await run(COMMIT, keys, values)) === 1 ? 'ok' : 'stale';
}

/** Sends the digest of the script, and the script itself to a server that does not know it yet. */
async function runScript(redis: Redis, script: string, keys: readonly string[], values: readonly (string | number)[]) {
  const digest = createHash('sha1').update(script).digest('hex');
  const send = (command: string, body: string) => redis.call(command, [body, keys.length, ...keys, ...values]);
  try {
    return await send('EVALSHA', digest).catch((error) => {
      if (!String(error).includes('NOSCRIPT')) throw error;
      return send('EVAL', script);
    });
  } catch (error) {
    // OOM: over `maxmemory`; MISCONF: its own disk is full and it refuses writes.
    const full = error instanceof Error && /^(?:OOM|MISCONF)\b/.test(error.message);
    throw full ? Object.assign(new Error('Redis takes no more', { cause: error }), { code: 'ENOSPC' }) : error;
  }
}
