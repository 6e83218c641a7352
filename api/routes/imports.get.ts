import { Problem } from '../../schemas/errors.ts';
import { importView } from '../../schemas/wire/ingest.ts';
import { IMPORT } from '../examples.ts';
import { idParams } from '../params.ts';
import { jsonRoute, ok } from '../route.ts';

export const importsGet = jsonRoute({
  method: 'GET',
  url: '/v1/imports/{id}',
  tag: 'imports',
  scope: 'imports:write',
  summary: { zh: '查询导入进度', en: 'How far an import is' },
  params: idParams,
  absent: 'import_unknown',
  ok: importView,
  example: IMPORT,
  async handler({ params, services }) {
    const view = await services.imports.get(params.id);
    if (!view) throw new Problem('import_unknown', 'no import has this id');
    return ok(view);
  },
});
