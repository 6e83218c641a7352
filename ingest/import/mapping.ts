import { z } from 'zod';
import { eventType, parseTime } from '../../schemas/event.ts';
import { kindRule } from '../../schemas/identifier.ts';
import { maxAge } from '../door.ts';
import { isTimeZone } from './when.ts';

/**
 * Settings of a `file` source: which column is what. A column is named as the header of the file has it; in NDJSON it
 * is a path of keys joined by dots.
 */
const column = z.string().trim().min(1).max(256);
const columns = z.record(z.string().min(1).max(128), column);

const identifier = z
  .strictObject({
    kind: z.string().refine((kind) => kindRule(kind) !== undefined, 'a kind of identifier, or x_<name>'),
    scope: z.string().trim().min(1).max(256).nullish(),
    column,
    verified: z.boolean().nullish(),
  })
  .refine(({ kind, scope }) => kindRule(kind)?.scope !== 'required' || scope, {
    path: ['scope'],
    message: 'this kind needs a scope',
  });

/** `values`: what a cell says, to the type it means; null for rows that are to be ignored. */
const type = z.union(
  [eventType, z.strictObject({ column, values: z.record(z.string(), eventType.nullable()) })],
  'an event type, or {"column", "values": {"<cell>": "<event type>" or null}}',
);

const time = z
  .strictObject({
    column: column.nullish(),
    at: z
      .union([z.literal('received'), z.string().refine((text) => !Number.isNaN(parseTime(text)))], {
        error: '"received", or RFC 3339 with offset',
      })
      .nullish(),
    format: z.enum(['auto', 'local', 'epoch_s', 'epoch_ms', 'dmy', 'mdy']).default('auto'),
    timeZone: z.string().refine(isTimeZone, 'an IANA time zone').default('Asia/Shanghai'),
  })
  .refine((one) => !one.column !== !one.at, 'either `column` or `at`');

const currencyCode = z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code');
const order = z.strictObject({
  id: column,
  total: column.nullish(),
  discount: column.nullish(),
  currency: z.union([currencyCode, z.strictObject({ column })], 'an ISO 4217 code, or {"column"}').default('CNY'),
  unit: z.enum(['yuan', 'fen']).default('yuan'),
  store: column.nullish(),
  original_id: column.nullish(),
  /** `list`: path of a list in NDJSON whose elements the other paths are in; without it the row is the one item. */
  items: z
    .strictObject({
      list: column.nullish(),
      ...{ sku: column.nullish(), name: column.nullish(), category: column.nullish(), brand: column.nullish() },
      ...{ quantity: column.nullish(), price: column },
    })
    .nullish(),
});

const consentState = z.enum(['granted', 'withdrawn']);
const consent = z.strictObject({
  purpose: z.string().min(1).max(64),
  channel: z.string().min(1).max(64).nullish(),
  state: z.union(
    [consentState, z.strictObject({ column, values: z.record(z.string(), consentState) })],
    '"granted", "withdrawn", or {"column", "values": {"<cell>": "granted" or "withdrawn"}}',
  ),
  evidence: column.nullish(),
});

/** What a row becomes. It travels with every row, so that a row maps to the same event for ever. */
export const rowMapping = z.strictObject({
  type,
  id: z.array(column).min(1).max(8).nullish(),
  time,
  identifiers: z.array(identifier).max(20).default([]),
  traits: columns.default({}),
  order: order.nullish(),
  consent: consent.nullish(),
  properties: columns.default({}),
  rest: z.enum(['keep', 'drop']).default('keep'),
  queryable: z.array(z.string().min(1).max(128)).max(100).default([]),
});
export type RowMapping = z.infer<typeof rowMapping>;

const PARTS = rowMapping.shape;
export const fileSettings = z
  .strictObject({
    format: z.enum(['auto', 'csv', 'ndjson']).default('auto'),
    mapping: z.enum(['columns', 'canonical']).default('columns'),
    ...{ ...PARTS, type: type.nullish(), time: time.nullish() },
    maxAge,
  })
  .superRefine((settings, check) => {
    const say = (path: string, message: string): void => check.addIssue({ code: 'custom', path: [path], message });
    if (settings.mapping === 'columns') {
      if (!settings.type) say('type', 'missing: an event type, or {"column", "values"}');
      if (!settings.time) say('time', 'missing: {"column"} or {"at"}');
      return;
    }
    if (settings.format === 'csv') say('format', 'canonical events come as NDJSON');
    for (const name of ['type', 'time', 'id', 'order', 'consent'] as const) {
      if (settings[name]) say(name, 'a canonical event says this itself');
    }
  });
export type FileSettings = z.infer<typeof fileSettings>;

/** The mapping of settings that have one. */
export function mappingOf({ format: _, mapping: __, maxAge: ___, ...parts }: FileSettings): RowMapping {
  return rowMapping.parse(parts);
}

/** Every column that a mapping reads from the row itself. */
export function columnsOf(mapping: RowMapping): string[] {
  const { type: told, id, time: when, identifiers, traits, order: sold, consent: given, properties } = mapping;
  const { items, currency, unit: _, ...ofOrder } = sold ?? {};
  const { list, ...ofItem } = items ?? {};
  const named = [
    typeof told === 'string' ? null : told.column,
    ...(id ?? []),
    when.column,
    ...identifiers.map((one) => one.column),
    ...Object.values(traits),
    ...Object.values(ofOrder),
    typeof currency === 'object' ? currency.column : null,
    ...(list ? [list] : Object.values(ofItem)),
    typeof given?.state === 'object' ? given.state.column : null,
    given?.evidence,
    ...Object.values(properties),
  ];
  return [...new Set(named.flatMap((name) => name ?? []))];
}
