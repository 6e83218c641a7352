import { z } from 'zod';
import { Problem } from '../../schemas/errors.ts';
import { asset } from '../docs.ts';
import { rawRoute } from '../route.ts';

export const docsAsset = rawRoute({
  method: 'GET',
  url: '/docs/{file}',
  tag: 'docs',
  scope: null,
  summary: { zh: '试用页的文件', en: 'Script and style of the page' },
  params: z.object({ file: z.string() }),
  responses: { 200: { description: 'The file', type: '*/*' } },
  problems: ['route_unknown'],
  async handler({ params }) {
    const found = await asset(params.file);
    if (!found) throw new Problem('route_unknown', 'the page has no such file');
    return { status: 200, ...found };
  },
});
