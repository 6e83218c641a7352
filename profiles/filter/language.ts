import { z } from 'zod';
import { eventType } from '../../schemas/event.ts';

/** The filter language: CONTRACT §5, Query. Segments use the same. */
export const OPS = ['eq', 'ne', 'in', 'lt', 'lte', 'gt', 'gte', 'between', 'contains', 'exists'] as const;
export type Op = (typeof OPS)[number];

/** At most so many conditions in a filter (with its segments), values in an `in`, and levels of nesting. */
export const MAX_CONDITIONS = 1000;
export const MAX_VALUES = 10_000;
export const MAX_DEPTH = 64;
/** With their segments put in place: nodes, groups included, and groups within groups. */
export const MAX_NODES = 10_000;
export const MAX_LEVELS = 100;

const scalar = z.union([z.string().max(4096), z.number(), z.boolean()]);
const scoped = z.strictObject({
  scope: z.string().max(256).nullish(),
  value: z.union([z.string().max(1024), z.number()]),
});
export type Scalar = z.infer<typeof scalar>;
export type Scoped = z.infer<typeof scoped>;
export type Value = Scalar | Scoped;

const comparison = z.strictObject({
  field: z.string().min(1).max(300),
  op: z.enum(OPS),
  value: z.union([scalar, scoped, z.array(z.union([scalar, scoped])).max(MAX_VALUES)]).optional(),
});
export type Comparison = z.infer<typeof comparison>;

/** What `where` of a `did` takes: conditions on the event itself. */
export type EventFilter = { all: EventFilter[] } | { any: EventFilter[] } | { not: EventFilter } | Comparison;
export const eventFilter: z.ZodType<EventFilter> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(eventFilter).max(MAX_CONDITIONS) }),
    z.strictObject({ any: z.array(eventFilter).max(MAX_CONDITIONS) }),
    z.strictObject({ not: eventFilter }),
    comparison,
  ]),
);

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional();
const amount = z.union([z.string().max(64), z.number()]).optional();
const bounds = ['eq', 'gt', 'gte', 'lt', 'lte'] as const;
const bounded = (value: object): boolean => bounds.some((bound) => Object.hasOwn(value, bound));
const did = z.strictObject({
  did: eventType,
  where: eventFilter.optional(),
  times: z
    .strictObject({ eq: count, gt: count, gte: count, lt: count, lte: count })
    .refine(bounded, 'needs one of eq, gt, gte, lt, lte')
    .optional(),
  within: z.string().max(64).optional(),
  between: z.tuple([z.string().max(64), z.string().max(64)]).optional(),
  sum: z
    .strictObject({
      field: z.literal('order.total'),
      currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code'),
      ...{ eq: amount, gt: amount, gte: amount, lt: amount, lte: amount },
    })
    .refine(bounded, 'needs one of eq, gt, gte, lt, lte')
    .optional(),
});
export type Did = z.infer<typeof did>;

export type Filter = { all: Filter[] } | { any: Filter[] } | { not: Filter } | Comparison | Did | { segment: string };
export const filter: z.ZodType<Filter> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(filter).max(MAX_CONDITIONS) }),
    z.strictObject({ any: z.array(filter).max(MAX_CONDITIONS) }),
    z.strictObject({ not: filter }),
    comparison,
    did,
    z.strictObject({ segment: z.string().min(1).max(128) }),
  ]),
);

/** The key that tells each form apart, in the order of the union. */
export const FORMS = ['all', 'any', 'not', 'field', 'did', 'segment'] as const;
