import { changesQuery, changesResult } from '../../schemas/wire/ops.ts';
import { CUSTOMER, TIME } from '../examples.ts';
import { jsonRoute, ok } from '../route.ts';

/** A long poll ends early when the server closes: the reader goes on from the same `next` elsewhere. */
export const changesList = jsonRoute({
  method: 'GET',
  url: '/v1/changes',
  tag: 'changes',
  scope: 'changes:read',
  summary: { zh: '变更流', en: 'What changed since a position, in order' },
  query: changesQuery,
  ok: changesResult,
  example: { items: [{ seq: '42', time: TIME, what: 'updated', id: CUSTOMER.id }], next: '42' },
  problems: ['cursor_invalid'],
  async handler({ query, call, services }) {
    const { after = null, limit, wait } = query;
    if (wait === 0) return ok(await services.changes(after, limit, 0));
    const { closed, stop } = call.closing();
    try {
      const atClose = closed.then(() => services.changes(after, limit, 0));
      return ok(await Promise.race([services.changes(after, limit, wait * 1000), atClose]));
    } finally {
      stop();
    }
  },
});
