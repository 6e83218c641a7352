import { conflictView, decisionBody } from '../../schemas/wire/evidence.ts';
import { clearOf } from '../customers.ts';
import { CONFLICT } from '../examples.ts';
import { maskConflict } from '../mask-views.ts';
import { idParams } from '../params.ts';
import { jsonRoute, ok } from '../route.ts';

export const conflictsDecide = jsonRoute({
  method: 'POST',
  url: '/v1/conflicts/{id}',
  tag: 'conflicts',
  scope: 'customers:write',
  summary: { zh: '裁决冲突', en: 'Decides a conflict' },
  params: idParams,
  absent: 'conflict_unknown',
  body: { schema: decisionBody, example: { decision: 'keep_apart', reason: 'mother and daughter' } },
  ok: conflictView,
  example: { ...CONFLICT, state: 'kept_apart' },
  problems: ['storage_full', 'overloaded'],
  async handler({ params, body, call, services, pii }) {
    const view = await services.conflicts.decide(params.id, body.decision, body.reason, call.grant.id);
    return ok(pii ? view : maskConflict(view, await clearOf(services, view.customers)));
  },
});
