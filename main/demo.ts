import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { DemoOptions } from '../cli/deps.ts';
import { readConfig } from '../schemas/config.ts';
import { addresses } from './demo/addresses.ts';
import { makeClient } from './demo/client.ts';
import { DemoError } from './demo/failure.ts';
import { freePort, type Place, takePlace } from './demo/place.ts';
import { readSecrets, type Secrets } from './demo/samples.ts';
import { show } from './demo/show.ts';
import { sourcesOf } from './demo/sources.ts';
import { openStandIn, type StandIn } from './demo/stand-in/server.ts';
import type { Teller } from './demo/stream.ts';
import { heading, makePaint, table } from './demo/text.ts';
import { serve } from './serve.ts';

/**
 * The whole product in one process on embedded engines, with an invented brand whose people come through the real
 * doors; then the single view of one of them, as the API answers it.
 */
export type Options = DemoOptions & {
  env: Readonly<Record<string, string | undefined>>;
  now(): number;
  out(text: string): void;
  /** Resolves when the demo is to end. */
  stop: Promise<void>;
  /** Whether `out` shows colours. */
  colour: boolean;
};

/**
 * No clock of the demo stands before it. The samples happened in March: an earlier clock would put them into
 * quarantine, and one soon after would let the first reading of a platform, which goes 89 days back, reach them as well
 * as the demo's own.
 */
const LEAST_NOW = Date.UTC(2026, 6, 1);
const LOG = 'requests.log';
/** Of the environment, what a demo may take: never an engine or a file that somebody else needs. */
const TAKEN = ['PORT', 'HOST', 'HUAXIANG_ADMIN_KEY'];

/** Gives exit code 0. Throws DemoError where the view lacks what it ought to have, ConfigError, DirectoryBusy. */
export async function demo(options: Options): Promise<number> {
  const secrets = await readSecrets();
  const place = await takePlace(options.env.HUAXIANG_DATA);
  try {
    const standIn = await openStandIn();
    await perform(options, secrets, place, standIn).finally(standIn.close);
  } finally {
    await place.leave();
  }
  options.out(place.temporary ? '已停止，临时数据已删除 stopped, temporary data removed' : '已停止 stopped');
  return 0;
}

async function perform(options: Options, secrets: Secrets, place: Place, standIn: StandIn): Promise<void> {
  const { env, out } = options;
  const taken = Object.fromEntries(TAKEN.map((name) => [name, env[name]]));
  const config = readConfig({ ...taken, HUAXIANG_DATA: place.path });
  const adminKey = config.adminKey ?? `hx_demo_${randomBytes(24).toString('base64url')}`;
  const port = await freePort(config.port, config.host);
  const ahead = Math.max(0, LEAST_NOW - options.now());
  const log = createWriteStream(join(place.path, LOG), { flags: 'a' });
  const running = await serve({
    config: { ...config, adminKey, port },
    now: () => options.now() + ahead,
    sources: sourcesOf(secrets, standIn.at),
    say: () => {},
    log: (line) => log.write(`${line}\n`),
  });
  let stopped = false;
  void options.stop.then(() => {
    stopped = true;
  });
  try {
    const paint = makePaint(options.colour);
    const teller = { client: makeClient(running.url, adminKey), standIn, came: new Map(), out, paint };
    for (const line of opening(place, running.url, { wanted: config.port, port })) out(line);
    const id = await show(teller, secrets, () => stopped);
    if (id === null && options.once) throw new DemoError('stopped before everything was shown');
    if (id !== null) await stay(teller, options, { id, key: config.adminKey === undefined ? adminKey : null });
  } finally {
    await running.close();
    await new Promise((resolve) => log.end(resolve));
  }
}

function opening(place: Place, url: string, { wanted, port }: { wanted: number; port: number }): string[] {
  return [
    'huaxiang 画像',
    '',
    '  虚构的品牌，虚构的人。报文从真实的门进来：验签、解密、落盘，然后才应答；引擎全部内嵌在这个进程里。',
    '  An invented brand and invented people. Payloads come in by the real doors: verified, opened, on disk,',
    '  and then answered. All engines are embedded in this one process.',
    '',
    ...table([
      ['服务 server', url, port === wanted ? '' : `端口 ${wanted} 不可用，另选 port ${wanted} is not free`],
      ['数据 data', place.path, place.temporary ? '结束时删除 removed at the end' : '保留 kept'],
      ['请求日志 request log', join(place.path, LOG), '其中没有个人信息 nothing personal in it'],
    ]),
  ];
}

/**
 * The addresses; then until it is stopped, or with `once` no longer. `key` is null where the caller set the admin key:
 * that one is shown to nobody, another stands in for it until the end.
 */
async function stay(teller: Teller, { once, stop }: Options, known: { id: string; key: string | null }): Promise<void> {
  const { client, out, paint } = teller;
  const own = known.key === null ? await client.makeKey('demo') : null;
  out(heading('七、接着试', '7. Go on from here', paint));
  for (const line of addresses(client.base, known.key ?? own?.key ?? '', known.id, paint)) out(line);
  out('');
  if (once) out('  --once：服务到此为止；不带它会一直开着 it ends here; without --once it stays up');
  else {
    out('  按 Ctrl-C 结束 Ctrl-C ends it');
    await stop;
  }
  if (own) await client.dropKey(own.id);
}
