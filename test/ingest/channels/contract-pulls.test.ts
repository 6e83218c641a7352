import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BadItem, Channel, Item } from '../../../ingest/channel.ts';
import { CHANNELS } from '../../../ingest/channels.ts';
import { type Platform, PlatformError } from '../../../ingest/platform.ts';
import { HOSTILE } from './hostile.ts';
import { judge, NOW } from './judge.ts';
import { settingsFor } from './settings.ts';

/** Whatever a platform answers, a reading gives a page or a PlatformError, and its items can be mapped. */
const FIXTURES = new URL('../../fixtures/channels/', import.meta.url);
const CURSORS: unknown[] = [undefined, null, 'x', 7, [], {}, { from: 'x' }];
const STATUSES = [200, 302, 401, 429, 500];

/** A platform that answers everything with the same. */
function playing(status: number, body: Buffer): Platform {
  let sent = 0;
  return {
    now: () => NOW,
    http: async () => ({ status, headers: { 'retry-after': 'x' }, body }),
    socket: async () => ({
      receive: async () => (sent++ < 3 ? body.toString('utf8') : null),
      send: () => undefined,
      close: () => undefined,
    }),
    token: async (_, make) => (await make()).value,
  };
}

function answersOf(name: string): [string, Buffer][] {
  const home = new URL(name, FIXTURES);
  const own = existsSync(home) ? readdirSync(home).filter((file) => file.endsWith('.json')) : [];
  return own.map((file) => [file, readFileSync(new URL(`${name}/${file}`, FIXTURES))]);
}

/** Items, none where the platform was at fault. Any other error is a fault of the connector, and thrown on. */
async function asking(call: () => Promise<(Item | BadItem)[]>): Promise<(Item | BadItem)[]> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof PlatformError) return [];
    throw error;
  }
}

const judged = (channel: Channel, items: readonly (Item | BadItem)[]): string[] =>
  items.flatMap((item) => ('dead' in item ? [] : judge(channel, item)));

/** Params of an ask that are never the right ones. */
const params = new Proxy<Record<string, string>>(
  {},
  { get: (_, name) => (typeof name === 'string' ? 'x' : undefined) },
);

const readers = [...CHANNELS].filter(([, { pulls, asks }]) => pulls.length > 0 || Object.keys(asks).length > 0);

describe.each(readers)('what %s reads', (name, channel) => {
  const settings = settingsFor(channel);
  const calls = (platform: () => Platform, cursors: readonly unknown[]): (() => Promise<(Item | BadItem)[]>)[] => [
    ...channel.pulls.flatMap((pull) =>
      cursors.map((cursor) => async () => (await pull.next(platform(), settings, cursor)).items),
    ),
    ...Object.values(channel.asks).map((ask) => () => ask.answer(platform(), settings, params)),
  ];

  it('is ready with all its settings, and not without its secrets', () => {
    const open = Object.entries(settings).filter(([setting]) => !channel.secrets.includes(setting));
    for (const pull of channel.pulls) {
      expect(pull.ready(settings), pull.name).toBe(true);
      expect(pull.ready(Object.fromEntries(open)), pull.name).toBe(false);
      expect(pull.everySeconds).toBeGreaterThan(0);
      expect(pull.callsPerSecond).toBeGreaterThan(0);
    }
    for (const ask of Object.values(channel.asks)) expect(ask.callsPerSecond).toBeGreaterThan(0);
  });

  it.each([...Object.keys(HOSTILE), ...answersOf(name).map(([file]) => file)])(
    'takes %s for an answer',
    async (file) => {
      const body = HOSTILE[file]?.() ?? new Map(answersOf(name)).get(file) ?? Buffer.alloc(0);
      for (const status of STATUSES) {
        for (const call of calls(() => playing(status, body), status === 200 ? CURSORS : [undefined])) {
          expect(judged(channel, await asking(call))).toEqual([]);
        }
      }
    },
  );
});
