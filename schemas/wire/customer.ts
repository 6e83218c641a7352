import { z } from 'zod';
import { type CustomerView, IDENTIFIER_STATES } from '../customer.ts';
import {
  customerId,
  digits,
  identifierIn,
  identifierRef,
  instant,
  LIST_MAX,
  limit,
  listOf,
  named,
  reason,
  sourceRef,
  time,
} from './common.ts';

const traitValue = z.union([z.string(), z.number(), z.boolean()]);
const identifierView = z.object({
  kind: z.string(),
  scope: z.string().nullable(),
  value: z.string(),
  verified: z.boolean(),
  state: z.enum(IDENTIFIER_STATES),
  first_seen: time,
  last_seen: time,
  sources: z.array(sourceRef),
});
const traitView = z.object({
  value: traitValue,
  ...sourceRef.shape,
  event: z.string().describe('Id of the event that first made this claim'),
  time,
  rule: z.string().describe('Which rule decided'),
  others: z.array(z.object({ value: traitValue, ...sourceRef.shape, time })),
});
const metrics = z.object({
  events: z.number(),
  orders: z.number(),
  refunds: z.number(),
  spend: z.record(z.string(), z.string()).describe('Decimal strings by ISO 4217 currency'),
  first_order: time.nullable(),
  last_order: time.nullable(),
  channels: z.record(z.string(), z.object({ events: z.number(), orders: z.number(), last_seen: time })),
});
const consentView = z.object({
  purpose: z.string(),
  channel: z.string().nullable(),
  state: z.enum(['granted', 'withdrawn']),
  time,
  event: z.string(),
});

export const customerView: z.ZodType<CustomerView> = named(
  'Customer',
  z.object({
    id: z.string(),
    aliases: z.array(z.string()),
    type: z.literal('person'),
    created: time,
    updated: time,
    first_seen: time,
    last_seen: time,
    identifiers: z.array(identifierView),
    traits: z.record(z.string(), traitView),
    metrics,
    consents: z.array(consentView),
    conflicts: z.array(z.string()),
  }),
);

export const findQuery = z.object({
  kind: z.string().min(1).max(64),
  scope: z.string().max(256).optional(),
  value: z.string(),
  at: instant.optional(),
});

export const lookupBody = named(
  'LookupRequest',
  z.object({
    identifiers: z.array(z.object({ ...identifierIn.shape, value: digits, at: instant.nullish() })).max(LIST_MAX),
  }),
);
export const lookupQuery = z.object({ fields: z.literal('id').optional() });
export const lookupResult = named(
  'LookupResponse',
  z.object({
    results: z.array(
      z.object({
        customer: z.union([customerView, z.object({ id: z.string() })]).nullable(),
        reason: z.string().optional().describe('Why there is none: a problem code, or what the value is'),
      }),
    ),
  }),
);

const PERIOD = 'A customer id, or `kind:scope:value` with each part percent-encoded; the scope may be empty';
export const explainQuery = z.object({ with: z.string().min(1).max(4096).describe(PERIOD) });
export const explainResult = named(
  'Explanation',
  z.object({
    same: z.boolean(),
    because: z.array(z.object({ rule: z.string(), text: z.string(), evidence: z.array(z.string()) })),
    path: z.array(identifierRef).optional(),
    held: z.array(z.string()).optional(),
  }),
);

export const mergeBody = named('MergeRequest', z.object({ with: customerId, reason }));
export const mergeResult = named(
  'MergeResponse',
  z.object({
    id: z.string().describe('The older customer, which stays'),
    merge: z.string().nullable().describe('What a split takes to undo it; null when they were one already'),
    merged: z.array(z.string()).describe('Ids that became aliases'),
  }),
);

export const splitBody = named(
  'SplitRequest',
  z.union([
    z.object({ nodes: z.array(identifierIn).min(1).max(LIST_MAX), reason }),
    z.object({ merge: z.string().min(1).max(128), reason }),
  ]),
);
export const splitResult = named(
  'SplitResponse',
  z.object({ customers: z.array(z.string()).describe('The first keeps the id') }),
);

export const searchBody = named(
  'SearchRequest',
  z.object({ text: z.string().min(1).max(200), where: z.unknown().optional(), limit }),
);
export const customerList = named('CustomerList', listOf(customerView));
