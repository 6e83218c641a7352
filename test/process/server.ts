import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from './env.ts';

/** The product in a process of its own, as a caller from outside meets it: for benches and for tests that kill it. */
export type Server = {
  url: string;
  data: string;
  child: ChildProcess;
  post(path: string, body: string): Promise<Response>;
  put(path: string, body: string): Promise<Response>;
  get(path: string): Promise<Response>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; gives the exit code, and removes the directory where it was made here. */
  stop(): Promise<number | null>;
};

/** As `npm start` calls it. */
const NODE_OPTIONS = ['--max-semi-space-size=8', '--heap-growing-percent=30', '--import', 'tsx'];
const MALLOC = { MALLOC_ARENA_MAX: '2', JE_MALLOC_CONF: 'dirty_decay_ms:0,muzzy_decay_ms:0' };

export const ADMIN_KEY = 'test-admin-key-0123456789';
export const BEARER = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' };

export const freshDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'huaxiang-'));

export async function startServer(
  options: { data?: string; env?: Record<string, string>; shell?: string } = {},
): Promise<Server> {
  const data = options.data ?? (await freshDirectory());
  const env = environment({
    ...{ ...MALLOC, PORT: '0', HUAXIANG_DATA: data, HUAXIANG_ADMIN_KEY: ADMIN_KEY },
    ...options.env,
  });
  const child = spawn(process.execPath, [...NODE_OPTIONS, 'main.ts', 'serve'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await listening(child);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    ...{ url, data, child },
    post: (path, body) => fetch(url + path, { method: 'POST', headers: BEARER, body }),
    put: (path, body) => fetch(url + path, { method: 'PUT', headers: BEARER, body }),
    get: (path) => fetch(url + path, { headers: BEARER }),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const code = await ended;
      if (options.data === undefined) await rm(data, { recursive: true, force: true });
      return code;
    },
  };
}

/** The yardstick of bench/read.ts: one Fastify route with the same auth that answers a given body. */
export async function startBare(body: string): Promise<{ url: string; stop(): Promise<void> }> {
  const env = environment({ BENCH_BODY: body, BENCH_AUTHORIZATION: BEARER.authorization });
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/bare.ts'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await listening(child);
  return {
    url,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Rejects with what the process said when it ended before it listened. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const hear = (chunk: Buffer): void => {
      text += chunk.toString();
      const url = /listening on (\S+)/.exec(text)?.[1];
      if (url) resolve(url);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
}
