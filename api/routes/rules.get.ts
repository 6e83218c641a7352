import { rulesView } from '../../schemas/wire/identity.ts';
import { RULES } from '../examples-identity.ts';
import { jsonRoute, ok } from '../route.ts';

export const rulesGet = jsonRoute({
  method: 'GET',
  url: '/v1/identity/rules',
  tag: 'identity',
  scope: 'ops:read',
  summary: { zh: '身份规则及其版本', en: 'The rules of identity and their versions' },
  ok: rulesView,
  example: RULES,
  handler: async ({ services }) => ok(await services.rules.get()),
});
