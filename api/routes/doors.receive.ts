import { sourceParams } from '../../schemas/wire/ingest.ts';
import { throughDoor } from '../door.ts';
import { DOOR_BYTES } from '../limits.ts';
import { rawRoute } from '../route.ts';

/** The webhook door. Content-Type never decides; the signature is the key. */
export const doorsReceive = rawRoute({
  method: 'POST',
  url: '/v1/channels/{channel}/{source}',
  tag: 'doors',
  scope: null,
  summary: { zh: '接收平台推送', en: 'Webhook door of a source; the signature is the key' },
  params: sourceParams,
  absent: 'source_unknown',
  body: { type: '*/*' },
  responses: { 200: { description: 'Taken, whatever its fate; the body is what the platform wants', type: '*/*' } },
  problems: ['signature_wrong', 'signature_stale', 'source_incomplete', 'storage_full', 'overloaded'],
  handler: async ({ params, call }) => throughDoor(call, params, 'POST', await call.bytes(DOOR_BYTES)),
});
