import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { readFates } from './deadletters.ts';
import type { House } from './house.ts';

/** Prometheus text. Labels are names of sources and fates, never anything of a person. */
export function makeMetrics(house: House, down: () => string[]): () => Promise<string> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const fates = new Gauge({
    name: 'huaxiang_events',
    help: 'Events by fate and reason, as /v1/fates counts them',
    labelNames: ['channel', 'source', 'fate', 'reason'],
    registers: [registry],
  });
  const pending = new Gauge({ name: 'huaxiang_pending', help: 'Log records not applied yet', registers: [registry] });
  const parts = new Gauge({
    name: 'huaxiang_down',
    help: 'Parts that are down',
    labelNames: ['part'],
    registers: [registry],
  });
  return async () => {
    const told = await readFates(house, {});
    fates.reset();
    for (const { channel, source, fate, reason, count } of told.items)
      fates.set({ channel, source, fate, reason: reason ?? '' }, count);
    pending.set(told.pending);
    parts.reset();
    for (const part of down()) parts.set({ part }, 1);
    return registry.metrics();
  };
}
