import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRedisStore } from '../../identity/store/redis.ts';
import { openKafkaLog } from '../../ingest/log/kafka.ts';
import { bridgeStops } from '../../main/demo/bridges.ts';
import { makeClient } from '../../main/demo/client.ts';
import { platformStops } from '../../main/demo/platforms.ts';
import { readSecrets } from '../../main/demo/samples.ts';
import { sourcesOf } from '../../main/demo/sources.ts';
import { openStandIn } from '../../main/demo/stand-in/server.ts';
import { sendAll } from '../../main/demo/stream.ts';
import { makePaint } from '../../main/demo/text.ts';
import { tillStops } from '../../main/demo/tills.ts';
import { type House, openHouse } from '../../main/house.ts';
import { openRing } from '../../main/ring.ts';
import { serve } from '../../main/serve.ts';
import { makeServices } from '../../main/services.ts';
import { openAnalyticStore } from '../../profiles/store/clickhouse.ts';
import { readConfig } from '../../schemas/config.ts';
import { type Front, openFront } from '../clickhouse-front.ts';
import { freshDirectory } from '../process/server.ts';
import { KAFKA_BROKERS, REDIS_URL } from './env.ts';

/**
 * One recorded log of the cast, played through Kafka, Redis and ClickHouse's HTTP interface (a small front over chDB,
 * no server can be had in this test), gives the same views as the embedded run it was recorded from: ids included.
 */
const ADMIN_KEY = 'test-admin-key-0123456789';
const NOW = Date.UTC(2026, 10, 22);
const APPLIED_MS = 60_000;
type Views = { ids: string[]; bodies: unknown[]; sums: unknown };

let directory = '';
let recorded: Buffer[] = [];
let embedded: Views = { ids: [], bodies: [], sums: null };
let merged = { id: '', alias: '' };

async function viewsOf(house: House): Promise<Views> {
  const services = makeServices(house, directory);
  const { items } = await services.sets.query({ where: { all: [] }, limit: 1_000 }, true);
  const ids = items.map(({ id }) => String(id)).sort();
  const bodies: unknown[] = [];
  for (const id of ids) {
    bodies.push({
      view: await services.customers.get(id),
      timeline: await services.customers.timeline(id, { after: null, limit: 1_000 }),
      links: await services.customers.links(id),
    });
  }
  const measures = ['count', 'sum:metrics.spend.CNY', 'sum:metrics.orders', 'sum:metrics.events'];
  return {
    ids,
    bodies,
    sums: await services.sets.aggregate({ where: { all: [] }, group_by: ['traits.gender'], measures }, true),
  };
}

async function record(): Promise<void> {
  const secrets = await readSecrets();
  const standIn = await openStandIn();
  standIn.open();
  const config = readConfig({ PORT: '0', HUAXIANG_DATA: directory, HUAXIANG_ADMIN_KEY: ADMIN_KEY });
  const running = await serve({ config, now: () => NOW, sources: sourcesOf(secrets, standIn.at), say: () => {} });
  const client = makeClient(running.url, ADMIN_KEY);
  const stops = [...(await platformStops(secrets)), ...(await tillStops()), ...(await bridgeStops(secrets))];
  const teller = { client, standIn, came: new Map(), out: () => {}, paint: makePaint(false) };
  await sendAll(teller, stops, () => false);
  await client.answered();
  const services = makeServices(running.house, directory);
  await services.events.accept([], 'queryable');
  const { items } = await services.sets.query({ where: { all: [] }, limit: 1_000 }, true);
  const [one, other] = items.map(({ id }) => String(id));
  if (!one || !other) throw new Error('the cast made no two customers');
  const { id, merged: aliases } = await services.customers.merge(one, other, 'the same person at the till', 'test');
  merged = { id, alias: aliases[0] ?? '' };
  await services.events.accept([], 'queryable');
  embedded = await viewsOf(running.house);
  const ends = await running.house.log.ends();
  recorded = (await running.house.log.read(0, 0, (ends.get(0) ?? 0) + 1)).map(({ value }) => Buffer.from(value));
  await running.close();
  await standIn.close();
}

beforeAll(async () => {
  directory = await freshDirectory();
  await record();
}, 120_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('the cast through Kafka, Redis and ClickHouse over HTTP', () => {
  let house: House;
  let front: Front;
  let place = '';

  beforeAll(async () => {
    place = await freshDirectory();
    front = await openFront(place);
    const unique = `whole-${process.pid}-${recorded.length}-${Math.floor(performance.timeOrigin)}`;
    const ring = await openRing(undefined, directory, () => {});
    const engines = {
      log: await openKafkaLog({
        brokers: KAFKA_BROKERS,
        topic: unique,
        groupId: unique,
        partitions: 4,
        clientId: unique,
      }),
      store: await openRedisStore(REDIS_URL, { tenant: unique }),
      analytic: await openAnalyticStore({ url: front.url }),
    };
    const config = {
      adminKey: ADMIN_KEY,
      roles: new Set(['ingest', 'resolve', 'api'] as const),
      kafkaBrokers: KAFKA_BROKERS,
      redisUrl: REDIS_URL,
    };
    house = await openHouse({ config, engines, ring, now: () => NOW, fileSources: [], showKey: () => {} });
    const positions = [];
    for (const [at, value] of recorded.entries())
      positions.push(...(await house.log.append([{ key: `lane-${at % 11}`, value }])));
    expect(await house.progress.reached(positions, APPLIED_MS)).toBe(true);
    await house.flusher.queryable(APPLIED_MS);
  }, 180_000);
  afterAll(async () => {
    await house?.close();
    await front?.close();
    await rm(place, { recursive: true, force: true });
  });

  it('spreads the log over several partitions', async () => {
    const ends = await house.log.ends();
    expect([...ends.values()].filter((end) => end > 0).length).toBeGreaterThan(1);
  });

  it('gives the same customers, views, timelines, links and sums', async () => {
    const full = await viewsOf(house);
    expect(full.ids).toEqual(embedded.ids);
    expect(full.bodies).toEqual(embedded.bodies);
    expect(full.sums).toEqual(embedded.sums);
    expect(embedded.ids.length).toBeGreaterThan(5);
  });

  it('an alias answers as before', async () => {
    const view = await makeServices(house, place).customers.get(merged.alias);
    expect(view?.id).toBe(merged.id);
  });
});
