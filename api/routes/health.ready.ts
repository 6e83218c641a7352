import { Problem } from '../../schemas/errors.ts';
import { healthResult } from '../../schemas/wire/ops.ts';
import { jsonRoute, ok } from '../route.ts';

export const healthReady = jsonRoute({
  method: 'GET',
  url: '/readyz',
  tag: 'health',
  scope: null,
  summary: { zh: '就绪', en: '200 when it can take and answer; 503 names each part that is down' },
  ok: healthResult,
  example: { status: 'ready' },
  problems: ['not_ready'],
  handler({ services }) {
    const down = services.down();
    if (down.length > 0) throw new Problem('not_ready', `down: ${down.join(', ')}`, { down });
    return ok({ status: 'ready' });
  },
});
