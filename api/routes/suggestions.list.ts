import { pageQuery } from '../../schemas/wire/common.ts';
import { suggestionList, suggestionQuery } from '../../schemas/wire/suggestions.ts';
import { SUGGESTION } from '../examples-suggestions.ts';
import { jsonRoute, ok } from '../route.ts';

export const suggestionsList = jsonRoute({
  method: 'GET',
  url: '/v1/suggestions',
  tag: 'suggestions',
  scope: 'customers:read',
  summary: { zh: '疑似重复客户', en: 'Probable duplicates without a shared identifier, the most probable first' },
  query: suggestionQuery.extend(pageQuery.shape),
  ok: suggestionList,
  example: { items: [SUGGESTION], next: null },
  problems: ['cursor_invalid'],
  handler: async ({ query: { min, state, after, limit }, services }) =>
    ok(await services.suggestions.list({ min, state: state ?? null }, { after: after ?? null, limit })),
});
