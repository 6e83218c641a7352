import { keyList } from '../../schemas/wire/ops.ts';
import { jsonRoute, ok } from '../route.ts';

const EXAMPLE = { id: 'k_7f3a', name: 'call centre', scopes: ['customers:read'], created: '2026-03-01T02:00:00.000Z' };

export const keysList = jsonRoute({
  method: 'GET',
  url: '/v1/keys',
  tag: 'keys',
  scope: 'admin',
  summary: { zh: '列出 API 密钥', en: 'The API keys, without the keys themselves' },
  ok: keyList,
  example: { items: [EXAMPLE], next: null },
  handler: async ({ services }) => ok({ items: await services.keys.list(), next: null }),
});
