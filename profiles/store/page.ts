import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '../../schemas/errors.ts';
import type { Field } from '../filter/fields.ts';
import { type Binder, combine, sql } from '../filter/sql.ts';
import { decimalLiteral } from '../filter/values.ts';
import type { Compiled } from '../segments.ts';
import { type Cell, textSql } from './cells.ts';

/** Pages of customers by keyset: the cursor holds the sort values of the last row, and which sort they are of. */
export type SortKey = { field: Field; name: string; dir: 'asc' | 'desc' };
export type Shown = { field: Field; name: string };

const cursorForm = z.strictObject({ s: z.string(), v: z.array(z.string().max(100_000).nullable()) });

const stampOf = (sort: readonly SortKey[]): string =>
  createHash('sha256')
    .update(JSON.stringify(sort.map(({ name, dir }) => [name, dir])))
    .digest('base64url')
    .slice(0, 12);

/** The cursor that goes on after a row with these sort values. */
export function writeCursor(sort: readonly SortKey[], values: readonly Cell[]): string {
  return Buffer.from(JSON.stringify({ s: stampOf(sort), v: values })).toString('base64url');
}

/** The sort values of a cursor. Throws Problem cursor_invalid for one that is not ours or of another sort. */
export function readCursor(sort: readonly SortKey[], cursor: string): Cell[] {
  const wrong = new Problem('cursor_invalid', 'the cursor is none of this list and sort');
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw wrong;
  }
  const form = cursorForm.safeParse(decoded);
  if (!form.success || form.data.s !== stampOf(sort) || form.data.v.length !== sort.length) throw wrong;
  if (!form.data.v.every((value, at) => value === null || fits(sort[at]?.field.kind, value))) throw wrong;
  return form.data.v;
}

function fits(kind: Field['kind'] | undefined, value: string): boolean {
  if (kind === 'time') return /^-?\d{1,15}$/.test(value);
  if (kind === 'flag') return value === 'true' || value === 'false';
  return kind === 'text' || kind === 'loose' || decimalLiteral(value) !== null;
}

const column = (letter: string, at: number): string => [letter, at].join('');

function bound(kind: Field['kind'], value: string, binder: Binder): string {
  if (kind === 'time') return sql('fromUnixTimestamp64Milli(', binder.bind('Int64', value), ", 'UTC')");
  if (kind === 'flag') return binder.bind('UInt8', value === 'true' ? 1 : 0);
  if (kind === 'text' || kind === 'loose') return binder.bind('String', value);
  return binder.bind('Decimal(76, 20)', value);
}

/** Whether a row comes after the given sort values; absent values come last in either direction. */
function afterSql(sort: readonly SortKey[], values: readonly Cell[], binder: Binder): string {
  const equals: string[] = [];
  const ways: string[] = [];
  for (const [at, { field, dir }] of sort.entries()) {
    const name = column('k', at);
    const value = values[at] ?? null;
    if (value !== null) {
      const literal = bound(field.kind, value, binder);
      const beyond = sql('(ifNull(', name, dir === 'asc' ? ' > ' : ' < ', literal, ', 0) OR isNull(', name, '))');
      ways.push(combine('AND', [...equals, beyond]));
      equals.push(sql('ifNull(', name, ' = ', literal, ', 0)'));
    } else equals.push(sql('isNull(', name, ')'));
  }
  return combine('OR', ways);
}

/**
 * SQL of one page. Columns: id, total, the sort values, then the shown fields, all as text.
 * The total counts what the filter finds, before the cursor: both are of the same moment.
 */
export function pageSql(
  compiled: Compiled,
  page: { shown: readonly Shown[]; sort: readonly SortKey[]; after: readonly Cell[] | null; limit: number },
  binder: Binder,
): string {
  const sortNames = page.sort.map((_, at) => column('k', at));
  const texts = page.sort.map(({ field }, at) => textSql(field.kind, column('k', at)));
  const shown = page.shown.map(({ field }, at) =>
    sql(textSql(field.kind, field.shown ?? field.expr), ' AS ', column('f', at)),
  );
  const keys = page.sort.map(({ field }, at) => sql(field.expr, ' AS ', column('k', at)));
  const order = page.sort.map(({ dir }, at) =>
    sql(sortNames[at] ?? '', dir === 'asc' ? ' ASC' : ' DESC', ' NULLS LAST'),
  );
  return sql(
    ['SELECT id', 'toString(total)', ...texts, ...page.shown.map((_, at) => column('f', at))].join(', '),
    ' FROM (',
    ['SELECT c.id AS id', 'count() OVER () AS total', ...keys, ...shown].join(', '),
    ' FROM customers AS c FINAL',
    compiled.join,
    ' WHERE ',
    compiled.condition,
    ')',
    page.after ? sql(' WHERE ', afterSql(page.sort, page.after, binder)) : '',
    ' ORDER BY ',
    order.join(', '),
    ' LIMIT ',
    binder.bind('UInt64', page.limit),
    READ_LIMITS,
  );
}

/** How many customers a filter finds: for a page that came out empty. */
export const totalSql = (compiled: Compiled): string =>
  sql('SELECT toString(count()) FROM customers AS c FINAL', compiled.join, ' WHERE ', compiled.condition, READ_LIMITS);

/** Ids that bear a token of every group, latest seen first. */
export function searchSql(
  compiled: Compiled,
  groups: readonly (readonly string[])[],
  limit: number,
  binder: Binder,
): string {
  const tokens = groups.map((group) => sql('hasAny(c.tokens, ', binder.bind('Array(String)', group), ')'));
  return sql(
    'SELECT c.id FROM customers AS c FINAL',
    compiled.join,
    ' WHERE ',
    combine('AND', [...tokens, compiled.condition]),
    ' ORDER BY c.last_seen DESC, c.id LIMIT ',
    binder.bind('UInt64', limit),
    READ_LIMITS,
  );
}

/** Seconds a read may take: in chDB statements with parameters wait for one another, process-wide. */
export const READ_LIMITS = ' SETTINGS max_execution_time = 20';
