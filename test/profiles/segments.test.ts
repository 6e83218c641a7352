import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drainPending } from 'chdb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Filter } from '../../profiles/filter/language.ts';
import { makeBinder, sql } from '../../profiles/filter/sql.ts';
import { compileFilter } from '../../profiles/segments.ts';
import { openAnalyticStore } from '../../profiles/store/clickhouse.ts';
import { openClient } from '../../profiles/store/connection.ts';
import type { AnalyticStore, Writes } from '../../profiles/store/port.ts';
import { composed, select } from '../../profiles/store/queries.ts';
import { context } from '../contract/analytic-rows.ts';
import { evaluate } from './evaluate.ts';
import { makeFilter } from './filters.ts';
import { type Dice, makeDice, makePopulation } from './population.ts';

const ROUNDS = 8;
const BATCHES = 5;
const BATCH = 50;

type Client = Awaited<ReturnType<typeof openClient>>;
let path = '';
let store: AnalyticStore;
let client: Client;

beforeAll(async () => {
  path = await mkdtemp(join(tmpdir(), 'huaxiang-segments-'));
  store = await openAnalyticStore({ path });
  client = await openClient({ path });
});
afterAll(async () => {
  await Promise.all([store.close(), client.close()]);
  await drainPending();
  await rm(path, { recursive: true });
});

/** The ids each filter finds: many filters in one statement, each numbered by its place. */
async function found(filters: readonly Filter[]): Promise<string[][]> {
  const binder = makeBinder();
  const ownTraits = new Set(['hobby']);
  const parts: string[] = [];
  for (const [at, filter] of filters.entries()) {
    const compiled = await compileFilter(filter, { binder, context: context(true), ownTraits, segment: () => null });
    const number = binder.bind('UInt64', at);
    const from = ['c.id AS id FROM customers AS c FINAL', compiled.join, ' WHERE ', compiled.condition];
    parts.push(sql('SELECT toString(', number, ') AS n, ', ...from));
  }
  const rows = await select(client, composed(parts.join(' UNION ALL ')), binder.params);
  return filters.map((_, at) => rows.flatMap(([n, id]) => (n === String(at) && id ? [id] : [])).sort());
}

async function settle(world: Writes): Promise<void> {
  for (const table of ['events', 'orders', 'owners', 'customers']) {
    await client.command({ query: 'TRUNCATE TABLE {table:Identifier}', query_params: { table } });
  }
  await store.write(world);
}

describe('filters against the plain evaluator', () => {
  it.each(Array.from({ length: ROUNDS }, (_, seed) => seed + 1))('population %i', async (seed) => {
    const dice: Dice = makeDice(seed);
    const world = makePopulation(dice);
    await settle(world);
    const people = world.customers.filter((one) => !one.deleted);
    let hits = 0;
    for (let batch = 0; batch < BATCHES; batch++) {
      const filters = Array.from({ length: BATCH }, () => makeFilter(dice));
      const answers = await found(filters);
      for (const [at, filter] of filters.entries()) {
        const expected = people.flatMap((one) => (evaluate(filter, one, world) ? [one.id] : [])).sort();
        expect({ filter, ids: answers[at] }).toEqual({ filter, ids: expected });
        if (expected.length > 0 && expected.length < people.length) hits += 1;
      }
    }
    // Filters that find nobody or everybody prove little: most must find some.
    expect(hits).toBeGreaterThan((BATCH * BATCHES) / 4);
  });
});
