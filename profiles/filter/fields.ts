import { CLEAR_TRAITS, PRIVATE_TRAITS } from '../../schemas/customer.ts';
import { Problem } from '../../schemas/errors.ts';
import { KINDS, kindRule } from '../../schemas/identifier.ts';
import { nearest } from './nearest.ts';
import { type Binder, sql } from './sql.ts';

/**
 * What a field is, which says how it compares and how it is shown:
 * text as strings; loose as strings, in order as numbers where the given value is one; number and money as decimals;
 * count as whole numbers; time as instants; flag as booleans; node by keyed hash.
 */
export type FieldKind = 'text' | 'loose' | 'number' | 'count' | 'money' | 'time' | 'flag' | 'node';

export type Field = {
  kind: FieldKind;
  /** SQL of the value as it compares; NULL where it is absent or no number. */
  expr: string;
  /** SQL of the value as it is shown, where that is another. */
  shown?: string;
  /** ISO 4217 code of a money field. */
  currency?: string;
  /** Kind of identifier of a node field. */
  identifier?: string;
};

const NUMERIC_TRAITS = new Set(['points', 'birth_year']);
const FIXED = ['id', 'type', 'created', 'first_seen', 'last_seen'];
const METRICS: ReadonlyMap<string, FieldKind> = new Map([
  ['events', 'count'],
  ['orders', 'count'],
  ['refunds', 'count'],
  ['first_order', 'time'],
  ['last_order', 'time'],
]);
const CHANNEL = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const PURPOSE = /^[\w.:-]{1,129}$/;

/** Decimals as texts hold them; NULL for any other text. `text` is SQL. */
export const numberOf = (text: string): string =>
  sql('if(match(', text, ", '^-?[0-9]{1,26}([.][0-9]{1,10})?$'), toDecimal128OrNull(", text, ', 10), NULL)');

/** The value under a key of a map column, NULL where the key is absent. */
export const mapValue = (column: string, key: string): string =>
  sql('if(mapContains(', column, ', ', key, '), ', column, '[', key, '], NULL)');

const COLUMNS: ReadonlyMap<string, Field> = new Map([
  ['id', { kind: 'text', expr: 'c.id' }],
  ['type', { kind: 'text', expr: 'toString(c.type)' }],
  ['created', { kind: 'time', expr: 'c.created' }],
  ['first_seen', { kind: 'time', expr: 'c.first_seen' }],
  ['last_seen', { kind: 'time', expr: 'c.last_seen' }],
  ['metrics.events', { kind: 'count', expr: 'c.events' }],
  ['metrics.orders', { kind: 'count', expr: 'c.orders' }],
  ['metrics.refunds', { kind: 'count', expr: 'c.refunds' }],
  ['metrics.first_order', { kind: 'time', expr: 'c.first_order' }],
  ['metrics.last_order', { kind: 'time', expr: 'c.last_order' }],
]);

/** A caller's field name may be shown again only where it can hold nothing personal. */
export const sayable = (name: string): string =>
  /^[\w.:-]{1,100}$/.test(name) && !/\d{5}/.test(name) ? ` ${name}` : '';

/** Names to suggest for a field that does not exist. */
function suggestions(ownTraits: Iterable<string>): string[] {
  return [
    ...FIXED,
    ...[...CLEAR_TRAITS, ...ownTraits].map((name) => `traits.${name}`),
    ...[...METRICS.keys()].map((name) => `metrics.${name}`),
    ...[
      'metrics.spend.CNY',
      'metrics.channels.pos.events',
      'metrics.channels.pos.orders',
      'metrics.channels.pos.last_seen',
    ],
    ...[...KINDS.keys()].map((kind) => `identifiers.${kind}`),
    ...['consents.marketing', 'consents.marketing.sms', 'following.wechat-mp'],
  ];
}

/** The problem of a field nobody knows, naming the nearest ones. */
export function unknownField(name: string, candidates: Iterable<string>): Problem {
  const near = nearest(name, candidates);
  const about = name.startsWith('traits.') ? 'clear trait' : 'field';
  return new Problem('field_unknown', `there is no ${about}${sayable(name)}; nearest: ${near.join(', ')}`, {
    nearest: near,
  });
}

function trait(name: string, own: ReadonlySet<string>, binder: Binder): Field | null {
  if (PRIVATE_TRAITS.has(name)) {
    const detail = `traits.${name} is encrypted at rest and cannot be filtered, sorted or grouped by`;
    throw new Problem('field_unknown', detail, { nearest: [] });
  }
  if (!CLEAR_TRAITS.has(name) && !own.has(name)) return null;
  const text = mapValue('c.traits', binder.bind('String', name));
  return NUMERIC_TRAITS.has(name)
    ? { kind: 'number', expr: numberOf(text), shown: text }
    : { kind: 'loose', expr: text };
}

function channelMetric(rest: string, binder: Binder): Field | null {
  const [channel = '', measure = '', ...more] = rest.split('.');
  if (!CHANNEL.test(channel) || more.length > 0) return null;
  const at = (column: string): string => {
    const key = binder.bind('String', channel);
    return sql('if(mapContains(c.channels, ', key, '), tupleElement(c.channels[', key, "], '", column, "'), NULL)");
  };
  if (measure === 'events') return { kind: 'count', expr: at('events') };
  if (measure === 'orders') return { kind: 'count', expr: at('orders') };
  return measure === 'last_seen' ? { kind: 'time', expr: at('last_seen') } : null;
}

function dynamicField(name: string, own: ReadonlySet<string>, binder: Binder): Field | null {
  const after = (prefix: string): string | null => (name.startsWith(prefix) ? name.slice(prefix.length) : null);
  const traitName = after('traits.');
  if (traitName !== null) return trait(traitName, own, binder);
  const currency = after('metrics.spend.');
  if (currency !== null && /^[A-Z]{3}$/.test(currency)) {
    return { kind: 'money', expr: mapValue('c.spend', binder.bind('String', currency)), currency };
  }
  const channel = after('metrics.channels.');
  if (channel !== null) return channelMetric(channel, binder);
  const kind = after('identifiers.');
  if (kind !== null && kindRule(kind)) return { kind: 'node', expr: binder.bind('String', kind), identifier: kind };
  const purpose = after('consents.');
  if (purpose !== null && PURPOSE.test(purpose)) {
    return { kind: 'text', expr: mapValue('c.consents', binder.bind('String', purpose)) };
  }
  const following = after('following.');
  if (following !== null && CHANNEL.test(following)) {
    return { kind: 'flag', expr: mapValue('c.following', binder.bind('String', following)) };
  }
  return null;
}

/**
 * A field of customers by the name callers use. `own` are traits that their source declares clear.
 * Throws Problem field_unknown, with the nearest names or, for encrypted traits, with the reason.
 */
export function customerField(name: string, own: ReadonlySet<string>, binder: Binder): Field {
  const field = COLUMNS.get(name) ?? dynamicField(name, own, binder);
  if (!field) throw unknownField(name, suggestions(own));
  return field;
}
