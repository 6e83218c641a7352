import { decisionBody } from '../../schemas/wire/evidence.ts';
import { suggestionView } from '../../schemas/wire/suggestions.ts';
import { SUGGESTION } from '../examples-suggestions.ts';
import { idParams } from '../params.ts';
import { jsonRoute, ok } from '../route.ts';

export const suggestionsDecide = jsonRoute({
  method: 'POST',
  url: '/v1/suggestions/{id}',
  tag: 'suggestions',
  scope: 'customers:write',
  summary: { zh: '裁决疑似重复', en: 'Decides a suggestion' },
  params: idParams,
  absent: 'suggestion_unknown',
  body: { schema: decisionBody, example: { decision: 'merge', reason: 'she confirmed it by telephone' } },
  ok: suggestionView,
  example: { ...SUGGESTION, state: 'merged' },
  problems: ['customer_unknown', 'storage_full', 'overloaded'],
  handler: async ({ params, body, call, services }) =>
    ok(await services.suggestions.decide(params.id, body.decision, body.reason, call.grant.id)),
});
