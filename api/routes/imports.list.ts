import { pageQuery } from '../../schemas/wire/common.ts';
import { importList } from '../../schemas/wire/ingest.ts';
import { IMPORT } from '../examples.ts';
import { jsonRoute, ok } from '../route.ts';

export const importsList = jsonRoute({
  method: 'GET',
  url: '/v1/imports',
  tag: 'imports',
  scope: 'imports:write',
  summary: { zh: '导入列表', en: 'Imports, newest first' },
  query: pageQuery,
  ok: importList,
  example: { items: [IMPORT], next: null },
  problems: ['cursor_invalid'],
  async handler({ query, services }) {
    return ok(await services.imports.list({ after: query.after ?? null, limit: query.limit }));
  },
});
