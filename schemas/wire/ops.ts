import { z } from 'zod';
import { FATES } from '../fate.ts';
import { cursor, LIST_MAX, limit, listOf, named, opaqueId, SCOPES, time } from './common.ts';

const name = z.string().max(64).optional();

export const fatesQuery = z.object({ channel: name, source: name });
export const fatesResult = named(
  'Fates',
  z.object({
    items: z.array(
      z.object({
        channel: z.string(),
        source: z.string(),
        fate: z.enum(FATES),
        reason: z.string().nullable(),
        count: z.number(),
      }),
    ),
    pending: z.number().describe('In the log and not applied yet'),
  }),
);

export const deadLetterQuery = z.object({
  channel: name,
  source: name,
  reason: name,
  fate: z.enum(FATES).optional(),
  after: cursor.optional(),
  limit,
});
const deadLetter = z.object({
  id: z.string(),
  channel: z.string(),
  source: z.string(),
  received: time,
  fate: z.enum(FATES),
  reason: z.string(),
  detail: z.string(),
  payload: z.string().describe('The raw body; without pii:read only its structure'),
  encoding: z.enum(['text', 'base64']).describe('base64: the body is no text, payload are its bytes'),
});
export const deadLetterList = named('DeadLetterList', listOf(deadLetter));
export const deadLetterParams = z.object({ id: opaqueId });
export const deadLetterWhole = named(
  'DeadLetter',
  deadLetter.extend({
    meta: z.record(z.string(), z.string()).describe('What came with the body; without pii:read only its names'),
    now: z
      .array(
        z.object({
          fate: z.enum(FATES),
          reason: z.string().nullable(),
          detail: z.string().nullable(),
          type: z.string().nullable().describe('Of the event it would make'),
          id: z.string().nullable(),
        }),
      )
      .describe('What a replay would make of it now, one of each event; nothing was changed'),
  }),
);
const ids = z.array(z.string().min(1).max(512)).max(LIST_MAX);
/** Strict: a filter with a slip in its name would be no filter. */
export const replayBody = named(
  'ReplayRequest',
  z.union([
    z.strictObject({ ids }),
    z.strictObject({
      where: z.strictObject({ channel: name, source: name, reason: name, fate: z.enum(FATES).optional() }),
    }),
  ]),
);
export const replayResult = named('ReplayResponse', z.record(z.string(), z.number()).describe('Counts by new fate'));

export const changesQuery = z.object({
  after: cursor.optional(),
  limit,
  wait: z.coerce.number().min(0).max(30).default(0).describe('Seconds to wait for a first change'),
});
export const changesResult = named(
  'ChangeList',
  z.object({
    items: z.array(
      z.object({
        seq: z.string(),
        time,
        what: z.enum(['created', 'updated', 'merged', 'split', 'erased', 'entered', 'left']),
        id: z.string(),
        other: z.string().optional(),
      }),
    ),
    next: z.string().describe('Always the seq to go on from'),
  }),
);

export const jobView = named(
  'Job',
  z.object({
    id: z.string(),
    kind: z.string(),
    state: z.enum(['queued', 'running', 'paused', 'done', 'failed', 'cancelled']),
    done: z.number(),
    total: z.number().nullable(),
    started: time.nullable(),
    ended: time.nullable(),
    result: z.unknown().optional(),
    error: z.string().optional(),
  }),
);
export const jobList = named('JobList', listOf(jobView));

export const keyBody = named(
  'KeyRequest',
  z.object({ name: z.string().min(1).max(128), scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length) }),
);
export const newKey = named('NewKey', z.object({ id: z.string(), key: z.string().describe('Shown once') }));
export const keyList = named(
  'KeyList',
  listOf(z.object({ id: z.string(), name: z.string(), scopes: z.array(z.string()), created: time })),
);
export const healthResult = named('Health', z.object({ status: z.string() }));
export const problemBody = named(
  'Problem',
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string(),
    detail: z.string(),
    retry: z.enum(['no', 'later', 'changed']),
  }),
);
