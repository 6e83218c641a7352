import { sourceParams } from '../../schemas/wire/ingest.ts';
import { throughDoor } from '../door.ts';
import { rawRoute } from '../route.ts';

/** The check a platform makes before it uses a callback address. */
export const doorsCheck = rawRoute({
  method: 'GET',
  url: '/v1/channels/{channel}/{source}',
  tag: 'doors',
  scope: null,
  summary: { zh: '平台校验回调地址', en: 'URL check of a platform' },
  params: sourceParams,
  absent: 'source_unknown',
  responses: { 200: { description: 'The bare echostr', type: 'text/plain' } },
  problems: ['signature_wrong', 'signature_stale', 'source_incomplete'],
  handler: ({ params, call }) => throughDoor(call, params, 'GET', Buffer.alloc(0)),
});
