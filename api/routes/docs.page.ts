import { PAGE } from '../docs.ts';
import { rawRoute } from '../route.ts';

export const docsPage = rawRoute({
  method: 'GET',
  url: '/docs',
  tag: 'docs',
  scope: null,
  summary: { zh: '接口试用页', en: 'A page to try the API; works offline' },
  responses: { 200: { description: 'HTML', type: 'text/html; charset=utf-8' } },
  handler: () => ({ status: 200, type: 'text/html; charset=utf-8', body: PAGE }),
});
