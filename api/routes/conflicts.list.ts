import { pageQuery } from '../../schemas/wire/common.ts';
import { conflictList, conflictQuery } from '../../schemas/wire/evidence.ts';
import { clearOf } from '../customers.ts';
import { CONFLICT } from '../examples.ts';
import { maskConflict } from '../mask-views.ts';
import { jsonRoute, ok } from '../route.ts';

export const conflictsList = jsonRoute({
  method: 'GET',
  url: '/v1/conflicts',
  tag: 'conflicts',
  scope: 'customers:read',
  summary: { zh: '待审冲突', en: 'Merges that evidence asks for and a rule forbids' },
  query: conflictQuery.extend(pageQuery.shape),
  ok: conflictList,
  example: { items: [CONFLICT], next: null },
  problems: ['cursor_invalid'],
  async handler({ query, services, pii }) {
    const page = { after: query.after ?? null, limit: query.limit };
    const { items, next } = await services.conflicts.list(query.state ?? null, page);
    if (pii) return ok({ items, next });
    const clear = await clearOf(
      services,
      items.flatMap((item) => item.customers),
    );
    return ok({ items: items.map((item) => maskConflict(item, clear)), next });
  },
});
