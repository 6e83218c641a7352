import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server of the product in a process of its own, on a fresh directory, as a caller from outside meets it. */
export type BenchServer = {
  url: string;
  post(path: string, body: string): Promise<Response>;
  get(path: string): Promise<Response>;
  stop(): Promise<void>;
};

const KEY = 'bench-admin-key-0123456789';
export const BEARER = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };

export async function startServer(): Promise<BenchServer> {
  const data = await mkdtemp(join(tmpdir(), 'huaxiang-bench-'));
  const env = { ...process.env, PORT: '0', HUAXIANG_DATA: data, HUAXIANG_ADMIN_KEY: KEY };
  const child = spawn(process.execPath, ['--import', 'tsx', 'main.ts', 'serve'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await listening(child);
  return {
    url,
    post: (path, body) => fetch(url + path, { method: 'POST', headers: BEARER, body }),
    get: (path) => fetch(url + path, { headers: BEARER }),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** The yardstick: one Fastify route with the same auth that answers a given body, in a process of its own too. */
export async function startBare(body: string): Promise<{ url: string; stop(): Promise<void> }> {
  const env = { ...process.env, BENCH_BODY: body, BENCH_AUTHORIZATION: BEARER.authorization };
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/bare.ts'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return {
    url: await listening(child),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const url = /listening on (\S+)/.exec(text)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

export const perSecond = (count: number, ms: number): number => Math.round((count / ms) * 1_000);

/** The value below which a share of the sorted values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
