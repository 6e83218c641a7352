import type { ClickHouseClient } from '@clickhouse/client';
import { z } from 'zod';
import type { Params } from '../filter/sql.ts';
import type { Block, Compared } from './port.ts';
import { type Query, select } from './queries.ts';

/**
 * Blocking as SQL: who shares a keyed hash with whom. A job asks this over all customers: it may take minutes, and no
 * more threads than leave others room.
 */
const known: Query<Params, [string]> = {
  sql: 'SELECT toString(count()) FROM compared FINAL SETTINGS max_execution_time = 300',
  params: z.record(z.string(), z.string()),
  row: z.tuple([z.string()]),
};

/** Where a page ends, by the sort key alone: rows that were replaced count too, so that no page reads further. */
const bound: Query<{ after: string; limit: number }, [string, string]> = {
  sql: `SELECT max(id), toString(count())
FROM (SELECT id FROM compared WHERE id > {after:String} ORDER BY id LIMIT {limit:UInt64})
SETTINGS max_execution_time = 300, max_threads = 2`,
  params: z.strictObject({ after: z.string(), limit: z.number() }),
  row: z.tuple([z.string(), z.string()]),
};

const page: Query<{ after: string; to: string }, [string, string, string]> = {
  sql: `SELECT id, arrayStringConcat(arrayMap(block -> toString(bitShiftRight(block, 32)), blocks), ' '), sealed
FROM compared FINAL WHERE id > {after:String} AND id <= {to:String} ORDER BY id
SETTINGS max_execution_time = 300, max_threads = 2`,
  params: z.strictObject({ after: z.string(), to: z.string() }),
  row: z.tuple([z.string(), z.string(), z.string()]),
};

/**
 * Blocks are told by the upper half of their hash: of a page of them, from one upper half to before another. Those of
 * one customer, nearly all, are sorted out first (rows that were replaced do no harm there), then the rest is gathered.
 */
const shared: Query<{ from: string; to: string; most: number }, [string, string, string]> = {
  sql: `SELECT toString(bitShiftRight(block, 32)), toString(count()),
  if(count() <= {most:UInt64}, arrayStringConcat(groupArray(id), ' '), '')
FROM (
  SELECT id, arrayJoin(arrayFilter(one -> one >= {from:UInt64} AND one <= {to:UInt64}, blocks)) AS block
  FROM compared FINAL
)
WHERE block IN (
  SELECT block FROM (
    SELECT arrayJoin(arrayFilter(one -> one >= {from:UInt64} AND one <= {to:UInt64}, blocks)) AS block
    FROM compared
  )
  GROUP BY block HAVING count() > 1
)
GROUP BY block HAVING count() > 1 ORDER BY block
SETTINGS max_execution_time = 300, max_threads = 1`,
  params: z.strictObject({ from: z.string(), to: z.string(), most: z.number() }),
  row: z.tuple([z.string(), z.string(), z.string()]),
};

const words = (text: string): string[] => (text === '' ? [] : text.split(' '));

export async function comparedCount(client: ClickHouseClient): Promise<number> {
  const [row] = await select(client, known, {});
  return Number(row?.[0] ?? 0);
}

export async function comparedPage(
  client: ClickHouseClient,
  after: string,
  limit: number,
): Promise<{ items: Compared[]; next: string | null }> {
  const [[to, count] = ['', '0']] = await select(client, bound, { after, limit });
  if (count === '0') return { items: [], next: null };
  const rows = await select(client, page, { after, to });
  const items = rows.map(([id, keys, sealed]) => ({ id, keys: words(keys).map(Number), sealed }));
  return { items, next: Number(count) < limit ? null : to };
}

export async function sharedBlocks(
  client: ClickHouseClient,
  range: { from: number; to: number; most: number },
): Promise<Block[]> {
  const { from, to, most } = range;
  const whole = (half: number): bigint => BigInt(half) * 2n ** 32n;
  const bounds = { from: whole(from).toString(), to: (whole(to) - 1n).toString() };
  const rows = to > from ? await select(client, shared, { ...bounds, most }) : [];
  return rows.map(([key, size, members]) => ({ key: Number(key), size: Number(size), members }));
}
