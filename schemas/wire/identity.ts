import { z } from 'zod';
import { rulesDocument } from '../rules.ts';
import { digits, identifierIn, listOf, named, reason } from './common.ts';

/** Rules, values and quality: CONTRACT §6. */
const version = z.union([z.number().int().min(0), digits.pipe(z.string().regex(/^\d{1,9}$/)).transform(Number)]);
const ruleRow = z.object({
  kind: z.string(),
  label: z.string(),
  scope: z.string(),
  role: z.string(),
  joins: z.string().optional(),
  one: z.boolean().optional(),
  caps: z.array(z.object({ kind: z.string(), over: z.number() })).optional(),
  rate: z.number().optional(),
  priority: z.number().optional(),
});
export const rulesBody = named('RulesRequest', rulesDocument);
export const rulesView = named(
  'Rules',
  z.object({
    version: z.number().describe('The version in force; 0 is the preset'),
    document: rulesDocument,
    table: z.array(ruleRow).describe('The whole table that the document comes to'),
    versions: z.array(
      z.object({
        version: z.number(),
        state: z.enum(['draft', 'in_force', 'past']),
        created: z.string().nullable(),
        actor: z.string(),
      }),
    ),
  }),
);
export const rulesDraft = named(
  'RulesDraft',
  z.object({ version: z.number(), state: z.literal('draft'), document: rulesDocument, table: z.array(ruleRow) }),
);
export const previewBody = named(
  'RulesPreviewRequest',
  z.object({ version, sample: z.number().int().min(0).max(100).default(20) }),
);
export const applyBody = named('RulesApplyRequest', z.object({ version, reason }));

export const valueState = z.enum(['hot', 'blocked', 'denied']);
export const valueList = named(
  'ValueList',
  listOf(
    z.object({
      kind: z.string(),
      scope: z.string().nullable(),
      value: z.string(),
      state: valueState,
      joins: z.object({
        customers: z.number(),
        events: z.number(),
        anonymous_events: z.number(),
        partners: z.record(z.string(), z.number()).describe('Distinct values by kind that stood in an event with it'),
      }),
    }),
  ),
);
export const valueBody = named(
  'ValueRequest',
  z.object({
    ...identifierIn.shape,
    decision: z.enum(['block', 'allow', 'auto']),
    reason,
    preview: z.boolean().default(false),
  }),
);
const sample = z.object({ what: z.string(), customers: z.array(z.string()), because: z.string() });
export const valueAnswer = named(
  'ValueEffect',
  z.object({
    decision: z.enum(['block', 'allow', 'auto']),
    preview: z.boolean(),
    merge: z.number(),
    split: z.number(),
    hold: z.number(),
    unchanged: z.number(),
    samples: z.array(sample),
  }),
);

export const qualityView = named(
  'Quality',
  z.object({
    customers: z.object({
      total: z.number(),
      by_identifiers: z.array(z.object({ identifiers: z.number(), customers: z.number() })),
    }),
    conflicts: z.array(z.object({ rule: z.string(), open: z.number(), later: z.number() })),
    values: z.array(z.object({ state: z.string(), kind: z.string(), count: z.number() })),
    changes: z.object({
      created: z.number(),
      merged: z.number(),
      split: z.number(),
      split_after_merge: z.number(),
    }),
    channels: z.array(
      z.object({ channel: z.string(), customers: z.number(), alone: z.number().describe('Known in no other channel') }),
    ),
  }),
);
