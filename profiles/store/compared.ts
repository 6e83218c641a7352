import type { ClickHouseClient } from '@clickhouse/client';
import { z } from 'zod';
import type { Params } from '../filter/sql.ts';
import { type Query, select, selectBytes } from './queries.ts';

/**
 * All that is compared, for a job over all customers: it may take minutes, and no more threads than leave others room.
 */
const known: Query<Params, [string]> = {
  sql: 'SELECT toString(count()) FROM compared FINAL SETTINGS max_execution_time = 300, max_threads = 1',
  params: z.record(z.string(), z.string()),
  row: z.tuple([z.string()]),
};

/** Where a page ends, by the sort key alone: rows that were replaced count too, so that no page reads further. */
const bound: Query<{ after: string; limit: number }, [string, string]> = {
  sql: `SELECT max(id), toString(count())
FROM (SELECT id FROM compared WHERE id > {after:String} ORDER BY id LIMIT {limit:UInt64})
SETTINGS max_execution_time = 300, max_threads = 1`,
  params: z.strictObject({ after: z.string(), limit: z.number() }),
  row: z.tuple([z.string(), z.string()]),
};

/**
 * Read as bytes, see compared-rows.ts: as text a million of these are some hundred million characters of garbage. Small
 * blocks of the engine save it some fifty megabytes.
 */
const page: Query<{ after: string; to: string }, never> = {
  sql: `SELECT id, arrayMap(block -> toUInt32(bitShiftRight(block, 32)), blocks), base64Decode(sealed)
FROM compared FINAL WHERE id > {after:String} AND id <= {to:String} ORDER BY id
SETTINGS max_execution_time = 300, max_threads = 1, max_block_size = 8192 FORMAT RowBinary`,
  params: z.strictObject({ after: z.string(), to: z.string() }),
  row: z.never(),
};

export async function comparedCount(client: ClickHouseClient): Promise<number> {
  const [row] = await select(client, known, {});
  return Number(row?.[0] ?? 0);
}

export async function comparedPage(
  client: ClickHouseClient,
  after: string,
  limit: number,
): Promise<{ rows: Uint8Array; next: string | null }> {
  const [[to, count] = ['', '0']] = await select(client, bound, { after, limit });
  if (count === '0') return { rows: new Uint8Array(), next: null };
  const rows = await selectBytes(client, page, { after, to });
  return { rows, next: Number(count) < limit ? null : to };
}
