import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { LogLine } from '../api/log.ts';
import { readFates } from './deadletters.ts';
import { driftCounts } from './drift.ts';
import type { House } from './house.ts';

/** Requests by route and answer; those that were refused have the code of their problem. */
export type Requests = { count(line: LogLine): void; counter: Counter<'route' | 'method' | 'status' | 'code'> };

export function makeRequests(): Requests {
  const counter = new Counter({
    name: 'huaxiang_requests_total',
    help: 'Requests by route and status; `code` is that of the problem where one was answered',
    labelNames: ['route', 'method', 'status', 'code'],
    registers: [],
  });
  const count = ({ route, method, status, code = '' }: LogLine): void =>
    counter.inc({ route: route ?? 'none', method: METHODS.has(method) ? method : 'other', status, code });
  return { count, counter };
}
/** A method is the caller's word: only those that exist become labels. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']);

/** Prometheus text. Labels are names of sources and fates, never anything of a person. */
export function makeMetrics(house: House, down: () => string[], requests: Requests): () => Promise<string> {
  const registry = new Registry();
  registry.registerMetric(requests.counter);
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
  const drift = new Counter({
    name: 'huaxiang_unknown_fields_total',
    help: 'Fields of payloads that their channel does not list',
    labelNames: ['channel', 'source'],
    registers: [registry],
  });
  const pulls = pullGauges(house, registry);
  return async () => {
    const told = await readFates(house, {});
    fates.reset();
    for (const { channel, source, fate, reason, count } of told.items)
      fates.set({ channel, source, fate, reason: reason ?? '' }, count);
    pending.set(told.pending);
    drift.reset();
    for (const { count, ...labels } of await driftCounts(house)) drift.inc(labels, count);
    parts.reset();
    for (const part of down()) parts.set({ part }, 1);
    await pulls();
    return registry.metrics();
  };
}

/** What sources read by themselves, and what platforms are still to be asked. */
function pullGauges(house: House, registry: Registry): () => Promise<void> {
  const labelNames = ['channel', 'source', 'name'] as const;
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames, registers: [registry] });
  const items = gauge('huaxiang_pull_items', 'Items a pull put into the log, repeats included');
  const errors = gauge('huaxiang_pull_errors', 'Calls of a pull that failed');
  const asks = gauge('huaxiang_asks_waiting', 'What a platform is still to be asked');
  return async () => {
    for (const one of [items, errors, asks]) one.reset();
    for (const { channel, source, name, state } of await house.pulls.shown()) {
      items.set({ channel, source, name }, state.items);
      errors.set({ channel, source, name }, state.errors);
    }
    for (const { channel, source, name, waiting } of await house.pulls.waiting())
      asks.set({ channel, source, name }, waiting);
  };
}
