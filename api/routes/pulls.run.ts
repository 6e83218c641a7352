import { pullBody, pullParams } from '../../schemas/wire/ingest.ts';
import { jobView } from '../../schemas/wire/ops.ts';
import { JOB } from '../examples.ts';
import { jsonRoute, ok } from '../route.ts';

export const pullsRun = jsonRoute({
  method: 'POST',
  url: '/v1/sources/{channel}/{source}/pulls/{name}',
  tag: 'sources',
  scope: 'sources:write',
  summary: { zh: '立即拉取，或补拉一段时间', en: 'A job that reads from a platform now, or a part of the past again' },
  params: pullParams,
  absent: 'source_unknown',
  body: { schema: pullBody, example: { from: '2026-03-01T00:00:00+08:00', to: '2026-03-08T00:00:00+08:00' } },
  ok: jobView,
  example: JOB,
  problems: ['source_incomplete', 'storage_full'],
  handler: async ({ params: { channel, source, name }, body, services }) =>
    ok(await services.pulls.run(channel, source, name, { from: body.from ?? null, to: body.to ?? null })),
});
