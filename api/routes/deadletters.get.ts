import { Problem } from '../../schemas/errors.ts';
import { deadLetterParams, deadLetterWhole } from '../../schemas/wire/ops.ts';
import { LETTER } from '../examples.ts';
import { HIDDEN, maskText } from '../mask.ts';
import { hidePayload } from '../mask-payload.ts';
import { jsonRoute, ok } from '../route.ts';

export const deadlettersGet = jsonRoute({
  method: 'GET',
  url: '/v1/deadletters/{id}',
  tag: 'operations',
  scope: 'ops:read',
  summary: { zh: '一条失败数据，及现在重放的结果', en: 'A dead letter, and what a replay would make of it now' },
  params: deadLetterParams,
  ok: deadLetterWhole,
  example: {
    ...LETTER,
    meta: {},
    now: [{ fate: 'accepted', reason: null, detail: null, type: 'order_paid', id: 'E20260301100000000001' }],
  },
  problems: ['deadletter_unknown'],
  absent: 'deadletter_unknown',
  async handler({ params, services, pii }) {
    const found = await services.deadletters.get(params.id);
    if (!found) throw new Problem('deadletter_unknown', 'no such dead letter, or it was replayed');
    if (pii) return ok(found);
    return ok({
      ...found,
      detail: maskText(found.detail),
      payload: hidePayload(found.payload),
      meta: Object.fromEntries(Object.keys(found.meta).map((name) => [name, HIDDEN])),
      now: found.now.map((one) => ({ ...one, detail: one.detail === null ? null : maskText(one.detail) })),
    });
  },
});
