import { Problem } from '../../schemas/errors.ts';
import { idParams } from '../params.ts';
import { rawRoute } from '../route.ts';

const NDJSON = 'application/x-ndjson';

export const importsRejects = rawRoute({
  method: 'GET',
  url: '/v1/imports/{id}/rejects',
  tag: 'imports',
  scope: 'imports:write',
  summary: { zh: '导入中被拒的行', en: 'The rows that were refused, one JSON object a line' },
  params: idParams,
  absent: 'import_unknown',
  responses: {
    200: {
      description: '{line, reason, detail} a line',
      type: NDJSON,
      example: '{"line":3,"reason":"row_malformed"}\n',
    },
  },
  async handler({ params, services }) {
    const rows = await services.imports.rejects(params.id);
    if (!rows) throw new Problem('import_unknown', 'no import has this id');
    return { status: 200, type: NDJSON, body: rows };
  },
});
