import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';

/** With `appendfsync everysec` Redis itself says that at most two seconds can be lost. */
const EVERYSEC_MS = 2_000;
const POLL_MS = 50;

/**
 * Resolves when what Redis has taken so far is on its disk: by WAITAOF where the server has it (7.2), else by the
 * time its fsync needs, else, where it keeps no append-only file, by a snapshot. Rejects when the snapshot fails.
 */
export async function redisFlushed(redis: Redis): Promise<void> {
  const info = fields(await redis.info('persistence'));
  if (info.get('aof_enabled') !== '1') return snapshot(redis);
  try {
    await redis.call('WAITAOF', [1, 0, 0]);
  } catch (error) {
    if (!String(error).includes('unknown command')) throw error;
    await pause(EVERYSEC_MS);
  }
}

/** A snapshot under way may have begun before the last commit: it is waited for and another one taken. */
async function snapshot(redis: Redis): Promise<void> {
  while ((await bgsave(redis)) === 'busy') await pause(POLL_MS);
  for (;;) {
    const info = fields(await redis.info('persistence'));
    if (info.get('rdb_bgsave_in_progress') === '0') {
      if (info.get('rdb_last_bgsave_status') !== 'ok') throw new Error('Redis could not write its snapshot');
      return;
    }
    await pause(POLL_MS);
  }
}

async function bgsave(redis: Redis): Promise<'begun' | 'busy'> {
  try {
    await redis.bgsave();
    return 'begun';
  } catch (error) {
    if (String(error).includes('in progress')) return 'busy';
    throw error;
  }
}

/** The `name:value` lines of INFO. */
function fields(info: string): Map<string, string> {
  const lines = info.split('\r\n').map((line) => line.split(':'));
  return new Map(lines.map(([name = '', value = '']) => [name, value]));
}
