import { rawRoute } from '../route.ts';

export const docsOpenapi = rawRoute({
  method: 'GET',
  url: '/openapi.json',
  tag: 'docs',
  scope: null,
  summary: { zh: '接口描述', en: 'This API as OpenAPI 3.1' },
  responses: { 200: { description: 'The document', type: 'application/json' } },
  handler: ({ call }) => ({ status: 200, type: 'application/json', body: call.openapi() }),
});
