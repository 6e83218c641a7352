import { sourceList } from '../../schemas/wire/ingest.ts';
import { SOURCE } from '../examples.ts';
import { jsonRoute, ok } from '../route.ts';

export const sourcesList = jsonRoute({
  method: 'GET',
  url: '/v1/sources',
  tag: 'sources',
  scope: 'sources:write',
  summary: { zh: '列出数据源', en: 'The configured sources; secrets read ***' },
  ok: sourceList,
  example: { items: [SOURCE], next: null },
  handler: async ({ services }) => ok({ items: await services.sources.list(), next: null }),
});
