import { deadLetterList, deadLetterQuery } from '../../schemas/wire/ops.ts';
import { LETTER } from '../examples.ts';
import { maskText } from '../mask.ts';
import { hidePayload } from '../mask-payload.ts';
import { jsonRoute, ok } from '../route.ts';

export const deadlettersList = jsonRoute({
  method: 'GET',
  url: '/v1/deadletters',
  tag: 'operations',
  scope: 'ops:read',
  summary: { zh: '失败数据', en: 'What could not be used, with its reason' },
  query: deadLetterQuery,
  ok: deadLetterList,
  example: { items: [LETTER], next: null },
  problems: ['cursor_invalid'],
  async handler({ query, services, pii }) {
    const { after = null, limit, ...filter } = query;
    const { items, next } = await services.deadletters.list(filter, { after, limit });
    if (pii) return ok({ items, next });
    const hidden = items.map((item) => ({
      ...item,
      detail: maskText(item.detail),
      payload: hidePayload(item.payload),
    }));
    return ok({ items: hidden, next });
  },
});
