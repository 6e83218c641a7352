import { BEARER, startBare, startServer } from '../test/process/server.ts';
import { perSecond } from './figures.ts';
import { population } from './population.ts';

/**
 * `GET /v1/customers?kind=mobile` against a bare Fastify route that checks the same bearer key and answers a body of
 * the same size. Both are asked by the same client in turn, several rounds in one run. `npm run bench:read -- [requests
 * a round]`
 */
const PEOPLE = 2_000;
const ROUNDS = 5;
const LANES = 16;
const [requests = 4_000] = process.argv.slice(2).map(Number);

async function hammer(url: (at: number) => string, count: number): Promise<number> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const answer = await fetch(url(next++), { headers: BEARER });
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: LANES }, lane));
  return performance.now() - begun;
}

const server = await startServer();
const mobiles = new Set<string>();
let batch: unknown[] = [];
for (const event of population({ seed: 3, people: PEOPLE, events: 20_000 })) {
  batch.push(event);
  const identifiers = Array.isArray(event.identifiers) ? event.identifiers : [];
  for (const { kind, value } of identifiers) if (kind === 'mobile') mobiles.add(value);
  if (batch.length === 1_000) {
    await (await server.post('/v1/events?wait=applied', JSON.stringify({ events: batch }))).arrayBuffer();
    batch = [];
  }
}
const known = [...mobiles];
const ask = (at: number): string => `${server.url}/v1/customers?kind=mobile&value=${known[at % known.length]}`;
const body = await (await server.get(new URL(ask(0)).pathname + new URL(ask(0)).search)).text();

const bareServer = await startBare(body);
const bareUrl = bareServer.url;
const ratios: number[] = [];
await hammer(ask, requests);
await hammer(() => `${bareUrl}/bare`, requests);
for (let round = 0; round < ROUNDS; round++) {
  const base = await hammer(() => `${bareUrl}/bare`, requests);
  const ours = await hammer(ask, requests);
  ratios.push(base / ours);
  const rates = `bare ${perSecond(requests, base)}/s, customers ${perSecond(requests, ours)}/s`;
  process.stdout.write(`${rates}, ratio ${(base / ours).toFixed(2)}\n`);
}
ratios.sort((a, b) => a - b);
process.stdout.write(`median ratio ${(ratios[Math.floor(ROUNDS / 2)] ?? 0).toFixed(2)}\n`);
await bareServer.stop();
await server.stop();
