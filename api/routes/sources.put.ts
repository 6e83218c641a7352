import { sourceBody, sourceParams, sourceView } from '../../schemas/wire/ingest.ts';
import { SOURCE } from '../examples.ts';
import { jsonRoute, ok } from '../route.ts';

/** Replaces the settings of a source as a whole; a secret given as `***` keeps the old one. */
export const sourcesPut = jsonRoute({
  method: 'PUT',
  url: '/v1/sources/{channel}/{source}',
  tag: 'sources',
  scope: 'sources:write',
  summary: { zh: '设置数据源', en: 'Sets a source, replacing it whole; a secret given as *** stays' },
  params: sourceParams,
  body: {
    schema: sourceBody,
    example: { title: SOURCE.title, settings: { ...SOURCE.settings, token: 'a new secret' } },
  },
  ok: sourceView,
  example: SOURCE,
  problems: ['source_unknown', 'storage_full'],
  handler: async ({ params, body, services }) =>
    ok(await services.sources.put(params.channel, params.source, { title: body.title, settings: body.settings })),
});
