import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { DemoOptions, Deps } from '../../cli/deps.ts';
import { runCli } from '../../cli/run.ts';
import { listChannels } from '../../main/channel/list.ts';

export type Asked = { method: string; path: string; query: Record<string, string>; key: string; body: Buffer };
export type Reply = { status?: number; json?: unknown; text?: string };

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) if (Buffer.isBuffer(part)) parts.push(part);
  return Buffer.concat(parts);
}

/** A real HTTP server on a free port of this machine which answers as `reply` says and keeps what it was asked. */
export async function stand(reply: (asked: Asked, at: number) => Reply) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://stand');
    const question: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      key: request.headers.authorization ?? '',
      body: await bodyOf(request),
    };
    const { status = 200, json, text } = reply(question, asked.push(question) - 1);
    response.writeHead(status, { 'content-type': json === undefined ? 'text/plain' : 'application/json' });
    response.end(json === undefined ? (text ?? '') : JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}`, port, asked, close };
}

export type Ran = { code: number; out: string; err: string; did: unknown[] };

/** Runs the command line as main.ts does, with an environment and a clock of its own. */
export async function cli(argv: string[], env: Record<string, string> = {}, more: Partial<Deps> = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const did: unknown[] = [];
  const code = await runCli(argv, {
    env,
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    fetch,
    pause: () => pause(1),
    serve: async () => did.push('serve') - 1,
    demo: async (options: DemoOptions) => did.push(options) - 1,
    rebuild: async (from, to) => did.push([from, to]) - 1,
    held: async () => false,
    channels: { list: listChannels, try: async (trial) => did.push(trial) - 1 },
    ...more,
  });
  return { code, out: out.join('\n'), err: err.join('\n'), did };
}
