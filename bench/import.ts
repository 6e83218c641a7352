import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'csv-parse';
import type { ImportView } from '../api/port.ts';
import { BEARER, type Server, startServer } from '../test/process/server.ts';
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

/** Resident memory of a process, and the most it ever was, in KiB. */
function memoryOf(pid: number | undefined): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]);
  return { now: read('VmRSS'), most: read('VmHWM') };
}

async function asked<T>(answer: Promise<Response>): Promise<T> {
  const body: T = JSON.parse(await (await answer).text());
  return body;
}

type Figures = { idle: number; most: number };

/** Starts the server, and its memory once it has nothing to do. */
async function start(data: string): Promise<{ server: Server; figures: Figures }> {
  const server = await startServer({ data });
  await asked(server.post('/v1/customers/query', '{"where":{"all":[]}}'));
  return { server, figures: { idle: memoryOf(server.child.pid).now, most: 0 } };
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
    figures.most = Math.max(figures.most, memoryOf(server.child.pid).now);
    if (at % 100 === 0 && view) say(`  ${view.rows} rows, ${Math.round((figures.most - figures.idle) / MIB)} MiB`);
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
    figures.most = Math.max(figures.most, memoryOf(server.child.pid).now);
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
  let { server, figures } = await start(data);
  const all = [figures];
  await asked(server.put('/v1/sources/pos/beijing', '{"settings":{"brand":"acme"}}'));
  const begun = performance.now();
  const { id } = await send(server, path, figures);
  if (kills) {
    const half = await follow(server, id, figures, ({ rows, state }) => rows >= lines / 2 || state !== 'running');
    await server.kill();
    say(`killed at ${half.rows} rows`);
    ({ server, figures } = await start(data));
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
  const rise = Math.round((most - idle) / MIB);
  say(
    `memory           idle ${Math.round(idle / MIB)} MiB, most ${Math.round(most / MIB)} MiB: ${rise} MiB above idle`,
  );
}
await rm(place, { recursive: true, force: true });
