import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Ask, BadItem, Item, Outcome } from '../../../ingest/channel.ts';
import { type Attempt, attempt } from '../../../ingest/pull/attempt.ts';
import { makePlatforms } from '../../../ingest/pull/platform.ts';
import { channelOf, NOW } from './door.ts';

/** api.weixin.qq.com and qyapi.weixin.qq.com on the loopback: each path answers with what the test puts there. */
export type Asked = { path: string; query: Record<string, string>; body: unknown };
export type WechatServer = {
  url(): string;
  /** The calls of the test that runs, in order, without those for tokens. */
  asked: Asked[];
  /** Bodies of the calls for tokens. */
  tokens: Asked[];
  /**
   * The answers of a path, one after the other, the last of them again and again. A number is an HTTP status, `cut` a
   * connection that breaks.
   */
  says(path: string, ...answers: (object | string | number)[]): void;
};

const TOKEN_PATHS = new Set(['/cgi-bin/stable_token', '/cgi-bin/gettoken']);
const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  const text = Buffer.concat(parts).toString('utf8');
  return text === '' ? null : JSON.parse(text);
};

export function wechatServer(): WechatServer {
  const [asked, tokens]: [Asked[], Asked[]] = [[], []];
  const answers = new Map<string, (object | string | number)[]>();
  let server: Server | undefined;
  let url = '';
  beforeAll(async () => {
    const started = createServer(async (request, response) => {
      const address = new URL(request.url ?? '/', url);
      const path = address.pathname;
      const call = { path, query: Object.fromEntries(address.searchParams), body: await bodyOf(request) };
      (TOKEN_PATHS.has(path) ? tokens : asked).push(call);
      const left = answers.get(path) ?? [];
      const said = (left.length > 1 ? left.shift() : left[0]) ?? 404;
      if (said === 'cut') return void request.socket.destroy();
      const answer = typeof said === 'object' ? JSON.stringify(said) : String(said);
      response.writeHead(typeof said === 'number' ? said : 200).end(answer);
    });
    server = started;
    await new Promise<void>((ready) => started.listen(0, '127.0.0.1', ready));
    const at = started.address();
    url = `http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`;
  });
  afterAll(() => new Promise<void>((closed) => void server?.close(() => closed())));
  beforeEach(() => {
    asked.length = 0;
    tokens.length = 0;
    answers.clear();
  });
  const says: WechatServer['says'] = (path, ...given) => void answers.set(path, given);
  return { url: () => url, asked, tokens, says };
}

export type Answered = Attempt<(Item | BadItem)[]>;

/** One ask as the runner puts it: over HTTP, and once more with a new token where the old one has expired. */
export async function answer(name: string, settings: Record<string, unknown>, ask: Ask): Promise<Answered> {
  const asker = channelOf(name).asks[ask.name];
  if (!asker) throw new Error(`no ask ${ask.name}`);
  const account = { channel: name, source: 'main', settings };
  const platforms = makePlatforms({ now: () => NOW, sleep: () => Promise.resolve() });
  const { signal } = new AbortController();
  const platform = platforms.of(account, { name: ask.name, callsPerSecond: 1000, signal });
  return attempt(
    () => asker.answer(platform, settings, ask.params),
    () => platforms.dropTokens(account),
  );
}

/** The items of an ask that was answered. */
export async function itemsOf(name: string, settings: Record<string, unknown>, ask: Ask): Promise<(Item | BadItem)[]> {
  const got = await answer(name, settings, ask);
  if (!got.ok) throw new Error(`${got.failure.why}: ${got.failure.detail}`);
  return got.value;
}

/** What an item becomes once it is in the log. */
export function told(name: string, item: Item | BadItem | undefined, received: number = NOW): Outcome[] {
  if (!item) throw new Error('no item');
  if ('dead' in item) return [{ kind: 'drop', fate: 'dead-letter', ...item.dead }];
  return channelOf(name).map(item, { received, channel: name, source: 'main' });
}
