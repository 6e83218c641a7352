import { applyBody } from '../../schemas/wire/identity.ts';
import { jobView } from '../../schemas/wire/ops.ts';
import { JOB } from '../examples.ts';
import { jsonRoute, ok } from '../route.ts';

export const rulesApply = jsonRoute({
  method: 'POST',
  url: '/v1/identity/rules/apply',
  tag: 'identity',
  scope: 'admin',
  summary: { zh: '启用规则版本，并重算全部历史', en: 'Puts a version in force for past and future' },
  body: { schema: applyBody, example: { version: 2, reason: 'two cards are two people here' } },
  ok: jobView,
  example: { ...JOB, kind: 'rules-apply' },
  problems: ['rules_unknown', 'rules_in_force', 'storage_full'],
  handler: async ({ body, call, services }) => ok(await services.rules.apply(body.version, body.reason, call.grant.id)),
});
