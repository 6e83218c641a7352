import { valueAnswer, valueBody } from '../../schemas/wire/identity.ts';
import { EFFECT } from '../examples-identity.ts';
import { jsonRoute, ok } from '../route.ts';

export const valuesDecide = jsonRoute({
  method: 'POST',
  url: '/v1/identity/values',
  tag: 'identity',
  scope: 'admin',
  summary: {
    zh: '停用、放行一个标识值，或交还规则判断；可先预览',
    en: 'Blocks a value, allows it, or leaves it to the rules; with preview only what would happen',
  },
  body: {
    schema: valueBody,
    example: { kind: 'mobile', value: '15800009999', decision: 'block', reason: 'number of the front desk' },
  },
  ok: valueAnswer,
  example: EFFECT,
  problems: ['identifier_malformed', 'storage_full', 'overloaded'],
  async handler({ body, call, services }) {
    const { kind, scope, value, decision, reason, preview } = body;
    const by = { reason, actor: call.grant.id };
    return ok(await services.values.decide({ kind, scope, value }, decision, by, preview));
  },
});
