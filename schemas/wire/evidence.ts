import { z } from 'zod';
import { EVENT_TYPES } from '../event.ts';
import { FATES } from '../fate.ts';
import { identifierRef, listOf, named, reason, sourceRef, time } from './common.ts';

const scoped = z.object({ kind: z.string(), scope: z.string().nullable(), value: z.string() });

export const linkList = named(
  'LinkList',
  listOf(
    z.object({
      ...scoped.shape,
      state: z.string().describe('As in a customer, or `attached`, `paid_for`'),
      evidence: z.array(
        z.object({
          with: scoped,
          rule: z.string(),
          strength: z.string(),
          source: sourceRef,
          first_seen: time,
          last_seen: time,
          count: z.number(),
          events: z.array(z.string()),
        }),
      ),
    }),
  ),
);

export const historyList = named(
  'HistoryList',
  listOf(
    z.object({
      time,
      what: z.enum(['created', 'merged', 'split', 'held', 'tenure', 'decided']),
      from: z.array(z.string()),
      to: z.array(z.string()),
      rule: z.string(),
      actor: z.string(),
      evidence: z.array(z.string()),
    }),
  ),
);

const conflictState = z.enum(['open', 'merged', 'kept_apart', 'later']);
export const proposed = z
  .object({ decision: z.enum(['merge', 'keep_apart', 'later']), actor: z.string(), time })
  .describe('Decided by one key; where the rules ask for four eyes it waits for another to decide the same');
export const conflictView = named(
  'Conflict',
  z.object({
    id: z.string(),
    state: conflictState,
    rule: z.string(),
    customers: z.array(z.string()),
    nodes: z.array(identifierRef),
    evidence: z.array(z.object({ event: z.string(), ...sourceRef.shape, time })),
    opened: time,
    proposed: proposed.optional(),
  }),
);
export const conflictList = named('ConflictList', listOf(conflictView));
export const conflictQuery = z.object({ state: conflictState.optional() });
export const decisionBody = named(
  'DecisionRequest',
  z.object({ decision: z.enum(['merge', 'keep_apart', 'later']), reason }),
);

const text = z.string().nullish();
const order = z.object({
  id: z.string(),
  currency: z.string(),
  total: text,
  discount: text,
  items: z
    .array(
      z.object({
        sku: text,
        name: text,
        category: text,
        brand: text,
        quantity: z.string(),
        price: z.string(),
      }),
    )
    .nullish(),
  store: text,
  original_id: text,
});
const consent = z.object({
  purpose: z.string(),
  channel: text,
  state: z.enum(['granted', 'withdrawn']),
  evidence: text,
});

/** A canonical event of a timeline: as it was taken, with its fate and the moment its door took it. */
export const timelineEvent = named(
  'TimelineEvent',
  z.object({
    id: z.string(),
    ...sourceRef.shape,
    time,
    type: z.string().describe(`${EVENT_TYPES.join(', ')} or custom:<name>`),
    identifiers: z.array(z.object({ ...identifierRef.shape, verified: z.boolean().nullish() })).nullish(),
    traits: z.record(z.string(), z.unknown()).nullish(),
    order: order.nullish(),
    consent: consent.nullish(),
    properties: z.record(z.string(), z.unknown()).nullish(),
    fate: z.enum(FATES),
    received: time,
  }),
);
export const timelineList = named('TimelineList', listOf(timelineEvent));
