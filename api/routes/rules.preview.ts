import { previewBody } from '../../schemas/wire/identity.ts';
import { jobView } from '../../schemas/wire/ops.ts';
import { JOB } from '../examples.ts';
import { jsonRoute, ok } from '../route.ts';

export const rulesPreview = jsonRoute({
  method: 'POST',
  url: '/v1/identity/rules/preview',
  tag: 'identity',
  scope: 'admin',
  summary: {
    zh: '试算规则版本：会合并、拆分、搁置多少',
    en: 'Tries a version: what it would merge, split and hold; changes nothing',
  },
  body: { schema: previewBody, example: { version: 2, sample: 20 } },
  ok: jobView,
  example: { ...JOB, kind: 'rules-preview' },
  problems: ['rules_unknown', 'storage_full'],
  handler: async ({ body, call, services }) =>
    ok(await services.rules.preview(body.version, body.sample, call.grant.id)),
});
