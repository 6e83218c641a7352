import { Problem } from '../../schemas/errors.ts';
import { formatAmount, parseAmount, plainAmount } from '../../schemas/money.ts';
import type { Field } from '../filter/fields.ts';
import { type Binder, sql } from '../filter/sql.ts';
import type { Compiled } from '../segments.ts';
import { type Cell, show, showable, textSql } from './cells.ts';
import { READ_LIMITS } from './page.ts';

/** Sums over sets of customers: CONTRACT §5, aggregate. */
type Measure = { name: string; what: 'count' | 'sum' | 'avg' | 'min' | 'max'; field: Field | null };
export type Plan = { groups: { name: string; field: Field }[]; measures: Measure[]; sql: string };

/** More groups than this are no answer anybody reads. */
export const MAX_GROUPS = 100_000;

const WHATS = ['sum', 'avg', 'min', 'max'] as const;

function measureOf(name: string, own: ReadonlySet<string>, binder: Binder): Measure {
  if (name === 'count') return { name, what: 'count', field: null };
  const colon = name.indexOf(':');
  const what = WHATS.find((one) => one === name.slice(0, Math.max(0, colon)));
  if (!what) throw new Problem('body_malformed', 'measures: each is count, or sum:, avg:, min: or max: and a field');
  const field = showable(name.slice(colon + 1), own, binder);
  const numeric = field.kind === 'number' || field.kind === 'count' || field.kind === 'money';
  if (!numeric && !(field.kind === 'time' && (what === 'min' || what === 'max'))) {
    throw new Problem(
      'body_malformed',
      `measures: ${what} needs a number or money${what[0] === 'm' ? ' or a time' : ''}`,
    );
  }
  return { name, what, field };
}

const column = (letter: string, at: number): string => [letter, at].join('');

/** Two cells per measure: the value, and how many customers have one, which an average is divided by. */
function measureSql({ what, field }: Measure, at: number): string[] {
  const name = column('v', at);
  if (!field) return ['toString(count())', "''"];
  // An average is divided here, in exact decimals; the engine would make a float of it.
  const value = what === 'avg' || what === 'sum' ? sql('sum(', name, ')') : sql(what, '(', name, ')');
  const text = what === 'avg' || what === 'sum' ? sql('toString(', value, ')') : textSql(field.kind, value);
  return [text, sql('toString(count(', name, '))')];
}

/** Throws Problem field_unknown or body_malformed. */
export function aggregatePlan(
  names: { group_by: readonly string[]; measures: readonly string[] },
  compiled: Compiled,
  own: ReadonlySet<string>,
  binder: Binder,
): Plan {
  const groups = names.group_by.map((name) => ({ name, field: showable(name, own, binder) }));
  const measures = names.measures.map((name) => measureOf(name, own, binder));
  const groupColumns = groups.map((_, at) => column('g', at));
  const inner = [
    ...groups.map(({ field }, at) => sql(field.shown ?? field.expr, ' AS ', column('g', at))),
    ...measures.flatMap(({ field }, at) => (field ? [sql(field.expr, ' AS ', column('v', at))] : [])),
  ];
  const outer = [
    ...groups.map(({ field }, at) => textSql(field.kind, column('g', at))),
    ...measures.flatMap(measureSql),
  ];
  const text = sql(
    'SELECT ',
    ["''", ...outer].join(', '),
    ' FROM (SELECT ',
    ['c.id AS id', ...inner].join(', '),
    ' FROM customers AS c FINAL',
    compiled.join,
    ' WHERE ',
    compiled.condition,
    ')',
    groups.length > 0 ? sql(' GROUP BY ', groupColumns.join(', ')) : '',
    groups.length > 0 ? sql(' ORDER BY ', groupColumns.map((name) => sql(name, ' ASC NULLS LAST')).join(', ')) : '',
    ' LIMIT ',
    binder.bind('UInt64', MAX_GROUPS + 1),
    READ_LIMITS,
  );
  return { groups, measures, sql: text };
}

/** Sum divided by count with four digits after the point, halves away from zero. */
function average(sum: string, count: string): string {
  const units = parseAmount(sum);
  const by = BigInt(count);
  const rounded = ((units < 0n ? -units : units) * 2n + by) / (by * 2n);
  return plainAmount(units < 0n ? -rounded : rounded);
}

function measured({ what, field }: Measure, value: Cell, having: Cell): string | number | null {
  if (!field) return Number(value);
  if (what === 'sum')
    return field.kind === 'money' ? formatAmount(parseAmount(value ?? '0'), field.currency ?? '') : (value ?? '0');
  if (value === null || having === null || having === '0') return null;
  if (what === 'avg') return average(value, having);
  return field.kind === 'count' ? value : String(show(field, value));
}

/** Rows as callers see them, from the cells of the plan's statement. */
export function aggregateRows(plan: Plan, rows: readonly (readonly Cell[])[]): Record<string, unknown>[] {
  return rows.map((row) => {
    const groups = plan.groups.map(({ name, field }, at) => [name, show(field, row[at + 1] ?? null)]);
    const first = plan.groups.length + 1;
    const measures = plan.measures.map((measure, at) => [
      measure.name,
      measured(measure, row[first + 2 * at] ?? null, row[first + 2 * at + 1] ?? null),
    ]);
    return Object.fromEntries([...groups, ...measures]);
  });
}
