import { healthResult } from '../../schemas/wire/ops.ts';
import { jsonRoute, ok } from '../route.ts';

export const healthLive = jsonRoute({
  method: 'GET',
  url: '/healthz',
  tag: 'health',
  scope: null,
  summary: { zh: '存活', en: '200 while the process lives' },
  ok: healthResult,
  example: { status: 'ok' },
  handler: () => ok({ status: 'ok' }),
});
