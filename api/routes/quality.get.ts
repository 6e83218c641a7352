import { qualityView } from '../../schemas/wire/identity.ts';
import { QUALITY } from '../examples-identity.ts';
import { jsonRoute, ok } from '../route.ts';

export const qualityGet = jsonRoute({
  method: 'GET',
  url: '/v1/identity/quality',
  tag: 'identity',
  scope: 'ops:read',
  summary: { zh: '身份质量', en: 'How well identities hold together' },
  ok: qualityView,
  example: QUALITY,
  problems: ['not_ready', 'overloaded'],
  handler: async ({ services }) => ok(await services.quality()),
});
