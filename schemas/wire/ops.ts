import { z } from 'zod';
import { FATES } from '../fate.ts';
import { cursor, LIST_MAX, limit, listOf, named, SCOPES, time } from './common.ts';

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
export const deadLetterList = named(
  'DeadLetterList',
  listOf(
    z.object({
      id: z.string(),
      channel: z.string(),
      source: z.string(),
      received: time,
      fate: z.enum(FATES),
      reason: z.string(),
      detail: z.string(),
      payload: z.string().describe('The raw body; without pii:read only its structure'),
    }),
  ),
);
const ids = z.array(z.string().min(1).max(512)).max(LIST_MAX);
export const replayBody = named(
  'ReplayRequest',
  z.union([z.object({ ids }), z.object({ where: z.object({ channel: name, reason: name }) })]),
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
