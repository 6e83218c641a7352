import type { ClickHouseClient } from '@clickhouse/client';
import { Problem } from '../../schemas/errors.ts';
import { customerField } from '../filter/fields.ts';
import { makeBinder } from '../filter/sql.ts';
import { type Compiled, compileFilter, type SegmentResolver } from '../segments.ts';
import { aggregatePlan, aggregateRows, MAX_GROUPS } from './aggregate.ts';
import { type Cell, show, showable } from './cells.ts';
import { comparedCount, comparedPage } from './compared.ts';
import { openClient, type Place } from './connection.ts';
import { insert } from './insert.ts';
import { migrate, readMigrations } from './migrate.ts';
import { pageSql, readCursor, type SortKey, searchSql, totalSql, writeCursor } from './page.ts';
import type { AnalyticStore, FilterContext, SetAggregate, SetQuery, Writes } from './port.ts';
import { quality } from './quality.ts';
import { anchorsAfter, composed, ping, select, unreachable } from './queries.ts';
import { comparedRow, customerRow, eventRow, orderRow, ownerRow } from './rows.ts';

export type AnalyticOptions = Place & {
  /** Definitions of saved segments, for `{segment: id}`; without it no segment is known. */
  segment?: SegmentResolver;
  /** Names of traits beyond the usual ones that their source declares clear; asked at every question. */
  clearTraits?: () => Iterable<string>;
};

/** Writes, short reads, long reads: a chDB connection runs one statement at a time. */
type Pool = { writes: ClickHouseClient; short: ClickHouseClient; long: ClickHouseClient };
type Room = { pool: Pool; segment: SegmentResolver; clearTraits: () => Iterable<string> };

const MAX_FIELDS = 200;
const MAX_KEYS = 16;
const MAX_PAGE = 10_000;

async function openPool(place: Place): Promise<Pool> {
  const opened: ClickHouseClient[] = [];
  try {
    for (let count = 0; count < 3; count++) opened.push(await openClient(place));
    const [writes, short, long] = opened;
    if (!writes || !short || !long) throw new Error('the analytic store did not open');
    await migrate(writes, await readMigrations());
    return { writes, short, long };
  } catch (error) {
    await Promise.all(opened.map((client) => client.close()));
    throw unreachable(error) ?? error;
  }
}

async function write({ writes }: Pool, rows: Writes): Promise<void> {
  await insert(writes, 'events', rows.events, eventRow);
  await insert(writes, 'orders', rows.orders, orderRow);
  await insert(writes, 'owners', rows.owners, ownerRow);
  await insert(writes, 'customers', rows.customers, customerRow);
  await insert(writes, 'compared', rows.compared ?? [], comparedRow);
}

/** What a question needs: a binder for its values and its filter compiled. */
async function prepare(room: Room, where: unknown, context: FilterContext) {
  const binder = makeBinder();
  const ownTraits = new Set(room.clearTraits());
  const compiled = await compileFilter(where, { binder, context, ownTraits, segment: room.segment });
  return { binder, ownTraits, compiled };
}

function atMost(count: number, most: number, what: string): void {
  if (count > most) throw new Problem('body_malformed', `${what}: at most ${most}`);
}

function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new Problem('body_malformed', `limit: a whole number from 1 to ${MAX_PAGE}`);
  }
}

async function query(room: Room, ask: SetQuery, context: FilterContext) {
  atMost(ask.fields.length, MAX_FIELDS, 'fields');
  atMost(ask.sort.length, MAX_KEYS, 'sort');
  checkLimit(ask.limit);
  const { binder, ownTraits, compiled } = await prepare(room, ask.where, context);
  const shown = ask.fields.map((name) => ({ name, field: showable(name, ownTraits, binder) }));
  const sort: SortKey[] = ask.sort.map(({ field: name, dir }) => ({
    name,
    dir,
    field: showable(name, ownTraits, binder),
  }));
  if (!sort.some((key) => key.name === 'id')) {
    sort.push({ name: 'id', dir: 'asc', field: customerField('id', ownTraits, binder) });
  }
  const after = ask.after === null ? null : readCursor(sort, ask.after);
  const text = pageSql(compiled, { shown, sort, after, limit: ask.limit + 1 }, binder);
  const rows = await select(room.pool.long, composed(text), binder.params);
  const page = rows.slice(0, ask.limit);
  const last = rows.length > ask.limit ? page.at(-1) : undefined;
  const firstField = 2 + sort.length;
  return {
    items: page.map((row) => item(row, shown, firstField)),
    total: rows[0] ? Number(rows[0][1]) : after ? await totalOf(room, compiled, binder.params) : 0,
    next: last ? writeCursor(sort, last.slice(2, firstField)) : null,
  };
}

function item(row: readonly Cell[], shown: readonly { name: string; field: SortKey['field'] }[], first: number) {
  const fields = shown.map(({ name, field }, at) => [name, show(field, row[first + at] ?? null)]);
  return { ...Object.fromEntries(fields), id: row[0] ?? '' };
}

async function totalOf(
  room: Room,
  compiled: Compiled,
  params: ReturnType<typeof makeBinder>['params'],
): Promise<number> {
  const [row] = await select(room.pool.long, composed(totalSql(compiled)), params);
  return Number(row?.[0] ?? 0);
}

async function aggregate(room: Room, ask: SetAggregate, context: FilterContext) {
  atMost(ask.group_by.length, MAX_KEYS, 'group_by');
  atMost(ask.measures.length, MAX_FIELDS, 'measures');
  const { binder, ownTraits, compiled } = await prepare(room, ask.where, context);
  const plan = aggregatePlan(ask, compiled, ownTraits, binder);
  const rows = await select(room.pool.long, composed(plan.sql), binder.params);
  atMost(rows.length, MAX_GROUPS, 'group_by: groups');
  return { rows: aggregateRows(plan, rows) };
}

/**
 * Opens the analytic store on a ClickHouse server or, in process, on a directory of chDB, and migrates it.
 * One directory per process, one process per directory. Questions are bounded to 20 s each (Problem overloaded).
 */
export async function openAnalyticStore(options: AnalyticOptions): Promise<AnalyticStore> {
  const pool = await openPool('url' in options ? { url: options.url } : { path: options.path });
  const room: Room = { pool, segment: options.segment ?? (() => null), clearTraits: options.clearTraits ?? (() => []) };
  return {
    write: (rows) => write(pool, rows),
    query: (ask, context) => query(room, ask, context),
    aggregate: (ask, context) => aggregate(room, ask, context),
    search: async (groups, where, limit, context) => {
      checkLimit(limit);
      if (groups.some((group) => group.length === 0)) return [];
      const { binder, compiled } = await prepare(room, where, context);
      const rows = await select(pool.short, composed(searchSql(compiled, groups, limit, binder)), binder.params);
      return rows.flatMap(([id]) => (typeof id === 'string' ? [id] : []));
    },
    anchors: async (after, limit) => {
      checkLimit(limit);
      return (await select(pool.short, anchorsAfter, { after, limit })).map(([anchor]) => anchor);
    },
    quality: () => quality(pool.long),
    compared: {
      count: () => comparedCount(pool.long),
      page: (after, limit) => comparedPage(pool.long, after, limit),
    },
    ping: async () => {
      await select(pool.short, ping, {});
    },
    close: async () => {
      await Promise.all(Object.values(pool).map((client) => client.close()));
    },
  };
}
