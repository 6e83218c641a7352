import type { Channel, Item, Outcome } from '../../../ingest/channel.ts';
import { eventInput } from '../../../schemas/event.ts';
import { REASONS } from '../../../schemas/fate.ts';
import { kindRule } from '../../../schemas/identifier.ts';

/** What is wrong with what a channel makes of an item: nothing may be, whatever the item holds. */
export const NOW = Date.parse('2026-03-02T12:00:00+08:00');
const QUERYABLE = /^[a-z][a-z0-9_]*$/;

export const mapped = (channel: Channel, item: Item): Outcome[] =>
  channel.map(item, { received: NOW, channel: channel.name, source: 'main' });

function wrongIn(outcome: Outcome): string[] {
  if (outcome.kind === 'ask') {
    const texts = Object.values(outcome.ask.params).every((value) => typeof value === 'string');
    return texts ? [] : ['an ask with params that are no texts'];
  }
  if (outcome.kind === 'drop') {
    const reasons: readonly string[] = REASONS[outcome.fate];
    return reasons.includes(outcome.reason) ? [] : [`${outcome.fate} for ${outcome.reason}`];
  }
  const { event, queryable } = outcome;
  return [
    // An event that does not fit is a dead letter `event_malformed` with the path of what is wrong; its id is ours.
    ...(typeof event.id === 'string' && event.id !== '' ? [] : ['an event without an id']),
    ...(event.identifiers ?? []).flatMap(({ kind }) => (kindRule(kind) ? [] : [`kind ${kind}`])),
    ...queryable
      .filter((name, at) => !QUERYABLE.test(name) || queryable.indexOf(name) !== at)
      .map((name) => `query ${name}`),
  ];
}

/** Where the events of an item do not fit the schema. */
export const misfits = (channel: Channel, item: Item): string[] =>
  mapped(channel, item).flatMap((outcome) => {
    const fit = outcome.kind === 'event' ? eventInput.safeParse(outcome.event) : null;
    return fit?.error ? [`${fit.error.issues[0]?.path.join('.')}: ${fit.error.issues[0]?.message}`] : [];
  });

export function judge(channel: Channel, item: Item): string[] {
  try {
    channel.unknownFields(item);
    return mapped(channel, item).flatMap(wrongIn);
  } catch (error) {
    return [`threw ${error instanceof Error ? error.stack?.split('\n').slice(0, 3).join(' ') : error}`];
  }
}
