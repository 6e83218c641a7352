import { z } from 'zod';
import { cursor, limit, named } from './common.ts';

const FIELD = 'id, type, created, traits.<name>, metrics.<path>, identifiers.<kind>, consents.<purpose>[.<channel>], …';
const field = z.string().min(1).max(200).describe(FIELD);
const LANGUAGE = [
  'One condition: {all: […]} | {any: […]} | {not: …} | {field, op, value} with op eq, ne, in, lt, lte, gt, gte,',
  'between, contains, exists | {did: <event type>, where?, times?, sum?, within?, between?} | {segment: <id>}.',
].join(' ');
/** The filter goes through as it came: the query compiler judges it and names unknown fields. */
const where = z.unknown().describe(LANGUAGE);

export const queryBody = named(
  'QueryRequest',
  z.object({
    where: where.optional(),
    fields: z.array(field).max(100).optional(),
    sort: z
      .array(z.object({ field, dir: z.enum(['asc', 'desc']).optional() }))
      .max(10)
      .optional(),
    limit,
    after: cursor.nullish(),
  }),
);
export const queryResult = named(
  'QueryResponse',
  z.object({
    items: z.array(z.record(z.string(), z.unknown()).describe('`id` and each field under the name it was asked by')),
    next: z.string().nullable(),
    total: z.number(),
  }),
);

export const aggregateBody = named(
  'AggregateRequest',
  z.object({
    where: where.optional(),
    group_by: z
      .union([field, z.array(field).max(10)])
      .nullish()
      .describe('One field or several'),
    measures: z.array(z.string().min(1).max(200)).min(1).max(50).describe('count, sum:<field>, avg:…, min:…, max:…'),
  }),
);
export const aggregateResult = named(
  'AggregateResponse',
  z.object({ rows: z.array(z.record(z.string(), z.unknown())) }),
);
