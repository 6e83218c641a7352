import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, it } from 'vitest';
import type { ImportView } from '../../api/port.ts';
import { seeded } from '../../bench/population.ts';
import { salesFile } from '../../bench/sales.ts';
import { ADMIN_KEY, asked, BEARER, freshDirectory, type Server, startServer } from './server.ts';

/**
 * A file that the server has taken is read to its end whatever comes in between: kill -9 at any instant, a broken
 * upload, a file that is gone. Its fates are those of a run that nothing interrupted, and nothing counts twice.
 */
const LINES = 6_000;
const KILLS = 4;
const random = seeded(20_261_123);
const TEXT = [...salesFile({ lines: LINES, seed: 3, people: 300 })].join('');
const made: string[] = [];
afterAll(async () => {
  for (const directory of made) await rm(directory, { recursive: true, force: true });
});

async function fresh(): Promise<string> {
  const directory = await freshDirectory();
  made.push(directory);
  return directory;
}

async function open(data: string): Promise<Server> {
  const server = await startServer({ data });
  await asked(server.put('/v1/sources/pos/bj', '{"settings":{"brand":"acme"}}'));
  return server;
}

const send = (server: Server, text: string): Promise<Response> => server.post('/v1/imports/pos/bj?name=张.csv', text);
const newest = async (server: Server): Promise<ImportView | undefined> =>
  (await asked<{ items: ImportView[] }>(server.get('/v1/imports?limit=1'))).items[0];

async function until(server: Server, fits: (view: ImportView) => boolean): Promise<ImportView> {
  for (;;) {
    const view = await newest(server).catch(() => undefined);
    if (view && fits(view)) return view;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const spooled = async (data: string): Promise<string[]> =>
  (await readdir(join(data, 'spool'))).filter((name) => name !== 'place');

/** What the product says of all that was imported. */
async function told(server: Server, id: string): Promise<Record<string, unknown>> {
  await asked(server.post('/v1/events?wait=queryable', '{"events":[]}'));
  const { fates, reasons, rows, state, kind, bytes, read, name } = await asked<ImportView>(
    server.get(`/v1/imports/${id}`),
  );
  const measures = ['count', 'sum:metrics.events', 'sum:metrics.orders', 'sum:metrics.spend.CNY'];
  const sums = await asked(
    server.post('/v1/customers/aggregate', JSON.stringify({ where: { all: [] }, group_by: [], measures })),
  );
  const { items }: { items: object[] } = await asked(server.get('/v1/fates'));
  const rejects = await (await server.get(`/v1/imports/${id}/rejects`)).text();
  const counted = items.map((one) => JSON.stringify(one)).sort();
  return { fates, reasons, rows, state, kind, bytes, read, name, sums, counted, rejects };
}

it('goes on after kill -9 with the fates of a run that nothing interrupted', { timeout: 300_000 }, async () => {
  const calm = await open(await fresh());
  const whole = await asked<ImportView>(send(calm, TEXT));
  await until(calm, ({ state }) => state === 'done');
  const expected = await told(calm, whole.id);
  expect(await calm.stop()).toBe(0);
  expect(expected).toMatchObject({ rows: LINES, state: 'done', name: '张.csv' });

  const data = await fresh();
  let server = await open(data);
  const sent = send(server, TEXT).catch(() => null);
  const { id } = await until(server, ({ bytes }) => bytes > 0);
  for (let kill = 0; kill < KILLS; kill++) {
    const from = (await newest(server))?.rows ?? 0;
    const goal = from + random() * (LINES / KILLS);
    await until(server, ({ rows, state }) => rows >= Math.min(goal, LINES - 1) || state !== 'running');
    await server.kill();
    server = await startServer({ data });
  }
  await sent;
  await until(server, ({ state }) => state !== 'running');
  expect(await told(server, id)).toEqual(expected);
  expect(await spooled(data)).toEqual([]);
  const again = await asked<ImportView>(send(server, TEXT));
  await until(server, ({ state }) => state === 'done');
  const repeated = await told(server, again.id);
  expect(repeated).toMatchObject({ rows: LINES, sums: expected.sums, rejects: expected.rejects });
  expect(Object.keys(Object(repeated.fates)).sort()).toEqual(['dead-letter', 'duplicate', 'ignored']);
  expect(await server.stop()).toBe(0);
});

it('SIGTERM ends in time, answers who waits, and the import goes on at the next start', {
  timeout: 120_000,
}, async () => {
  const data = await fresh();
  const server = await open(data);
  const sent = send(server, TEXT);
  await until(server, ({ rows }) => rows > 0);
  expect(await server.stop()).toBe(0);
  const answer = await sent;
  expect(answer.status).toBe(202);
  await answer.arrayBuffer();
  const next = await startServer({ data });
  expect(await until(next, ({ state }) => state !== 'running')).toMatchObject({ state: 'done', rows: LINES });
  expect(await next.stop()).toBe(0);
});

it('an upload that breaks off has failed, takes nothing and leaves no file', { timeout: 120_000 }, async () => {
  const data = await fresh();
  const server = await open(data);
  const { port } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  const headers = `Host: x\r\nAuthorization: Bearer ${ADMIN_KEY}\r\nContent-Length: ${Buffer.byteLength(TEXT)}\r\n\r\n`;
  socket.write(`POST /v1/imports/pos/bj HTTP/1.1\r\n${headers}${TEXT.slice(0, 200_000)}`);
  await until(server, ({ state }) => state === 'running');
  socket.destroy();
  const view = await until(server, ({ state }) => state !== 'running');
  expect(view).toMatchObject({ state: 'failed', rows: 0, fates: {}, error: 'the upload broke off' });
  expect(await spooled(data)).toEqual([]);
  expect((await asked<{ items: unknown[] }>(server.get('/v1/fates'))).items).toEqual([]);

  // Killed in the middle of an upload: the same, told at the next start.
  const slow = new ReadableStream({ start: (control) => control.enqueue(Buffer.from(TEXT.slice(0, 100_000))) });
  const dead = fetch(`${server.url}/v1/imports/pos/bj`, {
    ...{ method: 'POST', headers: BEARER, body: slow, duplex: 'half' as const },
  }).catch(() => null);
  await until(server, ({ state }) => state === 'running');
  await server.kill();
  await dead;
  const next = await startServer({ data });
  expect(await newest(next)).toMatchObject({ state: 'failed', rows: 0, fates: {} });
  expect(await spooled(data)).toEqual([]);
  expect(await next.stop()).toBe(0);
});

it('an import whose kept file is gone has failed and says so; nothing of it stood in clear', {
  timeout: 120_000,
}, async () => {
  const data = await fresh();
  const server = await open(data);
  const sent = send(server, TEXT).catch(() => null);
  await until(server, ({ rows }) => rows > 0);
  await server.kill();
  await sent;
  const [name = ''] = await spooled(data);
  const kept = await readFile(join(data, 'spool', name));
  for (const part of ['小票号', '陈思远', 'BJ002-']) expect(kept.includes(part)).toBe(false);
  await unlink(join(data, 'spool', name));
  await writeFile(join(data, 'spool', 'orphan'), 'left by nobody');
  const next = await startServer({ data });
  const view = await until(next, ({ state }) => state !== 'running');
  expect(view).toMatchObject({ state: 'failed', error: 'the file as it was kept is gone: send it again' });
  expect(await spooled(data)).toEqual([]);
  expect(await next.stop()).toBe(0);
});

it('more files at once share: a small one does not wait for a large one', { timeout: 120_000 }, async () => {
  const server = await open(await fresh());
  const place = await mkdtemp(join(tmpdir(), 'huaxiang-file-'));
  made.push(place);
  const path = join(place, 'large.csv');
  await writeFile(path, [...salesFile({ lines: 30_000, seed: 4, people: 3_000 })].join(''));
  const body = Readable.toWeb(createReadStream(path));
  const large = fetch(`${server.url}/v1/imports/pos/bj`, { method: 'POST', headers: BEARER, body, duplex: 'half' });
  const { id } = await until(server, ({ rows }) => rows > 0);
  const small = await asked<ImportView>(send(server, TEXT.split('\n').slice(0, 500).join('\n')));
  expect(small).toMatchObject({ state: 'done', rows: 499 });
  expect(await asked(server.get(`/v1/imports/${id}`))).toMatchObject({ state: 'running' });
  expect(await server.stop()).toBe(0);
  await (await large).arrayBuffer();
});
