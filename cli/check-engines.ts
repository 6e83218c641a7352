import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Config } from '../schemas/config.ts';
import { causeOf } from './server.ts';
import type { Verdict } from './verdict.ts';

const PATIENCE_MS = 5000;
const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Loads a package in a process of its own: a native library may end the one that loads it. */
async function loads(name: string): Promise<boolean> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', `await import(${JSON.stringify(name)})`], {
    cwd: ROOT,
    stdio: 'ignore',
  });
  const [code] = await once(child, 'exit');
  return code === 0;
}

/** The embedded engines that this configuration needs. */
export async function checkEmbedded(config: Config): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  if (config.clickhouseUrl === undefined) {
    verdicts.push(
      (await loads('chdb'))
        ? { state: 'ok', what: 'chDB loads' }
        : { state: 'wrong', what: 'chDB does not load', mend: 'npm ci --include=optional, or set CLICKHOUSE_URL' },
    );
  }
  if (config.redisUrl === undefined || config.kafkaBrokers === undefined) {
    verdicts.push(
      (await loads('lmdb'))
        ? { state: 'ok', what: 'LMDB loads' }
        : { state: 'wrong', what: 'LMDB does not load', mend: 'npm ci --include=optional' },
    );
  }
  return verdicts;
}

/** Undefined when something listens there, else the reason. */
function listens(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE_MS });
    const end = (reason: string | undefined): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end('ETIMEDOUT'));
    socket.once('error', (error) => end(causeOf(error)));
  });
}

async function checkSocket(name: string, variable: string, host: string, port: number): Promise<Verdict> {
  const reason = await listens(host.replace(/^\[|\]$/g, ''), port);
  if (reason === undefined) return { state: 'ok', what: `${name} listens at ${host}:${port}` };
  const mend = `start it, or mend ${variable}`;
  return { state: 'wrong', what: `${name} does not answer at ${host}:${port} (${reason})`, mend };
}

async function checkClickHouse(url: string, get: typeof fetch): Promise<Verdict> {
  const { origin } = new URL(url);
  const mend = 'start it, or mend CLICKHOUSE_URL';
  const answer = await get(`${origin}/ping`, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(causeOf);
  if (typeof answer === 'string') {
    return { state: 'wrong', what: `ClickHouse does not answer at ${origin} (${answer})`, mend };
  }
  await answer.text();
  if (answer.ok) return { state: 'ok', what: `ClickHouse answers at ${origin}` };
  return { state: 'wrong', what: `ClickHouse at ${origin} answered with status ${answer.status}`, mend };
}

/** The servers that this configuration names. */
export async function checkEngines(config: Config, get: typeof fetch): Promise<Verdict[]> {
  const checks: Promise<Verdict>[] = (config.kafkaBrokers ?? []).map((broker) => {
    const at = broker.lastIndexOf(':');
    return checkSocket('Kafka', 'KAFKA_BROKERS', broker.slice(0, at), Number(broker.slice(at + 1)));
  });
  if (config.redisUrl !== undefined) {
    const { hostname, port } = new URL(config.redisUrl);
    checks.push(checkSocket('Redis', 'REDIS_URL', hostname || '127.0.0.1', Number(port || 6379)));
  }
  if (config.clickhouseUrl !== undefined) checks.push(checkClickHouse(config.clickhouseUrl, get));
  return Promise.all(checks);
}
