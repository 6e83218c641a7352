import { jobView } from '../../schemas/wire/ops.ts';
import { suggestionRunBody } from '../../schemas/wire/suggestions.ts';
import { JOB } from '../examples.ts';
import { jsonRoute, ok } from '../route.ts';

export const suggestionsRun = jsonRoute({
  method: 'POST',
  url: '/v1/suggestions/runs',
  tag: 'suggestions',
  scope: 'customers:write',
  summary: { zh: '查找疑似重复客户', en: 'A job that looks for probable duplicates; it merges nobody' },
  body: { schema: suggestionRunBody, example: {} },
  ok: jobView,
  example: { ...JOB, id: 'suggestions-1', kind: 'suggestions' },
  problems: ['storage_full'],
  handler: async ({ services }) => ok(await services.suggestions.run()),
});
