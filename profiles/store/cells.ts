import { Problem } from '../../schemas/errors.ts';
import { formatAmount, parseAmount } from '../../schemas/money.ts';
import { customerField, type Field } from '../filter/fields.ts';
import { type Binder, sql } from '../filter/sql.ts';

/** How fields come out of SQL and go to callers: every cell leaves the engine as text or null. */
export type Cell = string | null;

/** A field that can be shown, sorted and grouped by. Throws Problem field_unknown for the others. */
export function showable(name: string, own: ReadonlySet<string>, binder: Binder): Field {
  const field = customerField(name, own, binder);
  if (field.kind !== 'node') return field;
  throw new Problem('field_unknown', 'identifiers can be asked for in `where` only, by exists and eq', { nearest: [] });
}

/** SQL of a value as text: times in epoch ms, so that no format setting of the engine matters. */
export function textSql(kind: Field['kind'], expr: string): string {
  return kind === 'time' ? sql('toString(toUnixTimestamp64Milli(', expr, '))') : sql('toString(', expr, ')');
}

/** A cell as callers see it: RFC 3339 in UTC with milliseconds, money with its currency's digits, counts as numbers. */
export function show(field: Field, cell: Cell): string | number | boolean | null {
  if (cell === null) return null;
  if (field.kind === 'time') return new Date(Number(cell)).toISOString();
  if (field.kind === 'money') return formatAmount(parseAmount(cell), field.currency ?? '');
  if (field.kind === 'count') return Number(cell);
  return field.kind === 'flag' ? cell === 'true' || cell === '1' : cell;
}
