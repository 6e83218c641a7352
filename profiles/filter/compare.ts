import { Problem } from '../../schemas/errors.ts';
import type { FilterContext } from '../store/port.ts';
import { type Field, numberOf } from './fields.ts';
import type { Comparison, Op, Value } from './language.ts';
import { type Binder, combine, sql } from './sql.ts';
import { decimalLiteral, isDecimal, timeLiteral } from './values.ts';

type Given = Comparison['value'];
/** What a comparison needs: `path` says where in the filter it stands, for the problem. */
export type Scene = { binder: Binder; context: FilterContext; path: string };
type Order = 'eq' | 'lt' | 'lte' | 'gt' | 'gte';

const SIGNS: Record<Order, string> = { eq: ' = ', lt: ' < ', lte: ' <= ', gt: ' > ', gte: ' >= ' };

export const malformed = (path: string, what: string): Problem => new Problem('body_malformed', `${path}: ${what}`);

const orNot = (condition: string): string => sql('ifNull(', condition, ', 0)');
const negate = (condition: string): string => sql('NOT ', condition);

/** The placeholder of a value as the field compares; a problem where the value does not fit the field. */
function literal(kind: Field['kind'], value: Value | undefined, scene: Scene): string {
  if (kind === 'time') {
    const ms = timeLiteral(value);
    if (ms === null) throw malformed(scene.path, 'value must be an RFC 3339 time with offset');
    return sql('fromUnixTimestamp64Milli(', scene.binder.bind('Int64', ms), ", 'UTC')");
  }
  if (kind === 'flag') {
    if (typeof value !== 'boolean') throw malformed(scene.path, 'value must be true or false');
    return scene.binder.bind('UInt8', value ? 1 : 0);
  }
  if (kind === 'number' || kind === 'count' || kind === 'money') {
    const decimal = decimalLiteral(value);
    if (decimal === null) throw malformed(scene.path, 'value must be a number or a decimal string');
    return scene.binder.bind('Decimal(76, 20)', decimal);
  }
  return scene.binder.bind('String', textOf(value, scene));
}

function textOf(value: Value | undefined, scene: Scene): string {
  if (value === undefined || typeof value === 'object') throw malformed(scene.path, 'value must be a string');
  return String(value);
}

/** Whether a loose field compares as a number: with a number, and in order also with a string that looks like one. */
function asNumber(kind: Field['kind'], op: Op, value: Value | undefined): boolean {
  if (kind !== 'loose') return false;
  return typeof value === 'number' || (op !== 'eq' && typeof value === 'string' && isDecimal(value));
}

function ordered(field: Field, op: Order, value: Value | undefined, scene: Scene): string {
  const numeric = asNumber(field.kind, op, value);
  const left = numeric ? numberOf(field.expr) : field.expr;
  return orNot(sql(left, SIGNS[op], literal(numeric ? 'number' : field.kind, value, scene)));
}

function between(field: Field, value: Given, scene: Scene): string {
  const [low, high, ...more] = Array.isArray(value) ? value : [];
  if (low === undefined || high === undefined || more.length > 0)
    throw malformed(scene.path, 'value must be [low, high]');
  const numeric = asNumber(field.kind, 'gte', low) && asNumber(field.kind, 'lte', high);
  const kind = numeric ? 'number' : field.kind;
  const left = numeric ? numberOf(field.expr) : field.expr;
  const conditions = [sql(left, ' >= ', literal(kind, low, scene)), sql(left, ' <= ', literal(kind, high, scene))];
  return combine('AND', conditions.map(orNot));
}

/** Membership of a long list: the values are one bound array, cast to what the field compares as. */
function among(field: Field, values: readonly Value[], scene: Scene): string {
  if (field.kind === 'loose') {
    const isNumber = (value: Value): boolean => typeof value === 'number';
    const sets = [
      membership(
        field.expr,
        'text',
        values.filter((value) => !isNumber(value)),
        scene,
      ),
      membership(numberOf(field.expr), 'number', values.filter(isNumber), scene),
    ];
    return combine(
      'OR',
      sets.flatMap((set) => set ?? []),
    );
  }
  return membership(field.expr, field.kind, values, scene) ?? '0';
}

function membership(expr: string, kind: Field['kind'], values: readonly Value[], scene: Scene): string | null {
  if (values.length === 0) return null;
  if (kind === 'flag')
    return combine(
      'OR',
      values.map((value) => orNot(sql(expr, ' = ', literal(kind, value, scene)))),
    );
  if (kind === 'time') {
    const list = scene.binder.bind(
      'Array(String)',
      values.map((value) => String(timeMs(value, scene))),
    );
    return orNot(sql('toUnixTimestamp64Milli(', expr, ') IN ', setOf('toInt64(t)', list)));
  }
  if (kind === 'text' || kind === 'loose') {
    return orNot(
      sql(
        expr,
        ' IN ',
        scene.binder.bind(
          'Array(String)',
          values.map((value) => textOf(value, scene)),
        ),
      ),
    );
  }
  const list = scene.binder.bind(
    'Array(String)',
    values.map((value) => decimalOf(value, scene)),
  );
  return orNot(sql('toDecimal256(', expr, ', 20) IN ', setOf('toDecimal256(t, 20)', list)));
}

/** A set of cast texts: as a subquery it is hashed once, where `has` would walk the whole list for every row. */
const setOf = (cast: string, list: string): string => sql('(SELECT arrayJoin(arrayMap(t -> ', cast, ', ', list, ')))');

function timeMs(value: Value, scene: Scene): number {
  const ms = timeLiteral(value);
  if (ms === null) throw malformed(scene.path, 'values must be RFC 3339 times with offset');
  return ms;
}

function decimalOf(value: Value, scene: Scene): string {
  const decimal = decimalLiteral(value);
  if (decimal === null) throw malformed(scene.path, 'values must be numbers or decimal strings');
  return decimal;
}

function nodes(field: Field, op: Op, value: Given, scene: Scene): string {
  const kind = field.identifier ?? '';
  if (op === 'exists') return presence(sql('has(c.`identifiers.kind`, ', field.expr, ')'), value, scene);
  if (op !== 'eq' && op !== 'ne' && op !== 'in')
    throw malformed(scene.path, 'an identifier takes exists, eq, ne and in');
  if (!scene.context.pii)
    throw new Problem('scope_missing', `${scene.path}: comparing identifiers by value needs pii:read`);
  const hashes = listOf(op, value, scene).map((one) => {
    const [scope, text] = typeof one === 'object' ? [one.scope ?? null, one.value] : [null, one];
    if (typeof text === 'boolean') throw malformed(scene.path, 'value must be a string or {scope, value}');
    const node = scene.context.node(kind, scope, String(text));
    if (node === null)
      throw malformed(scene.path, `the value can be no ${kind}; a kind with a scope takes {scope, value}`);
    return node;
  });
  const found = sql('hasAny(c.`identifiers.node`, ', scene.binder.bind('Array(String)', hashes), ')');
  return op === 'ne' ? negate(found) : found;
}

function listOf(op: Op, value: Given, scene: Scene): Value[] {
  if (op === 'in' && Array.isArray(value)) return value;
  if (op === 'in') throw malformed(scene.path, 'value must be a list');
  if (value === undefined || Array.isArray(value)) throw malformed(scene.path, 'value is missing or a list');
  return [value];
}

/** `found` where exists is asked as true or without a value, its contrary where it is asked as false. */
function presence(found: string, value: Given, scene: Scene): string {
  if (value !== undefined && typeof value !== 'boolean') throw malformed(scene.path, 'exists takes true or false');
  return value === false ? negate(found) : found;
}

function contains(field: Field, value: string, scene: Scene): string {
  const needle = scene.binder.bind('String', value);
  return orNot(sql('position(lowerUTF8(', field.expr, '), lowerUTF8(', needle, ')) > 0'));
}

/** Operators that a kind of field does not take. */
function refuse(kind: Field['kind'], op: Op, path: string): void {
  if (kind === 'flag' && !['eq', 'ne', 'in', 'exists'].includes(op))
    throw malformed(path, 'a flag takes eq, ne, in, exists');
  if (op === 'contains' && kind !== 'text' && kind !== 'loose') throw malformed(path, 'contains is for text');
}

/** SQL of one condition: 1 or 0, never NULL. Throws Problem body_malformed, scope_missing. */
export function compare(field: Field, op: Op, value: Given, scene: Scene): string {
  if (field.kind === 'node') return nodes(field, op, value, scene);
  refuse(field.kind, op, scene.path);
  if (op === 'exists') return presence(sql('isNotNull(', field.shown ?? field.expr, ')'), value, scene);
  if (op === 'between') return between(field, value, scene);
  if (op === 'in') return among(field, listOf(op, value, scene), scene);
  const [single] = listOf(op, value, scene);
  if (op === 'ne') return negate(ordered(field, 'eq', single, scene));
  if (op === 'contains') return contains(field, textOf(single, scene), scene);
  return ordered(field, op, single, scene);
}
