import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAnalyticStore } from '../profiles/store/clickhouse.ts';
import type { EventRow } from '../profiles/store/port.ts';
import { parseTime } from '../schemas/event.ts';
import { startServer } from '../test/process/server.ts';
import { perSecond } from './figures.ts';
import { population } from './population.ts';

/**
 * Ingest through the whole way (HTTP, log, identity, profiles, ClickHouse rows) against a raw chDB insert of the same
 * event rows in the same batches of 1,000. Both in one run, one after the other. `npm run bench:ingest -- [events]
 * [people]`
 */
const BATCH = 1_000;
const [events = 50_000, people = 10_000] = process.argv.slice(2).map(Number);
const all = [...population({ seed: 7, people, events })];
const batches = Array.from({ length: Math.ceil(all.length / BATCH) }, (_, at) =>
  all.slice(at * BATCH, (at + 1) * BATCH),
);

async function whole(): Promise<{ accepted: number; applied: number; queryable: number }> {
  const server = await startServer();
  const bodies = batches.map((batch) => JSON.stringify({ events: batch }));
  const begun = performance.now();
  for (const body of bodies) {
    const answer = await server.post('/v1/events', body);
    if (answer.status !== 200) throw new Error(`the door answered ${answer.status}`);
    await answer.arrayBuffer();
  }
  const accepted = performance.now() - begun;
  await barrier(server, 'applied');
  const applied = performance.now() - begun;
  await barrier(server, 'queryable');
  const queryable = performance.now() - begun;
  await server.stop();
  return { accepted, applied, queryable };
}

/** An empty list waits for all that was taken before it; 202 says that the wait ran out. */
async function barrier(server: Awaited<ReturnType<typeof startServer>>, wait: string): Promise<void> {
  for (;;) {
    const answer = await server.post(`/v1/events?wait=${wait}`, '{"events":[]}');
    await answer.arrayBuffer();
    if (answer.status === 200) return;
  }
}

function rowOf(event: Record<string, unknown>, at: number): EventRow {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const order = typeof event.order === 'object' && event.order !== null ? new Map(Object.entries(event.order)) : null;
  const sku = {
    sku: 'SKU1',
    name: '纯棉T恤',
    category: '',
    brand: '',
    quantity: '1',
    price: text(order?.get('total')),
  };
  return {
    ...{ key: `k${at.toString().padStart(21, '0')}`, anchor: `a${(at % people).toString().padStart(21, '0')}` },
    ...{
      time: parseTime(text(event.time)),
      type: text(event.type),
      channel: text(event.channel),
      source: text(event.source),
    },
    ...{
      order_key: order ? `o${at}` : '',
      order_id: text(order?.get('id')),
      order_store: '',
      currency: order ? 'CNY' : '',
    },
    ...{ total: order ? text(order.get('total')) : null, items: order ? [sku] : [], properties: {}, version: 1 },
  };
}

async function raw(): Promise<number> {
  const path = await mkdtemp(join(tmpdir(), 'huaxiang-raw-'));
  const store = await openAnalyticStore({ path });
  const rows = batches.map((batch, at) => batch.map((event, index) => rowOf(event, at * BATCH + index)));
  const begun = performance.now();
  for (const batch of rows) await store.write({ events: batch, orders: [], owners: [], customers: [] });
  const took = performance.now() - begun;
  await store.close();
  await rm(path, { recursive: true, force: true });
  return took;
}

const base = await raw();
const ours = await whole();
const rate = (ms: number): string => `${perSecond(events, ms)} events/s`;
process.stdout.write(
  [
    `events ${events}, people ${people}, batches of ${BATCH}`,
    `raw chDB insert      ${rate(base)}`,
    `accepted (durable)   ${rate(ours.accepted)}   ratio ${(base / ours.accepted).toFixed(2)}`,
    `applied              ${rate(ours.applied)}   ratio ${(base / ours.applied).toFixed(2)}`,
    `queryable            ${rate(ours.queryable)}   ratio ${(base / ours.queryable).toFixed(2)}`,
    '',
  ].join('\n'),
);
