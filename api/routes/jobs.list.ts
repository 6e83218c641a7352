import { pageQuery } from '../../schemas/wire/common.ts';
import { jobList } from '../../schemas/wire/ops.ts';
import { JOB } from '../examples.ts';
import { jsonRoute, ok } from '../route.ts';

export const jobsList = jsonRoute({
  method: 'GET',
  url: '/v1/jobs',
  tag: 'jobs',
  scope: 'ops:read',
  summary: { zh: '列出任务', en: 'Long work, newest first' },
  query: pageQuery,
  ok: jobList,
  example: { items: [JOB], next: null },
  problems: ['cursor_invalid'],
  handler: async ({ query, services }) =>
    ok(await services.jobs.list({ after: query.after ?? null, limit: query.limit })),
});
