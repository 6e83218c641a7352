import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { population } from '../../bench/population.ts';
import { asked, freshDirectory, type Server, startServer } from './server.ts';

/** `rebuild` reads the log of one directory and builds another: same ids, same views, decisions included. */
const ALL = { where: { all: [] } };

const post = <T>(server: Server, path: string, body: unknown): Promise<T> =>
  asked<T>(server.post(path, JSON.stringify(body)));

type Ids = { items: { id: string }[] };
const idsOf = async (server: Server): Promise<string[]> =>
  (await post<Ids>(server, '/v1/customers/query', { ...ALL, limit: 1_000 })).items.map(({ id }) => id).sort();

/** Everything an id answers with, aliases too, and what ClickHouse says of all. */
async function answers(server: Server, ids: readonly string[]): Promise<Record<string, string>> {
  const told: Record<string, string> = {};
  for (const id of ids) {
    for (const part of ['', '/events?limit=1000', '/links']) {
      told[id + part] = await (await server.get(`/v1/customers/${id}${part}`)).text();
    }
  }
  const measures = ['count', 'sum:metrics.spend.CNY', 'sum:metrics.events'];
  told.sums = JSON.stringify(
    await post(server, '/v1/customers/aggregate', { ...ALL, group_by: ['traits.city'], measures }),
  );
  told.live = JSON.stringify(await idsOf(server));
  return told;
}

it('a directory built from the log of another answers as that did', { timeout: 120_000 }, async () => {
  const from = await freshDirectory();
  const to = join(await freshDirectory(), 'new');
  const live = await startServer({ data: from });
  await post(live, '/v1/events', { events: [...population({ seed: 9, people: 25, events: 800 })] });
  await post(live, '/v1/events?wait=queryable', { events: [] });
  const ids = await idsOf(live);
  const reason = 'the same person at the till';
  await post(live, `/v1/customers/${ids[0]}/merge`, { with: ids[1], reason });
  const undone = await post<{ id: string; merge: string }>(live, `/v1/customers/${ids[2]}/merge`, {
    with: ids[3],
    reason,
  });
  await post(live, `/v1/customers/${undone.id}/split`, { merge: undone.merge, reason });
  await post(live, '/v1/events?wait=queryable', { events: [] });
  const before = await answers(live, ids);
  expect(await live.stop()).toBe(0);

  const built = spawnSync(process.execPath, ['--import', 'tsx', 'main.ts', 'rebuild', '--from', from, '--to', to], {
    encoding: 'utf8',
  });
  expect(built.stdout).toContain('rebuilt 803 log records');
  expect(built.status).toBe(0);
  const rebuilt = await startServer({ data: to });
  expect(await answers(rebuilt, ids)).toEqual(before);
  expect(before.live).not.toBe(JSON.stringify(ids));
  await rebuilt.stop();
  for (const directory of [from, join(to, '..')]) await rm(directory, { recursive: true, force: true });
});
