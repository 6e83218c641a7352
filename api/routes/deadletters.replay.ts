import { replayBody, replayResult } from '../../schemas/wire/ops.ts';
import { jsonRoute, ok } from '../route.ts';

/**
 * An admin's: it changes customers as no event of a single source could. The same call again, or at once by two, moves
 * nothing twice.
 */
export const deadlettersReplay = jsonRoute({
  method: 'POST',
  url: '/v1/deadletters/replay',
  tag: 'operations',
  scope: 'admin',
  summary: { zh: '重放失败数据', en: 'Sends dead letters through again; answers with counts by new fate' },
  body: { schema: replayBody, example: { where: { channel: 'pos', reason: 'row_malformed' } } },
  ok: replayResult,
  example: { accepted: 3, 'dead-letter': 1 },
  problems: ['storage_full', 'overloaded'],
  handler: async ({ body, services }) => ok(await services.deadletters.replay(body)),
});
