import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { Platform } from '../../../ingest/platform.ts';
import { makePlatforms } from '../../../ingest/pull/platform.ts';

/** A platform's API on loopback, as a test plays it, and real calls to it by a clock that stands still. */
export type Called = { path: string; query: URLSearchParams; headers: IncomingHttpHeaders; body: string };
export type Said = { status?: number; headers?: Record<string, string>; body: string };

export async function serveApi(answer: (called: Called) => Said): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const body = Buffer.concat(chunks).toString('utf8');
      const said = answer({ path: url.pathname, query: url.searchParams, headers: request.headers, body });
      response.writeHead(said.status ?? 200, said.headers).end(said.body);
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** What a connector is handed; calls never wait for their turn. */
export function platformOf(channel: string, now: () => number, range?: Platform['range']) {
  const account = { channel, source: 'main', settings: {} };
  const platforms = makePlatforms({ now, sleep: () => Promise.resolve() });
  const signal = new AbortController().signal;
  const platform = platforms.of(account, { name: 'test', callsPerSecond: 1000, signal, ...(range ? { range } : {}) });
  return { platform, dropTokens: () => platforms.dropTokens(account) };
}
