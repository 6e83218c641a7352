import { rulesBody, rulesDraft } from '../../schemas/wire/identity.ts';
import { DOCUMENT, RULES } from '../examples-identity.ts';
import { jsonRoute, ok } from '../route.ts';

export const rulesPut = jsonRoute({
  method: 'PUT',
  url: '/v1/identity/rules',
  tag: 'identity',
  scope: 'admin',
  summary: { zh: '保存规则草稿（未生效）', en: 'Keeps rules as a draft, which nothing uses yet' },
  body: { schema: rulesBody, example: DOCUMENT },
  ok: rulesDraft,
  example: { version: 2, state: 'draft', document: DOCUMENT, table: RULES.table },
  problems: ['storage_full'],
  handler: async ({ body, call, services }) => ok(await services.rules.put(body, call.grant.id)),
});
