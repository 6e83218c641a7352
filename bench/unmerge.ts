import { asked, startServer } from '../test/process/server.ts';
import { quantile } from './figures.ts';

/**
 * How long merging two customers and undoing that take over HTTP, in ms, where both have half of so many events.
 * `npm run bench:unmerge -- [events] [rounds]`
 */
const [events = 1_000, rounds = 20] = process.argv.slice(2).map(Number);
const server = await startServer();

const post = <T>(path: string, body: object): Promise<T> => asked<T>(server.post(path, JSON.stringify(body)));

const START = Date.parse('2026-03-01T00:00:00Z');
const cardOf = (round: number, half: number): string => String(88_000_000 + 2 * round + half);
const orderOf = (round: number, at: number) => ({
  ...{ id: `e${round}-${at}`, channel: 'bench', source: 'shop', type: 'order_completed' },
  time: new Date(START + at * 60_000).toISOString(),
  identifiers: [{ kind: 'member_card', scope: 'acme', value: cardOf(round, at % 2) }],
  order: { id: `o${round}-${at}`, currency: 'CNY', total: '12.50' },
});

const customerOf = async (card: string): Promise<string> =>
  (await asked<{ id: string }>(server.get(`/v1/customers?kind=member_card&scope=acme&value=${card}`))).id;

/** Two customers, every second event of each; gives their ids. */
async function two(round: number): Promise<[string, string]> {
  const sent = Array.from({ length: events }, (_, at) => orderOf(round, at));
  for (let at = 0; at < events; at += 1_000)
    await post('/v1/events?wait=queryable', { events: sent.slice(at, at + 1_000) });
  return [await customerOf(cardOf(round, 0)), await customerOf(cardOf(round, 1))];
}

async function timed<T>(times: number[], work: Promise<T>): Promise<T> {
  const begun = performance.now();
  const value = await work;
  times.push(performance.now() - begun);
  return value;
}

const merged: number[] = [];
const undone: number[] = [];
for (let round = 0; round < rounds; round++) {
  const [one, other] = await two(round);
  const reason = 'bench';
  const { id, merge } = await timed(
    merged,
    post<{ id: string; merge: string }>(`/v1/customers/${one}/merge`, { with: other, reason }),
  );
  const { customers } = await timed(
    undone,
    post<{ customers: string[] }>(`/v1/customers/${id}/split`, { merge, reason }),
  );
  if (customers.length !== 2) throw new Error(`the merge came apart into ${customers.length}`);
}
await server.stop();
for (const [what, times] of [['merge   ', merged] as const, ['un-merge', undone] as const]) {
  const [half, most] = [quantile(times, 0.5), Math.max(...times)];
  process.stdout.write(`${what}: p50 ${half.toFixed(0)} ms, most ${most.toFixed(0)} ms, ${rounds} rounds\n`);
}
