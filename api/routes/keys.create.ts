import { keyBody, newKey } from '../../schemas/wire/ops.ts';
import { jsonRoute, ok } from '../route.ts';

export const keysCreate = jsonRoute({
  method: 'POST',
  url: '/v1/keys',
  tag: 'keys',
  scope: 'admin',
  summary: { zh: '创建 API 密钥', en: 'Makes an API key; it is shown this once' },
  body: { schema: keyBody, example: { name: 'call centre', scopes: ['customers:read', 'pii:read'] } },
  ok: newKey,
  example: { id: 'k_7f3a', key: 'hx_…' },
  handler: async ({ body, services }) => ok(await services.keys.create(body.name, body.scopes)),
});
