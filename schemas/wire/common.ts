import { z } from 'zod';
import { parseTime } from '../event.ts';

/** What a key may do. `admin` holds all the others. */
export const SCOPES = [
  'events:write',
  'imports:write',
  'customers:read',
  'customers:write',
  'pii:read',
  'query:read',
  'sources:write',
  'changes:read',
  'ops:read',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

/** Longest list a request may carry and longest page an answer may have. */
export const LIST_MAX = 1000;
export const PAGE_DEFAULT = 50;

/** Schemas with a name of their own in OpenAPI. */
export const wireNames = z.registry<{ id: string }>();

/** Gives a schema its name under `#/components/schemas`. */
export function named<T extends z.ZodType>(id: string, schema: T): T {
  wireNames.add(schema, { id });
  return schema;
}

const CUSTOMER_ID = /^[A-Za-z0-9_-]{1,64}$/;
export const customerId = z.string().regex(CUSTOMER_ID, 'an id of ours');
/** Ids of keys, imports, merges and conflicts: opaque, but never long and never with control characters. */
export const opaqueId = z.string().regex(/^[\x21-\x7e]{1,128}$/, 'an id of ours');
export const reason = z.string().min(1).max(1000);
export const time = z.string().describe('RFC 3339, UTC');

/** `T` behind `?at=`: the plus of an offset arrives as a blank where it was not percent-encoded, which is forgiven. */
export const instant = z
  .string()
  .transform((text) => text.replace(/ (\d{2}:\d{2})$/, '+$1'))
  .refine((text) => !Number.isNaN(parseTime(text)), 'RFC 3339 with offset')
  .transform(parseTime);

export const limit = z.coerce.number().int().min(1).max(LIST_MAX).default(PAGE_DEFAULT);
export const cursor = z.string().min(1).max(4096);
export const pageQuery = z.object({ after: cursor.optional(), limit });

/** A list as every route answers it: `next` is the cursor to go on from, null at the end. */
export function listOf<T extends z.ZodType>(items: T) {
  return z.object({ items: z.array(items), next: z.string().nullable() });
}

/** A string, or a bare JSON number taken as its digits (the reader keeps those over 53 bits as text already). */
export const digits = z.union([z.string(), z.number().int().transform(String)]);

const ref = { kind: z.string().min(1).max(64), scope: z.string().max(256).nullish() };
export const identifierIn = named('IdentifierIn', z.object({ ...ref, value: digits }));
export const identifierRef = named(
  'IdentifierRef',
  z.object({ kind: z.string(), scope: z.string().nullish(), value: z.string() }),
);
export const sourceRef = z.object({ channel: z.string(), source: z.string() });
export const waitQuery = z.object({ wait: z.enum(['none', 'applied', 'queryable']).default('none') });
export const anything = z.unknown();

/** An object of the caller passed through untouched: a copy would lose keys such as `__proto__`. */
export const anyObject = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'an object',
);
