import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  ClickHouseLogLevel,
  createClient,
} from '@clickhouse/client';

/** A ClickHouse server by URL (`http://user:password@host:8123/database`), or chDB in process on a directory. */
export type Place = { url: string } | { path: string };

/**
 * Settings of every statement. A filter of 1,000 conditions is longer than the parser takes by default; a partition
 * for each year of a file's rows is meant; a year's rows of a key are all in one partition, as time is in the key.
 */
const SETTINGS = {
  max_query_size: '33554432',
  max_ast_elements: '1000000',
  max_expanded_ast_elements: '5000000',
  max_partitions_per_insert_block: '0',
  do_not_merge_across_partitions_select_final: 1,
} as const;

const SET_STATEMENTS = [
  'SET max_query_size = 33554432',
  'SET max_ast_elements = 1000000',
  'SET max_expanded_ast_elements = 5000000',
  'SET max_partitions_per_insert_block = 0',
  'SET do_not_merge_across_partitions_select_final = 1',
  // In process, a question that takes all memory would take the whole service with it.
  'SET max_memory_usage = 4000000000',
];

// The client's own log would show statements and their parameters on standard error.
const COMMON = { log: { level: ClickHouseLogLevel.OFF } };

async function chdb(): Promise<typeof import('chdb/connection')> {
  try {
    return await import('chdb/connection');
  } catch (cause) {
    const remedy = 'run `npm install chdb` on Linux or macOS, or set CLICKHOUSE_URL to a ClickHouse server';
    throw new Error(`the embedded analytic engine (package chdb) cannot be loaded: ${remedy}`, { cause });
  }
}

/**
 * One client of @clickhouse/client, whichever engine is under it.
 * A chDB connection runs one statement at a time: open several on the same path to run them side by side. A second
 * path at once, or a second process on the path, is refused by the engine.
 */
export async function openClient(place: Place): Promise<ClickHouseClient> {
  if ('url' in place) {
    return createClient({
      ...COMMON,
      url: place.url,
      request_timeout: 120_000,
      clickhouse_settings: SETTINGS,
      // A long `in` is too long for a URL.
      use_multipart_params_auto: true,
    });
  }
  const { createChdbConnection } = await chdb();
  const client = createClient({ ...COMMON, connection: adapt(open(createChdbConnection, place.path)) });
  for (const query of SET_STATEMENTS) await client.command({ query });
  return client;
}

type Connection = NonNullable<ClickHouseClientConfigOptions['connection']>;
type ChdbConnection = ReturnType<typeof import('chdb/connection').createChdbConnection>;

/** chDB would put settings before each statement as SET; ours are set once per connection, so none are handed on. */
function adapt(chdb: ChdbConnection): Connection {
  return {
    query: ({ clickhouse_settings, ...params }) => chdb.query(params),
    insert: ({ clickhouse_settings, ...params }) => chdb.insert(params),
    command: ({ clickhouse_settings, ...params }) => chdb.command(params),
    exec: ({ clickhouse_settings, ...params }) => chdb.exec(params),
    ping: ({ select }) => chdb.ping({ select }),
    close: () => chdb.close(),
  };
}

function open<T>(create: (options: { path: string }) => T, path: string): T {
  try {
    return create({ path });
  } catch (cause) {
    throw new Error(`the analytic store at ${path} cannot be opened; another process may have it open`, { cause });
  }
}
