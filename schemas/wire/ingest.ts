import { z } from 'zod';
import { channelName, eventInput, sourceName } from '../event.ts';
import { FATES, IDENTIFIER_REASONS } from '../fate.ts';
import { anyObject, digits, LIST_MAX, listOf, named } from './common.ts';

const lookupFate = z.enum([...FATES, 'pending', 'unknown']);
export const eventResult = named(
  'EventResult',
  z.object({
    id: z.string().nullable(),
    fate: lookupFate,
    reason: z.string().optional(),
    detail: z.string().optional(),
    identifiers: z
      .array(z.object({ index: z.number(), reason: z.enum(IDENTIFIER_REASONS) }))
      .optional()
      .describe('Refused identifiers; the event itself is accepted'),
    customer_id: z.string().nullish(),
  }),
);
export const eventResults = named('EventResults', z.object({ results: z.array(eventResult) }));

/** Items are judged one by one behind the door: one that does not fit is a dead letter, not a refused request. */
export const eventsBody = z.object({ events: z.array(z.unknown()).max(LIST_MAX) });
export const eventsBodyDocs = named(
  'EventsRequest',
  z.object({ events: z.array(named('Event', eventInput)).max(LIST_MAX) }),
);

const key = z.object({ channel: z.string().max(64), source: z.string().max(64), id: digits });
export const eventLookupBody = named('EventLookupRequest', z.object({ events: z.array(key).max(LIST_MAX) }));

export const sourceParams = z.object({ channel: channelName, source: sourceName });
export const importQuery = z.object({
  kind: z.enum(['auto', 'sales', 'members', 'refunds', 'bill']).default('auto'),
  name: z.string().max(256).optional(),
});
export const importView = named(
  'Import',
  z.object({
    id: z.string(),
    state: z.enum(['running', 'done', 'failed']),
    kind: z.string().nullable(),
    encoding: z.string().nullable(),
    rows: z.number(),
    fates: z.partialRecord(z.enum(FATES), z.number()).describe('They add up to the rows'),
    reasons: z.record(z.string(), z.number()),
    rejects: z.string(),
  }),
);

export const sourceView = named(
  'Source',
  z.object({
    channel: z.string(),
    source: z.string(),
    title: z.string().nullable(),
    settings: z.record(z.string(), z.unknown()).describe('Secrets read `***`'),
  }),
);
export const sourceList = named('SourceList', listOf(sourceView));
export const sourceBody = named(
  'SourceRequest',
  z.object({ title: z.string().max(256).nullish(), settings: anyObject.meta({ type: 'object' }) }),
);
