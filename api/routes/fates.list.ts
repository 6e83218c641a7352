import { fatesQuery, fatesResult } from '../../schemas/wire/ops.ts';
import { SOURCE_REF } from '../examples.ts';
import { jsonRoute, ok } from '../route.ts';

export const fatesList = jsonRoute({
  method: 'GET',
  url: '/v1/fates',
  tag: 'operations',
  scope: 'ops:read',
  summary: { zh: '数据去向统计', en: 'What became of the data, counted by source, fate and reason' },
  query: fatesQuery,
  ok: fatesResult,
  example: { items: [{ ...SOURCE_REF, fate: 'ignored', reason: 'total_row', count: 1 }], pending: 0 },
  handler: async ({ query, services }) => ok(await services.fates(query)),
});
