import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import type { Socket } from '../../../ingest/platform.ts';
import { callHttp } from '../../../ingest/pull/http.ts';
import { makePace } from '../../../ingest/pull/pace.ts';
import { makePlatforms } from '../../../ingest/pull/platform.ts';
import { openSocket } from '../../../ingest/pull/socket.ts';

const never = new AbortController().signal;
const ACCOUNT = { channel: 'pospal', source: 'main', settings: { appId: 'a' } };
const USE = { name: 'tickets', callsPerSecond: 1_000, signal: never };

async function serve(handle: (request: IncomingMessage, answer: ServerResponse) => void): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'answered',
    (error: unknown) => error,
  );

describe('http', () => {
  it('gives status, headers and the exact bytes, whatever the status says', async () => {
    const url = await serve((request, answer) => {
      answer.writeHead(418, { 'X-Kind': 'tea' });
      request.pipe(answer);
    });
    const answer = await callHttp({ url: `${url}/a?b=c`, body: '{"uid":900000000000000321}' }, never);
    expect(answer).toMatchObject({ status: 418, headers: { 'x-kind': 'tea' } });
    expect(answer.body.toString()).toBe('{"uid":900000000000000321}');
  });

  it('follows within the host, and to no other', async () => {
    const there = await serve((_, answer) => answer.end('taken'));
    const url = await serve((request, answer) => {
      if (request.url === '/done') return void answer.end(`${request.method} ${request.headers.authorization}`);
      answer.writeHead(302, { location: request.url?.startsWith('/away') ? `${there}/?token=t` : '/done' }).end();
    });
    const call = { headers: { authorization: 'secret' }, body: 'x' };
    const near = await callHttp({ ...call, url: `${url}/near` }, never);
    expect(near.body.toString()).toBe('GET secret');
    const away = await failure(callHttp({ ...call, url: `${url}/away?token=t` }, never));
    expect(away).toMatchObject({ name: 'PlatformError', why: 'refused' });
    expect(String(away)).not.toMatch(/token|secret|away/);
  });

  it('takes no more than 32 MiB', async () => {
    const url = await serve((_, answer) => {
      answer.writeHead(200);
      const piece = Buffer.alloc(1 << 20, 0x20);
      const write = (left: number): void => {
        if (left > 0) answer.write(piece, () => write(left - 1));
        else answer.end();
      };
      write(40);
    });
    const big = await failure(callHttp({ url }, never));
    expect(big).toMatchObject({ why: 'refused', message: expect.stringContaining('33554432') });
  });

  it.each([
    ['file:///etc/passwd', 'refused'],
    ['ftp://127.0.0.1/x', 'refused'],
    ['http://user:secret@127.0.0.1/', 'refused'],
    ['no address', 'refused'],
    ['http://127.0.0.1:1/hidden?token=secret', 'unreachable'],
    ['http://nowhere.invalid/hidden?token=secret', 'unreachable'],
  ])('%s: %s, and the error shows nothing of it', async (url, why) => {
    const error = await failure(callHttp({ url, headers: { authorization: 'secret' } }, never));
    expect(error).toMatchObject({ name: 'PlatformError', why });
    expect(String(error)).not.toMatch(/secret|hidden|passwd/);
  });

  it('gives up a slow answer, and at once where it is stopped', async () => {
    const url = await serve((_, answer) => void answer.writeHead(200).write('{'));
    expect(await failure(callHttp({ url }, never, 50))).toMatchObject({ why: 'unreachable' });
    const stop = new AbortController();
    const call = failure(callHttp({ url }, stop.signal));
    stop.abort();
    expect(await call).toMatchObject({ why: 'unreachable', message: expect.stringContaining('stopped') });
  });
});

describe('a websocket', () => {
  const platform = async (each: (socket: import('ws').WebSocket) => void): Promise<string> => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', each);
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });
    const address = server.address();
    return `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  };
  const all = async (socket: Socket): Promise<string[]> => {
    const texts: string[] = [];
    for (let text = await socket.receive(); text !== null; text = await socket.receive()) texts.push(text);
    return texts;
  };

  it('receives all in order, then null', async () => {
    const url = await platform((socket) => {
      for (let n = 0; n < 1_000; n += 1) socket.send(`消息 ${n}`);
      socket.on('message', () => socket.close());
    });
    const socket = await openSocket(url, {}, never);
    socket.send('ready');
    const texts = await all(socket);
    expect([texts.length, texts[0], texts[999]]).toEqual([1_000, '消息 0', '消息 999']);
    expect(await socket.receive()).toBeNull();
  });

  it('that says nothing, or is stopped, ends', async () => {
    const url = await platform(() => undefined);
    expect(await all(await openSocket(url, {}, never, 30))).toEqual([]);
    const stop = new AbortController();
    const socket = await openSocket(url, {}, stop.signal);
    const waiting = all(socket);
    stop.abort();
    expect(await waiting).toEqual([]);
  });

  it.each(['ws://127.0.0.1:1/?token=secret', 'http://127.0.0.1/'])('%s cannot be opened', async (url) => {
    const error = await failure(openSocket(url, {}, never));
    expect(error).toMatchObject({ name: 'PlatformError' });
    expect(String(error)).not.toContain('secret');
  });
});

describe('tokens', () => {
  const clock = { now: 0 };
  const make = (platforms = makePlatforms({ now: () => clock.now, sleep: async () => undefined })) => {
    let made = 0;
    const get = (account: typeof ACCOUNT & { settings: object }, seconds = 7_200, fails = false) =>
      platforms.of(account, USE).token('access', async () => {
        made += 1;
        if (fails) throw new Error('refused');
        return { value: `token ${made}`, seconds };
      });
    return { platforms, get, made: () => made };
  };

  it('are made once for all who ask, and anew when their time is nearly over', async () => {
    const { get, made } = make();
    expect(await Promise.all([get(ACCOUNT), get(ACCOUNT)])).toEqual(['token 1', 'token 1']);
    clock.now += 7_100_000;
    expect(await get(ACCOUNT)).toBe('token 1');
    clock.now += 50_000;
    expect([await get(ACCOUNT), made()]).toEqual(['token 2', 2]);
  });

  it('are of one account with one set of settings, and can be dropped', async () => {
    const { platforms, get } = make();
    await get(ACCOUNT);
    expect(await get({ ...ACCOUNT, source: 'other' })).toBe('token 2');
    expect(await get({ ...ACCOUNT, settings: { appId: 'b' } })).toBe('token 3');
    platforms.dropTokens(ACCOUNT);
    expect(await get({ ...ACCOUNT, settings: { appId: 'b' } })).toBe('token 4');
  });

  it('that could not be made are made again', async () => {
    const { get } = make();
    await expect(get(ACCOUNT, 1, true)).rejects.toThrow('refused');
    expect(await get(ACCOUNT)).toBe('token 2');
  });
});

describe('pace', () => {
  it('spaces calls evenly, and a clock set back holds nobody up', async () => {
    const clock = { now: 0 };
    const waits: number[] = [];
    const pace = makePace({ now: () => clock.now, sleep: async (ms) => void waits.push(ms) }, 5);
    await Promise.all([pace(never), pace(never), pace(never)]);
    expect(waits).toEqual([200, 400]);
    clock.now = -1_000_000;
    await pace(never);
    expect(waits[2]).toBeLessThanOrEqual(600);
    clock.now = 1_000_000;
    await pace(never);
    expect(waits).toHaveLength(3);
  });
});
