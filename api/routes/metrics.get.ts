import { rawRoute } from '../route.ts';

const TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export const metricsGet = rawRoute({
  method: 'GET',
  url: '/metrics',
  tag: 'health',
  scope: null,
  summary: { zh: '监控指标', en: 'Metrics in the text format of Prometheus' },
  responses: { 200: { description: 'Prometheus text', type: TYPE } },
  handler: async ({ services }) => ({ status: 200, type: TYPE, body: await services.metrics() }),
});
