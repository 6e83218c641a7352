import { startServer } from '../test/process/server.ts';
import { quantile } from './figures.ts';
import { population } from './population.ts';

/**
 * From POST to visible: in the API (`GET /v1/customers` shows the event) and in a ClickHouse query, while batches of
 * other events go on coming. Times in ms. `npm run bench:latency -- [probes]`
 */
const [probes = 100] = process.argv.slice(2).map(Number);
const server = await startServer();
const background = population({ seed: 11, people: 5_000, events: 1_000_000 });
let loading = true;

async function load(): Promise<void> {
  while (loading) {
    const events = Array.from({ length: 200 }, () => background.next().value);
    await (await server.post('/v1/events', JSON.stringify({ events }))).arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function until(seen: () => Promise<boolean>): Promise<number> {
  const begun = performance.now();
  while (!(await seen())) await new Promise((resolve) => setTimeout(resolve, 5));
  return performance.now() - begun;
}

async function probe(at: number): Promise<{ api: number; query: number }> {
  const value = `probe-${at}`;
  const event = {
    ...{ id: value, channel: 'probe', source: 'bench', time: '2026-03-01T00:00:00Z', type: 'identified' },
    ...{ identifiers: [{ kind: 'user_id', value }], traits: { city: value } },
  };
  const begun = performance.now();
  await (await server.post('/v1/events', JSON.stringify({ events: [event] }))).arrayBuffer();
  const sent = performance.now() - begun;
  const api = await until(async () => {
    const answer = await server.get(`/v1/customers?kind=user_id&value=${value}`);
    await answer.arrayBuffer();
    return answer.status === 200;
  });
  const where = { field: 'traits.city', op: 'eq', value };
  const query = await until(async () => {
    const answer = await server.post('/v1/customers/query', JSON.stringify({ where }));
    return /"total":1/.test(await answer.text());
  });
  return { api: sent + api, query: sent + api + query };
}

const running = load();
const found: { api: number; query: number }[] = [];
for (let at = 0; at < probes; at++) found.push(await probe(at));
loading = false;
await running;
await server.stop();
for (const kind of ['api', 'query'] as const) {
  const times = found.map((one) => one[kind]);
  process.stdout.write(
    `${kind}: p50 ${quantile(times, 0.5).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms\n`,
  );
}
