import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { KAFKA_PORT, REDIS_PORT } from './env.ts';
import { startKafka } from './kafka.ts';
import { answers, has, pidOf, run, startServer, stopServer, until } from './process.ts';

/** `npm run services -- up|down|status`: a real Redis and a real Kafka on loopback, kept in `.services/`. */
type Service = {
  name: string;
  port: number;
  /** Stands in the command line of the server. */
  mark: string;
  /** Directory of its data, inside DIRECTORY. */
  data: string;
  needs: [command: string, debian: string][];
  start(): Promise<void>;
};

const DIRECTORY = fileURLToPath(new URL('../../.services', import.meta.url));

const SERVICES: Service[] = [
  {
    name: 'redis',
    port: REDIS_PORT,
    mark: 'redis-server',
    data: 'redis',
    needs: [['redis-server', 'redis-server']],
    start: startRedis,
  },
  {
    name: 'kafka',
    port: KAFKA_PORT,
    mark: 'kafka.Kafka',
    data: 'kafka/data',
    needs: [
      ['java', 'default-jre-headless'],
      ['mvn', 'maven'],
    ],
    start: () => startKafka(DIRECTORY),
  },
];

async function startRedis(): Promise<void> {
  mkdirSync(`${DIRECTORY}/redis`, { recursive: true });
  const persistence = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];
  const place = ['--port', String(REDIS_PORT), '--bind', '127.0.0.1', '--dir', `${DIRECTORY}/redis`];
  startServer(DIRECTORY, 'redis', 'redis-server', [...place, ...persistence, '--maxmemory-policy', 'noeviction']);
  await until('an open port of Redis', 20, () => answers(REDIS_PORT));
}

/** Debian's packages, when this is root on a Debian; else says what is missing. */
function install(needs: Service['needs']): void {
  const missing = needs.filter(([command]) => !has(command));
  if (missing.length === 0) return;
  const packages = missing.map(([, debian]) => debian);
  if (process.getuid?.() !== 0 || !has('apt-get')) {
    const commands = missing.map(([command]) => command).join(', ');
    throw new Error(`${commands} not found. On Debian, as root: apt-get install ${packages.join(' ')}`);
  }
  console.log(`installing ${packages.join(' ')}`);
  run('apt-get', ['update', '-q']);
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages]);
}

async function up({ name, port, mark, needs, start }: Service): Promise<void> {
  if (pidOf(DIRECTORY, name, mark) !== undefined && (await answers(port))) return console.log(`${name}: up already`);
  if (await answers(port)) throw new Error(`port ${port} is taken by something that was not started here`);
  install(needs);
  await start();
  console.log(`${name}: up on port ${port}`);
}

async function down({ name, mark, data }: Service): Promise<void> {
  const stopped = await stopServer(DIRECTORY, name, mark);
  rmSync(`${DIRECTORY}/${data}`, { recursive: true, force: true });
  console.log(`${name}: ${stopped ? 'stopped, its data removed' : 'was not up'}`);
}

async function status({ name, port, mark }: Service): Promise<void> {
  const pid = pidOf(DIRECTORY, name, mark);
  const state = (await answers(port)) ? 'answers' : 'does not answer';
  console.log(`${name}: ${pid === undefined ? 'not started here' : `process ${pid}`}, port ${port} ${state}`);
}

const COMMANDS = new Map([
  ['up', up],
  ['down', down],
  ['status', status],
]);
const name = process.argv[2] ?? '';
const command = COMMANDS.get(name);
mkdirSync(DIRECTORY, { recursive: true });
if (command) {
  for (const service of SERVICES) await command(service);
  if (name === 'up') console.log(`\nREDIS_URL=redis://127.0.0.1:${REDIS_PORT}\nKAFKA_BROKERS=127.0.0.1:${KAFKA_PORT}`);
} else {
  console.error('usage: npm run services -- up|down|status');
  process.exitCode = 2;
}
