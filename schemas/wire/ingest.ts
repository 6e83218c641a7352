import { z } from 'zod';
import { channelName, eventInput, sourceName } from '../event.ts';
import { FATES, IDENTIFIER_REASONS } from '../fate.ts';
import { anyObject, digits, instant, LIST_MAX, listOf, named, time } from './common.ts';

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
    channel: z.string(),
    source: z.string(),
    name: z.string().nullable(),
    created: time,
    bytes: z.number().describe('Size of the file'),
    read: z.number().describe('Bytes of the reading under way; a file of receipts is read more than once'),
    error: z.string().optional().describe('Why it failed'),
  }),
);
export const importList = named('ImportList', listOf(importView));

const pullView = named(
  'Pull',
  z.object({
    name: z.string(),
    ready: z.boolean().describe('The settings have all that it needs'),
    last_turn: time.nullable(),
    last_success: time.nullable(),
    next_turn: time.nullable(),
    items: z.number().describe('Read so far, repeats included'),
    error: z.object({ why: z.string(), detail: z.string(), time }).nullable(),
  }),
);
export const pullParams = sourceParams.extend({ name: z.string().regex(/^[\w.-]{1,64}$/, 'the name of a pull') });
export const pullBody = named(
  'PullRequest',
  z.object({
    from: instant.optional().describe('RFC 3339: read again what changed since'),
    to: instant.optional().describe('RFC 3339: and before; without it up to now'),
  }),
);

export const sourceView = named(
  'Source',
  z.object({
    channel: z.string(),
    source: z.string(),
    title: z.string().nullable(),
    settings: z.record(z.string(), z.unknown()).describe('Secrets read `***`'),
    pulls: z.array(pullView).optional().describe('What it reads by itself'),
    asks_waiting: z.record(z.string(), z.number()).optional().describe('What its platform is still to be asked'),
  }),
);
export const sourceFields = named(
  'SourceFields',
  z.object({
    items: z
      .array(z.object({ path: z.string(), count: z.number(), first_seen: time, last_seen: time }))
      .describe('Fields that the channel does not list, by how many payloads had them; `…` are all beyond 500'),
    changed: z
      .array(
        z.object({
          path: z.string(),
          count: z.number(),
          last: z.string().describe('Id of the newest dead letter'),
          detail: z.string(),
        }),
      )
      .describe('Fields of another type than the channel lists, from what is quarantined for them'),
  }),
);
export const sourceList = named('SourceList', listOf(sourceView));
export const sourceBody = named(
  'SourceRequest',
  z.object({ title: z.string().max(256).nullish(), settings: anyObject.meta({ type: 'object' }) }),
);
