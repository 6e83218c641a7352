import { Problem } from '../../schemas/errors.ts';
import { jobView } from '../../schemas/wire/ops.ts';
import { JOB } from '../examples.ts';
import { idParams } from '../params.ts';
import { jsonRoute, ok, type Route } from '../route.ts';

/** A job that is at its end stays as it is; `resume` takes up a failed one from where it was. */
function steer(how: 'pause' | 'resume' | 'cancel', summary: Route['summary']): Route {
  return jsonRoute({
    method: 'POST',
    url: `/v1/jobs/{id}/${how}`,
    tag: 'jobs',
    scope: 'admin',
    summary,
    params: idParams,
    absent: 'job_unknown',
    ok: jobView,
    example: JOB,
    problems: ['storage_full'],
    async handler({ params, services }) {
      const job = await services.jobs.steer(params.id, how);
      if (!job) throw new Problem('job_unknown', 'no job has this id');
      return ok(job);
    },
  });
}

export const jobsCancel = steer('cancel', { zh: '取消任务', en: 'Ends a job where it is' });
export const jobsPause = steer('pause', { zh: '暂停任务', en: 'Holds a job where it is' });
export const jobsResume = steer('resume', { zh: '继续任务', en: 'Lets a held or failed job go on' });
