import { pageQuery } from '../../schemas/wire/common.ts';
import { valueList, valueState } from '../../schemas/wire/identity.ts';
import { VALUE } from '../examples-identity.ts';
import { maskIdentifier } from '../mask.ts';
import { jsonRoute, ok } from '../route.ts';

export const valuesList = jsonRoute({
  method: 'GET',
  url: '/v1/identity/values',
  tag: 'identity',
  scope: 'ops:read',
  summary: { zh: '不参与合并的标识值', en: 'Values that join nobody, with what each would join' },
  query: pageQuery.extend({ state: valueState.optional() }),
  ok: valueList,
  example: { items: [VALUE], next: null },
  problems: ['cursor_invalid'],
  async handler({ query, services, pii }) {
    const { items, next } = await services.values.list(query.state ?? null, {
      after: query.after ?? null,
      limit: query.limit,
    });
    const shown = pii ? items : items.map((one) => ({ ...one, value: maskIdentifier(one.kind, one.value) }));
    return ok({ items: shown, next });
  },
});
