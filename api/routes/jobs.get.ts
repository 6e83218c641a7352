import { Problem } from '../../schemas/errors.ts';
import { jobView } from '../../schemas/wire/ops.ts';
import { JOB } from '../examples.ts';
import { idParams } from '../params.ts';
import { jsonRoute, ok } from '../route.ts';

export const jobsGet = jsonRoute({
  method: 'GET',
  url: '/v1/jobs/{id}',
  tag: 'jobs',
  scope: 'ops:read',
  summary: { zh: '查询任务', en: 'How far a job is' },
  params: idParams,
  absent: 'job_unknown',
  ok: jobView,
  example: JOB,
  async handler({ params, services }) {
    const job = await services.jobs.get(params.id);
    if (!job) throw new Problem('job_unknown', 'no job has this id');
    return ok(job);
  },
});
