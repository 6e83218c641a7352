import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'csv-parse';
import type { ImportView } from '../api/port.ts';
import { asked, BEARER, type Server, startServer } from '../test/process/server.ts';
import { perSecond } from './figures.ts';
import { salesFile } from './sales.ts';

/**
 * A till's file of so many lines, imported over HTTP by a server in a process of its own, whose memory is watched;
 * beside a bare reading of the same bytes by csv-parse. With `--kill` the server gets SIGKILL in the middle and is
 * started again. `npm run bench:import -- [lines] [--kill]`
 */
const [lines = 1_000_000] = process.argv
  .slice(2)
  .filter((one) => /^\d+$/.test(one))
  .map(Number);
const kills = process.argv.includes('--kill');
const people = Math.max(100, Math.floor(lines / 10));
const MIB = 1024;
const SAMPLE_MS = 100;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * Resident memory of a process in KiB: its own, and pages of files it has mapped, which the system holds as cache and
 * takes back at need.
 */
type Memory = { own: number; files: number };
function memoryOf(server: Server): Memory {
  const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
  const read = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]);
  return { own: read('RssAnon'), files: read('RssFile') };
}

function watch(server: Server, figures: Figures): void {
  const [now, { most }] = [memoryOf(server), figures];
  figures.most = { own: Math.max(most.own, now.own), files: Math.max(most.files, now.files) };
}

type Figures = { idle: Memory; most: Memory };

/** The server, once it has nothing to do. */
async function start(data: string): Promise<Server> {
  const server = await startServer({ data });
  await asked(server.post('/v1/customers/query', '{"where":{"all":[]}}'));
  return server;
}

const importOf = async (server: Server, id: string): Promise<ImportView> => asked(server.get(`/v1/imports/${id}`));

/** Follows an import until `until` says so. */
async function follow(
  server: Server,
  id: string,
  figures: Figures,
  until: (view: ImportView) => boolean,
): Promise<ImportView> {
  for (let at = 1; ; at++) {
    await pause(SAMPLE_MS);
    const view = at % 5 === 0 ? await importOf(server, id) : null;
    watch(server, figures);
    if (at % 100 === 0 && view)
      say(`  ${view.rows} rows, ${Math.round((figures.most.own - figures.idle.own) / MIB)} MiB above idle`);
    if (view && until(view)) return view;
  }
}

async function send(server: Server, path: string, figures: Figures): Promise<ImportView> {
  const body = Readable.toWeb(createReadStream(path));
  const address = `${server.url}/v1/imports/pos/beijing?name=sales.csv`;
  const answer = fetch(address, { method: 'POST', headers: BEARER, body, duplex: 'half' });
  let answered = false;
  void answer.finally(() => {
    answered = true;
  });
  while (!answered) {
    await pause(SAMPLE_MS);
    watch(server, figures);
  }
  return asked(answer);
}

async function bare(path: string): Promise<number> {
  const begun = performance.now();
  let rows = 0;
  for await (const _ of createReadStream(path).pipe(parse({ relax_quotes: true, relax_column_count: true }))) rows++;
  return perSecond(rows, performance.now() - begun);
}

async function whole(data: string, path: string): Promise<{ view: ImportView; ms: number; all: Figures[] }> {
  let server = await start(data);
  const idle = memoryOf(server);
  let figures: Figures = { idle, most: idle };
  const all = [figures];
  await asked(server.put('/v1/sources/pos/beijing', '{"settings":{"brand":"acme"}}'));
  const begun = performance.now();
  const { id } = await send(server, path, figures);
  if (kills) {
    const half = await follow(server, id, figures, ({ rows, state }) => rows >= lines / 2 || state !== 'running');
    await server.kill();
    say(`killed at ${half.rows} rows`);
    server = await start(data);
    // The new process is never idle: it goes on where the old one was.
    figures = { idle, most: idle };
    all.push(figures);
  }
  const view = await follow(server, id, figures, ({ state }) => state !== 'running');
  const ms = performance.now() - begun;
  await asked(server.post('/v1/events?wait=queryable', '{"events":[]}'));
  await tell(server, view);
  await server.stop();
  return { view, ms, all };
}

async function tell(server: Server, view: ImportView): Promise<void> {
  const measures = ['count', 'sum:metrics.events', 'sum:metrics.orders'];
  const told = await asked(
    server.post('/v1/customers/aggregate', JSON.stringify({ where: { all: [] }, group_by: [], measures })),
  );
  say(`import ${view.state}, ${view.rows} rows`);
  say(`fates    ${JSON.stringify(view.fates)}`);
  say(`reasons  ${JSON.stringify(view.reasons)}`);
  say(`events   ${JSON.stringify(await asked(server.get('/v1/fates')))}`);
  say(`people   ${JSON.stringify(told)}`);
}

const place = await mkdtemp(join(tmpdir(), 'huaxiang-import-'));
const path = join(place, 'sales.csv');
await pipeline(Readable.from(salesFile({ lines, seed: 11, people })), createWriteStream(path));
const { size } = await stat(path);
say(`${lines} lines, ${(size / MIB / MIB).toFixed(1)} MiB, ${people} people${kills ? ', killed half-way' : ''}`);
const base = await bare(path);
const { view, ms, all } = await whole(join(place, 'data'), path);
say(`bare csv-parse   ${base} rows/s`);
say(`import           ${perSecond(view.rows, ms)} rows/s   ratio ${(perSecond(view.rows, ms) / base).toFixed(3)}`);
for (const { idle, most } of all) {
  const mib = (kib: number): number => Math.round(kib / MIB);
  for (const [what, name] of [['own memory  ', 'own'] as const, ['mapped files', 'files'] as const]) {
    say(`${what}     idle ${mib(idle[name])} MiB, most ${mib(most[name])}, above idle ${mib(most[name] - idle[name])}`);
  }
}
await rm(place, { recursive: true, force: true });
