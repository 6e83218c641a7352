import { rm } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import { population, seeded } from '../../bench/population.ts';
import { freshDirectory, type Server, startServer } from './server.ts';

/**
 * kill -9 at 30 random instants under load: all that was acknowledged is there after the restart, nothing counts twice,
 * and the metrics of every customer equal a recount of the events that are theirs.
 */
const KILLS = 30;
const BATCH = 40;
const random = seeded(20_261_122);
const directories: string[] = [];
afterAll(async () => {
  for (const directory of directories) await rm(directory, { recursive: true, force: true });
});

type Sent = { id: string; channel: string; source: string };
type Event = Sent & { order?: { id: string; total: string } };

async function loadUntilKilled(
  server: Server,
  events: Iterator<Event>,
  sent: Event[],
  acknowledged: Event[],
): Promise<void> {
  let dead = false;
  const killed = new Promise<void>((resolve) => {
    setTimeout(() => void server.kill().then(resolve), 20 + random() * 400);
  }).then(() => {
    dead = true;
  });
  while (!dead) {
    const batch = Array.from({ length: BATCH }, () => events.next().value);
    sent.push(...batch);
    try {
      const answer = await server.post('/v1/events', JSON.stringify({ events: batch }));
      if (answer.status === 200) acknowledged.push(...batch);
      await answer.arrayBuffer();
    } catch {
      // The connection died with the server: nothing was acknowledged.
    }
  }
  await killed;
}

async function ownersOf(server: Server, events: readonly Event[]): Promise<Map<string, string | null>> {
  const owners = new Map<string, string | null>();
  for (let at = 0; at < events.length; at += 1_000) {
    const keys = events.slice(at, at + 1_000).map(({ channel, source, id }) => ({ channel, source, id }));
    const answer = await server.post('/v1/events/lookup', JSON.stringify({ events: keys }));
    const { results }: { results: { fate: string; customer_id: string | null }[] } = JSON.parse(await answer.text());
    for (const [index, { fate, customer_id }] of results.entries()) {
      if (fate === 'accepted') owners.set(keys[index]?.id ?? '', customer_id);
    }
  }
  return owners;
}

it(`loses nothing and counts nothing twice over ${KILLS} kills`, { timeout: 300_000 }, async () => {
  const data = await freshDirectory();
  directories.push(data);
  const events: Iterator<Event> = JSON.parse(JSON.stringify([...population({ seed: 5, people: 60, events: 40_000 })]))[
    Symbol.iterator
  ]();
  const sent: Event[] = [];
  const acknowledged: Event[] = [];
  for (let kill = 0; kill < KILLS; kill++)
    await loadUntilKilled(await startServer({ data }), events, sent, acknowledged);
  const server = await startServer({ data });
  await (await server.post('/v1/events?wait=queryable', '{"events":[]}')).arrayBuffer();
  const owners = await ownersOf(server, sent);
  expect(acknowledged.length).toBeGreaterThan(KILLS);
  expect(acknowledged.filter(({ id }) => !owners.has(id)).length, 'acknowledged and not there').toBe(0);

  const recount = new Map<string, { events: number; orders: number; fen: number }>();
  for (const event of sent) {
    const owner = owners.get(event.id);
    if (owner === undefined || owner === null) continue;
    const counted = recount.get(owner) ?? { events: 0, orders: 0, fen: 0 };
    counted.events += 1;
    if (event.order) {
      counted.orders += 1;
      counted.fen += Math.round(Number(event.order.total) * 100);
    }
    recount.set(owner, counted);
  }
  for (const [id, counted] of recount) {
    const text = await (await server.get(`/v1/customers/${id}`)).text();
    const { metrics }: { metrics: { events: number; orders: number; spend: Record<string, string> } } =
      JSON.parse(text);
    const fen = Math.round(Number(metrics.spend.CNY ?? '0') * 100);
    expect({ events: metrics.events, orders: metrics.orders, fen }).toEqual(counted);
  }
  // The analytic store, outside the transaction, agrees with the recount too.
  const body = JSON.stringify({
    where: { all: [] },
    group_by: [],
    measures: ['count', 'sum:metrics.events', 'sum:metrics.orders'],
  });
  const told = await (await server.post('/v1/customers/aggregate', body)).text();
  const { rows }: { rows: Record<string, unknown>[] } = JSON.parse(told);
  const [row] = rows;
  const sum = (pick: (one: { events: number; orders: number }) => number): number =>
    [...recount.values()].reduce((total, one) => total + pick(one), 0);
  expect(Number(row?.count)).toBe(recount.size);
  expect(Number(row?.['sum:metrics.events'])).toBe(sum((one) => one.events));
  expect(Number(row?.['sum:metrics.orders'])).toBe(sum((one) => one.orders));
  expect(await server.stop()).toBe(0);
});
