import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

/** The variables and options with which `npm start` runs the service. */
function started(): { env: Record<string, string>; options: string[] } {
  const manifest: { scripts: { start: string } } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  const [, env = '', options = ''] = /exec env (.*) node (.*) main\.ts serve$/.exec(manifest.scripts.start) ?? [];
  if (env === '' || options === '') throw new Error('the start script has another form');
  return { env: Object.fromEntries(env.split(' ').map((one) => one.split('='))), options: options.split(' ') };
}

export const ADMIN_KEY = 'test-admin-key-0123456789';
export const BEARER = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' };

/** The body of an answer. Throws where it is a refusal. */
export async function asked<T>(answer: Promise<Response>): Promise<T> {
  const response = await answer;
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text}`);
  const body: T = JSON.parse(text);
  return body;
}

export const freshDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'huaxiang-'));

export async function startServer(
  options: { data?: string; env?: Record<string, string>; shell?: string } = {},
): Promise<Server> {
  const data = options.data ?? (await freshDirectory());
  const start = started();
  const fixed = { PORT: '0', HUAXIANG_DATA: data, HUAXIANG_ADMIN_KEY: ADMIN_KEY };
  const env = environment({ ...start.env, ...fixed, ...options.env });
  const child = spawn(process.execPath, [...start.options, 'main.ts', 'serve'], {
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
