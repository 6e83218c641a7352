import { createServer, type IncomingMessage, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { DemoError } from '../failure.ts';
import { type Desk, makeDesk, type Play } from './desk.ts';
import { doudian, jd, taobao } from './marketplaces.ts';
import { pddFrames, pddOrders } from './pdd.ts';
import { pospal } from './pospal.ts';
import { wecom, weixin } from './tencent.ts';

/**
 * The platforms on the loopback, each under a path of its own: they answer with the demo's payloads, in the shapes that
 * the real ones answer in. Signatures of calls are not looked at, and nothing of them is kept.
 */
export type StandIn = Desk & {
  /** The base URL of a platform. */
  at(platform: string): string;
  close(): Promise<void>;
};

const PLATFORMS: ReadonlyMap<string, Play> = new Map(
  Object.entries({ weixin, wecom, taobao, jd, pdd: pddOrders, doudian, pospal }),
);

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}

async function answer(request: IncomingMessage, desk: Desk): Promise<string | null> {
  const url = new URL(request.url ?? '/', 'http://platform');
  const [, platform = ''] = url.pathname.split('/');
  const path = url.pathname.slice(platform.length + 1);
  const play = PLATFORMS.get(platform);
  return play ? play({ path, query: url.searchParams, body: await textOf(request) }, desk) : null;
}

export async function openStandIn(): Promise<StandIn> {
  const desk = makeDesk();
  const server = createServer((request, response) => {
    answer(request, desk)
      .then((body) => response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' }).end(body))
      .catch(() => response.writeHead(500).end());
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => pddFrames(socket, desk));
  const port = await listening(server);
  return {
    ...desk,
    at: (platform) => `http://127.0.0.1:${port}/${platform}`,
    close: async () => {
      desk.open();
      for (const socket of sockets.clients) socket.terminate();
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await Promise.race([closed, delay(1000)]);
    },
  };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new DemoError('no port is free on 127.0.0.1');
  return address.port;
}
