import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { DemoOptions } from '../cli/deps.ts';
import { readConfig } from '../schemas/config.ts';
import { addresses } from './demo/addresses.ts';
import { bridgeStops } from './demo/bridges.ts';
import { sourcesOf } from './demo/cast.ts';
import { makeClient } from './demo/client.ts';
import { lacks, readAccounts, readFacts } from './demo/facts.ts';
import { DemoError } from './demo/failure.ts';
import { countPeople, family, people } from './demo/nearby.ts';
import { freePort, type Place, takePlace } from './demo/place.ts';
import { platformStops } from './demo/platforms.ts';
import { readSecrets, type Secrets } from './demo/samples.ts';
import { sendAll, type Teller, tellFates } from './demo/stream.ts';
import { heading, makePaint, titleLine } from './demo/text.ts';
import { tillStops } from './demo/tills.ts';
import { timeline } from './demo/timeline.ts';
import { bought, channels, consents, golden, identifiers, who } from './demo/view.ts';
import { serve } from './serve.ts';

/**
 * The whole product in one process on embedded engines, with an invented brand whose people come through the real doors;
 * then the single view of one of them, as the API answers it.
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

/** When the last of the samples happened: a clock that stands before it would put them into quarantine. */
const SAMPLES_END = Date.UTC(2026, 2, 31);
/** Of the environment, what a demo may take: never an engine or a file that somebody else needs. */
const TAKEN = ['PORT', 'HOST', 'HUAXIANG_ADMIN_KEY'];

/** Gives exit code 0. Throws DemoError where the view lacks what it ought to have, ConfigError, DirectoryBusy. */
export async function demo(options: Options): Promise<number> {
  const secrets = await readSecrets();
  const place = await takePlace(options.env.HUAXIANG_DATA);
  try {
    await perform(options, secrets, place);
  } finally {
    await place.leave();
  }
  options.out(place.temporary ? '已停止，临时数据已删除 stopped, temporary data removed' : '已停止 stopped');
  return 0;
}

async function perform(options: Options, secrets: Secrets, place: Place): Promise<void> {
  const { env, out } = options;
  const taken = Object.fromEntries(TAKEN.map((name) => [name, env[name]]));
  const config = readConfig({ ...taken, HUAXIANG_DATA: place.path });
  const adminKey = config.adminKey ?? `hx_demo_${randomBytes(24).toString('base64url')}`;
  const port = await freePort(config.port, config.host);
  const ahead = Math.max(0, SAMPLES_END - options.now());
  const log = createWriteStream(join(place.path, 'requests.log'), { flags: 'a' });
  const running = await serve({
    config: { ...config, adminKey, port },
    now: () => options.now() + ahead,
    sources: sourcesOf(secrets),
    say: () => {},
    log: (line) => log.write(`${line}\n`),
  });
  try {
    const paint = makePaint(options.colour);
    out(heading('huaxiang 画像', `一个进程，内嵌引擎 one process, embedded engines · ${running.url}`, paint));
    if (port !== config.port)
      out(`  端口 ${config.port} 已被占用，改用空闲端口 port ${config.port} is taken, so a free one serves`);
    const teller = { client: makeClient(running.url, adminKey), out, paint };
    if (await show(teller, options, secrets))
      await stay(teller, options, config.adminKey === undefined ? adminKey : null);
  } finally {
    await running.close();
    await new Promise((resolve) => log.end(resolve));
  }
}

/** Sends everything and shows what became of it; false where it was stopped on the way. */
async function show(teller: Teller, { stop }: Options, secrets: Secrets): Promise<boolean> {
  const { client, out, paint } = teller;
  let stopped = false;
  void stop.then(() => {
    stopped = true;
  });
  const part = (zh: string, en: string): void => out(heading(zh, en, paint));
  const lines = (...groups: string[][]): void => {
    for (const group of groups) out(['', ...group].join('\n'));
  };
  part('一、各渠道从各自的门进来', '1. Every channel comes in by its own door');
  await sendAll(teller, [...(await tillStops()), ...(await platformStops(secrets))], () => stopped);
  const before = await readAccounts(client, secrets);
  part('二、搭桥：五个账号，是几个人？', '2. Bridges: five accounts, but how many people?');
  lines(
    [
      titleLine(`搭桥之前：${countPeople(before)} 位顾客`, `before: ${countPeople(before)} customers`, paint),
      ...people(before, paint),
    ],
    [],
  );
  await sendAll(teller, bridgeStops(secrets), () => stopped);
  if (stopped) return false;
  const after = await readAccounts(client, secrets);
  lines([
    titleLine(`搭桥之后：${countPeople(after)} 位顾客`, `after: ${countPeople(after)}`, paint),
    ...people(after, paint),
  ]);
  const facts = await readFacts(client);
  const { customer } = facts;
  part('三、单一顾客视图', '3. The single customer view');
  lines(
    who(customer, paint),
    channels(customer, paint),
    bought(customer, facts.timeline, paint),
    golden(customer, paint),
  );
  lines(identifiers(customer, paint), consents(customer, paint), timeline(facts.timeline, paint));
  part('四、近旁：同一个号码，两个人', '4. Nearby: one number, two people, not merged');
  lines(family(facts, paint));
  part('五、每条数据的去向', '5. What became of every payload, as /v1/fates tells it');
  await tellFates(teller);
  const lacking = lacks(facts, after);
  if (lacking.length > 0) throw new DemoError(`the demo does not show what it ought to:\n  ${lacking.join('\n  ')}`);
  return true;
}

/** The addresses, and with `--once` the end; else until it is stopped. `key` is null where the caller set one: it is not shown. */
async function stay({ client, out, paint }: Teller, { once, stop }: Options, key: string | null): Promise<void> {
  const own = key === null ? await client.makeKey('demo') : null;
  out(heading('六、接着试', '6. Go on from here', paint));
  for (const line of addresses(client.base, key ?? own?.key ?? '', paint)) out(line);
  out('');
  if (once) out('  --once：服务到此停止；不带它则一直运行 the server stops here; without it, it stays up');
  else {
    out('  按 Ctrl-C 结束 Ctrl-C ends it');
    await stop;
  }
  if (own) await client.dropKey(own.id);
}
