import type { ClickHouseClient } from '@clickhouse/client';
import { z } from 'zod';
import { Problem } from '../../schemas/errors.ts';
import type { Params } from '../filter/sql.ts';

/** A statement with what goes in and what comes out: SQL text, parameters, one row (a tuple of its columns). */
export type Query<P extends Params, R> = { sql: string; params: z.ZodType<P>; row: z.ZodType<R> };

const none = z.strictObject({});

/** Applied migrations, in the order of their numbers. */
export const appliedMigrations: Query<Params, [number, string, string]> = {
  sql: 'SELECT number, name, checksum FROM migrations FINAL ORDER BY number',
  params: none,
  row: z.tuple([z.number(), z.string(), z.string()]),
};

/** Columns of the tables of the current database, with what makes them: for comparing two schemas. */
export const tableDefinitions: Query<Params, [string, string]> = {
  sql: 'SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name',
  params: none,
  row: z.tuple([z.string(), z.string()]),
};

export const ping: Query<Params, [number]> = { sql: 'SELECT 1', params: none, row: z.tuple([z.number()]) };

/** Joining and attaching anchors alike; each once, whatever the number of its owners. */
export const anchorsAfter: Query<{ after: string; limit: number }, [string]> = {
  sql: `SELECT anchor FROM owners WHERE anchor > {after:String} GROUP BY anchor ORDER BY anchor LIMIT {limit:UInt32}`,
  params: z.strictObject({ after: z.string(), limit: z.number() }),
  row: z.tuple([z.string()]),
};

const boundValues = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]));
const cell = z.string().nullable();

/** A statement composed at run time from fixed fragments; every cell comes as text or null. */
export const composed = (text: string): Query<Params, (string | null)[]> => ({
  sql: text,
  params: boundValues,
  row: z.array(cell),
});

/** Codes of ClickHouse for: took too long, memory, too many at once. */
const OVERLOADED = new Set(['159', '160', '241', '202', '307', '396']);
const DISK_FULL = new Set(['243']);
const DISK_FULL_TEXT = /No space left on device|errno: 28\b|NOT_ENOUGH_SPACE/;

/** The code of ClickHouse or of the socket. The class of the error says nothing: chDB brings its own copy of it. */
const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Problem not_ready where the server gave no answer at all (a socket error such as ECONNREFUSED), else null. */
export function unreachable(error: unknown): Problem | null {
  const silent = /^E[A-Z]+$/.test(codeOf(error)) || (error instanceof Error && /^Timeout error/.test(error.message));
  return silent ? new Problem('not_ready', 'the analytic store does not answer') : null;
}

/**
 * What the engine says may quote rows and parameters, so only the kind of error goes on: Problem overloaded (a limit
 * of time or memory), storage_full, not_ready (no answer from the server), or a plain error with the code.
 */
export function translate(error: unknown): Error {
  if (error instanceof Problem) return error;
  const text = error instanceof Error ? error.message : '';
  if (DISK_FULL_TEXT.test(text)) return new Problem('storage_full', 'the disk of the analytic store is full');
  const code = codeOf(error);
  if (DISK_FULL.has(code)) return new Problem('storage_full', 'the disk of the analytic store is full');
  if (OVERLOADED.has(code)) return new Problem('overloaded', 'the question is too much for the analytic store now');
  return unreachable(error) ?? new Error(`the analytic store failed${/^[A-Z0-9_]+$/.test(code) ? ` (${code})` : ''}`);
}

/** Runs a query and reads its rows. Throws what `translate` gives. */
export async function select<P extends Params, R>(
  client: ClickHouseClient,
  query: Query<P, R>,
  params: P,
): Promise<R[]> {
  try {
    const answer = await client.query({
      query: query.sql,
      query_params: query.params.parse(params),
      format: 'JSONCompactEachRow',
    });
    return z.array(query.row).parse(await answer.json());
  } catch (error) {
    throw translate(error);
  }
}

/** Runs a query that names its own FORMAT and gives what it answers as it is. Throws what `translate` gives. */
export async function selectBytes<P extends Params>(
  client: ClickHouseClient,
  query: Query<P, never>,
  params: P,
): Promise<Uint8Array> {
  try {
    const { stream } = await client.exec({ query: query.sql, query_params: query.params.parse(params) });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const [only] = chunks;
    return only && chunks.length === 1 ? only : Buffer.concat(chunks);
  } catch (error) {
    throw translate(error);
  }
}
