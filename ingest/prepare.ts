import type { z } from 'zod';
import { type CanonicalEvent, type EventInput, eventInput, eventKey, parseTime } from '../schemas/event.ts';

import type { Identifier } from '../schemas/identifier.ts';
import { STRENGTH } from '../schemas/identifier.ts';
import type { Ring } from '../schemas/ring.ts';
import type { Ask, Channel, Item, Outcome } from './channel.ts';
import { Unreadable } from './door.ts';
import type { Normaliser } from './identify.ts';
import type { Dead, Entry, Prepared } from './port.ts';
import { askOf, isAnswered, isAskItem } from './pull/marks.ts';
import { itemToMap } from './rejudge.ts';

export type Step =
  | { kind: 'event'; prepared: Prepared }
  | { kind: 'ask'; ask: Ask }
  | ({ kind: 'drop' } & Dead)
  /** Paths of fields that the channel does not list; behind all others. */
  | { kind: 'fields'; unknown: string[] };

export type Preparer = {
  /**
   * What one log entry becomes: pure, and the same at the door, in the consumer and in a rebuild. Nothing at all for an
   * entry that only ends an ask.
   */
  steps(entry: Exclude<Entry, { kind: 'decision' }>): Step[];
  /** An event as it was stored, once more: for folding anew what it was told with. */
  again(event: CanonicalEvent, received: number, queryable: string[] | null): Prepared;
};

export function makePreparer(ring: Ring, normaliser: Normaliser, channels: ReadonlyMap<string, Channel>): Preparer {
  const prepare = (raw: EventInput, received: number, more: Partial<Extract<Outcome, { kind: 'event' }>>): Prepared => {
    const input = clean(raw);
    const id = input.id ?? ring.hash('event-id', stableJson(input));
    const event = { ...input, id };
    const key = eventKey(event.channel, event.source, id);
    const { identifiers, refused } = normaliser.event(event.identifiers ?? [], event.type);
    const orders = orderIdentifiers(ring, event);
    const hash = ring.hash('event', key);
    return {
      event,
      body: JSON.stringify(event),
      key,
      hash,
      content: ring.hash('content', more.content ?? stableJson(event)),
      time: parseTime(event.time),
      received,
      identifiers: [...identifiers, ...orders.filter(({ node }) => !identifiers.some((one) => one.node === node))],
      refused,
      orders: orders.map(({ node }) => node),
      refund: event.order?.original_id ? ring.hash('refund', event.channel, event.source, event.order.id) : hash,
      queryable: more.queryable ? [...more.queryable] : null,
      retold: more.retold ?? null,
    };
  };
  return {
    again: (event, received, queryable) => prepare(event, received, queryable ? { queryable } : {}),
    steps: (entry) => {
      if (entry.kind === 'event') {
        const parsed = eventInput.safeParse(entry.event);
        if (!parsed.success)
          return [{ kind: 'drop', fate: 'dead-letter', reason: 'event_malformed', detail: malformed(parsed.error) }];
        return [{ kind: 'event', prepared: prepare(parsed.data, entry.received, {}) }];
      }
      // A verdict of the door holds when it first comes; a replay judges again, and asks again what was given up.
      if (entry.dead && entry.replay === undefined) return [{ kind: 'drop', ...entry.dead }];
      if (isAskItem(entry.item)) return askAgain(entry.item);
      if (isAnswered(entry.item)) return [];
      return mapItem(channels, entry, (event, outcome) => prepare(event, entry.received, outcome));
    },
  };
}

function askAgain(item: Item): Step[] {
  try {
    return [{ kind: 'ask', ask: askOf(item) }];
  } catch {
    return [{ kind: 'drop', fate: 'dead-letter', reason: 'unreadable', detail: 'no ask' }];
  }
}

function mapItem(
  channels: ReadonlyMap<string, Channel>,
  entry: Extract<Entry, { kind: 'item' }>,
  prepare: (event: EventInput, outcome: Extract<Outcome, { kind: 'event' }>) => Prepared,
): Step[] {
  const { channel, source, received, dead } = entry;
  const item = itemToMap(entry);
  if (item === null) return dead ? [{ kind: 'drop', ...dead }] : [];
  try {
    const judged = channels.get(channel)?.judge(item, { received, channel, source });
    const { outcomes = [], unknown = [] } = judged ?? {};
    const steps = outcomes.map((outcome): Step => {
      if (outcome.kind !== 'event') return outcome;
      const parsed = eventInput.safeParse(outcome.event);
      if (parsed.success) return { kind: 'event', prepared: prepare(parsed.data, outcome) };
      return { kind: 'drop', fate: 'dead-letter', reason: 'event_malformed', detail: malformed(parsed.error) };
    });
    // The first verdict says best why an item still is of no use.
    const drops = steps.some(({ kind }) => kind === 'drop') || steps.length === 0;
    if (dead && drops && !steps.some(({ kind }) => kind === 'event')) return [{ kind: 'drop', ...dead }];
    if (steps.length === 0)
      steps.push({ kind: 'drop', fate: 'ignored', reason: 'type_not_used', detail: 'no event in it' });
    // Those of a replay were counted when it first came.
    return unknown.length > 0 && entry.replay === undefined ? [...steps, { kind: 'fields', unknown }] : steps;
  } catch (error) {
    // What could not be read at the door still cannot.
    if (dead) return [{ kind: 'drop', ...dead }];
    if (error instanceof Unreadable)
      return [{ kind: 'drop', fate: 'dead-letter', reason: error.reason, detail: error.message }];
    // What was thrown may quote the payload, so it is not told; the raw item is kept and can be tried by hand.
    return [
      { kind: 'drop', fate: 'dead-letter', reason: 'connector_failed', detail: 'the connector could not map it' },
    ];
  }
}

/** Which field does not fit, never what stands in it. */
export function malformed(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join('.') || 'event'}: ${issue?.message ?? 'does not fit'}`;
}

/** The attaching identifiers that an order makes: the order it speaks of, and a refund's own number. */
function orderIdentifiers(ring: Ring, event: CanonicalEvent): Identifier[] {
  if (!event.order) return [];
  const scope = `${event.channel}:${event.source}`;
  const { id, original_id: original } = event.order;
  const ids = event.type === 'order_refunded' && original ? [original, id] : original ? [id, original] : [id];
  return [...new Set(ids)].map((value) => ({
    kind: 'order',
    scope,
    value,
    verified: false,
    role: 'attaching',
    node: ring.hash('order', scope, value),
    strength: STRENGTH.typed,
  }));
}

const ESCAPED = /\\u(0000|d[89ab])/i;

/** NUL and lone surrogates become U+FFFD; the event is walked only where its JSON shows there are any. */
function clean<T>(event: T): T {
  const text = JSON.stringify(event);
  if (!ESCAPED.test(text)) return event;
  const fixed: T = JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '\ufffd').toWellFormed() : value,
  );
  return fixed;
}

/** JSON with sorted keys: the same for the same content, in whatever order its fields came. */
export function stableJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined && field !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${stableJson(field)}`).join(',')}}`;
}
