import type { z } from 'zod';
import { type CanonicalEvent, type EventInput, eventInput, eventKey, parseTime } from '../schemas/event.ts';

import type { Identifier } from '../schemas/identifier.ts';
import { STRENGTH } from '../schemas/identifier.ts';
import type { Ring } from '../schemas/ring.ts';
import type { Ask, Channel, Outcome } from './channel.ts';
import type { Normaliser } from './identify.ts';
import type { Dead, Entry, Prepared } from './port.ts';

export type Step = { kind: 'event'; prepared: Prepared } | { kind: 'ask'; ask: Ask } | ({ kind: 'drop' } & Dead);

export type Preparer = {
  /** What one log entry becomes: pure, and the same at the door, in the consumer and in a rebuild. */
  steps(entry: Exclude<Entry, { kind: 'decision' }>): Step[];
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
    steps: (entry) => {
      if (entry.kind === 'event') {
        const parsed = eventInput.safeParse(entry.event);
        if (!parsed.success)
          return [{ kind: 'drop', fate: 'dead-letter', reason: 'event_malformed', detail: malformed(parsed.error) }];
        return [{ kind: 'event', prepared: prepare(parsed.data, entry.received, {}) }];
      }
      if (entry.dead) return [{ kind: 'drop', ...entry.dead }];
      return mapItem(channels, entry, (event, outcome) => prepare(event, entry.received, outcome));
    },
  };
}

function mapItem(
  channels: ReadonlyMap<string, Channel>,
  entry: Extract<Entry, { kind: 'item' }>,
  prepare: (event: EventInput, outcome: Extract<Outcome, { kind: 'event' }>) => Prepared,
): Step[] {
  const { channel, source, received } = entry;
  try {
    const outcomes = channels.get(channel)?.map(entry.item, { received, channel, source }) ?? [];
    const steps = outcomes.map((outcome): Step => {
      if (outcome.kind !== 'event') return outcome;
      const parsed = eventInput.safeParse(outcome.event);
      if (parsed.success) return { kind: 'event', prepared: prepare(parsed.data, outcome) };
      return { kind: 'drop', fate: 'dead-letter', reason: 'event_malformed', detail: malformed(parsed.error) };
    });
    return steps.length > 0
      ? steps
      : [{ kind: 'drop', fate: 'ignored', reason: 'type_not_used', detail: 'no event in it' }];
  } catch {
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
