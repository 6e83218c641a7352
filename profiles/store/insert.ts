import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { type ClickHouseClient, drainStream } from '@clickhouse/client';
import { translate } from './queries.ts';
import type { Row } from './rows.ts';

type Table = 'events' | 'orders' | 'owners' | 'customers' | 'compared';
const STATEMENTS: Record<Table, string> = {
  events: 'INSERT INTO events FORMAT JSONEachRow',
  orders: 'INSERT INTO orders FORMAT JSONEachRow',
  owners: 'INSERT INTO owners FORMAT JSONEachRow',
  customers: 'INSERT INTO customers FORMAT JSONEachRow',
  compared: 'INSERT INTO compared FORMAT JSONEachRow',
};

/** Rows encoded at a time: a batch of 20,000 in one go would hold up the door for a good part of a second. */
const SLICE = 200;

/** A text that is no UTF-16 makes ClickHouse refuse the whole insert: lone surrogates become U+FFFD. */
const LONE_SURROGATE = /\\(?:u(d[89a-f][0-9a-f]{2})|.)/g;
function encode(row: Row): string {
  const text = JSON.stringify(row);
  if (!text.includes('\\ud')) return text;
  return text.replace(LONE_SURROGATE, (part, lone: string | undefined) => (lone === undefined ? part : '\\ufffd'));
}

async function* lines<T>(rows: readonly T[], toRow: (row: T) => Row): AsyncGenerator<string> {
  for (let at = 0; at < rows.length; at += SLICE) {
    yield rows
      .slice(at, at + SLICE)
      .map((row) => `${encode(toRow(row))}\n`)
      .join('');
    await turn();
  }
}

/** Writes rows of one table in one insert; on return they are on disk. Throws what `translate` gives. */
export async function insert<T>(
  client: ClickHouseClient,
  table: Table,
  rows: readonly T[],
  toRow: (row: T) => Row,
): Promise<void> {
  if (rows.length === 0) return;
  try {
    // `insert` of the client takes no raw stream of this format, and would encode an array of rows in one go.
    const values = Readable.from(lines(rows, toRow), { objectMode: false });
    const { stream } = await client.exec({ query: STATEMENTS[table], values });
    await drainStream(stream);
  } catch (error) {
    throw translate(error);
  }
}
