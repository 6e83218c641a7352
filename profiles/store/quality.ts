import type { ClickHouseClient } from '@clickhouse/client';
import { z } from 'zod';
import type { Params } from '../filter/sql.ts';
import { type Query, select } from './queries.ts';

const none = z.strictObject({});
const count = z.coerce.number();

const byIdentifiers: Query<Params, [number, number]> = {
  sql: `SELECT length(identifiers.kind) AS n, count() FROM customers FINAL GROUP BY n ORDER BY n`,
  params: none,
  row: z.tuple([count, count]),
};

const byChannel: Query<Params, [string, number, number]> = {
  sql: `SELECT channel, count(), countIf(length(channels) = 1) FROM customers FINAL
        ARRAY JOIN mapKeys(channels) AS channel GROUP BY channel ORDER BY channel`,
  params: none,
  row: z.tuple([z.string(), count, count]),
};

/** Customers by the number of their identifiers and by channel; `alone`: known in that channel only. */
export async function quality(client: ClickHouseClient) {
  const identifiers = await select(client, byIdentifiers, {});
  const channels = await select(client, byChannel, {});
  return {
    total: identifiers.reduce((sum, [, customers]) => sum + customers, 0),
    identifiers: identifiers.map(([n, customers]) => ({ identifiers: n, customers })),
    channels: channels.map(([channel, customers, alone]) => ({ channel, customers, alone })),
  };
}
