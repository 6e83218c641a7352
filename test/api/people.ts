import type { ChangeView, EventResult, TimelineEvent } from '../../api/port.ts';
import type { CustomerView, IdentifierView } from '../../schemas/customer.ts';
import { Problem } from '../../schemas/errors.ts';
import { type CanonicalEvent, eventInput } from '../../schemas/event.ts';
import type { IdentifierRef } from '../../schemas/identifier.ts';

/** A small world of customers in memory: one for each mobile or card, merged and split by hand alone. */
export type People = {
  now: () => number;
  events: Map<string, { event: TimelineEvent; owner: string | null }>;
  owners: Map<string, string>;
  aliases: Map<string, string>;
  merges: Map<string, Merge>;
  changes: ChangeView[];
  waiting: Set<() => void>;
};
type Merge = { into: string; from: string; nodes: string[]; keys: string[]; undone: boolean };

export const makePeople = (now: () => number): People => ({
  now,
  events: new Map(),
  owners: new Map(),
  aliases: new Map(),
  merges: new Map(),
  changes: [],
  waiting: new Set(),
});

const iso = (ms: number): string => new Date(ms).toISOString();
const nodeOf = (ref: IdentifierRef): string => `${ref.kind}|${ref.scope ?? ''}|${ref.value}`;
export const keyOf = (channel: string, source: string, id: string): string => `${channel}|${source}|${id}`;
export const resolve = (people: People, id: string): string => people.aliases.get(id) ?? id;

/** A spelling to its one form, as far as the tests need it: blanks away, E.164 for the numbers of China. */
function normal(ref: IdentifierRef): IdentifierRef {
  if (ref.kind !== 'mobile') return { ...ref, scope: ref.scope ?? null };
  const digits = ref.value.replace(/[\s+-]/g, '').replace(/^86(?=1\d{10}$)/, '');
  if (!/^1[3-9]\d{9}$/.test(digits)) {
    throw new Problem('identifier_malformed', 'the value is no mobile number', { reason: 'mobile_invalid' });
  }
  return { kind: 'mobile', scope: null, value: `+86${digits}` };
}

export const find = (people: People, ref: IdentifierRef): string | null =>
  people.owners.get(nodeOf(normal(ref))) ?? null;

function tell(people: People, what: ChangeView['what'], id: string, other?: string): void {
  const { changes, waiting, now } = people;
  changes.push({ seq: String(changes.length + 1), time: iso(now()), what, id, ...(other && { other }) });
  for (const wake of waiting) wake();
}

function ownerOf(people: People, event: CanonicalEvent): string | null {
  const { owners } = people;
  const nodes = (event.identifiers ?? []).map((identifier) => nodeOf(normal(identifier)));
  if (nodes.length === 0) return null;
  const known = nodes.map((node) => owners.get(node)).find((id) => id !== undefined);
  const id = known ?? `c${owners.size + 1}`;
  for (const node of nodes) if (!owners.has(node)) owners.set(node, id);
  tell(people, known ? 'updated' : 'created', id);
  return id;
}

export function accept(people: People, item: unknown): EventResult {
  const { events, now } = people;
  const parsed = eventInput.safeParse(item);
  if (!parsed.success) return { id: null, fate: 'dead-letter', reason: 'event_malformed', detail: 'does not fit' };
  const event = { ...parsed.data, id: parsed.data.id ?? `h${events.size}` };
  const key = keyOf(event.channel, event.source, event.id);
  const seen = events.get(key);
  if (seen) return { id: event.id, fate: 'duplicate', reason: 'seen_before', customer_id: seen.owner };
  const identifiers = event.identifiers?.map((identifier) => ({ ...identifier, ...normal(identifier) }));
  const owner = ownerOf(people, event);
  events.set(key, { event: { ...event, identifiers, fate: 'accepted', received: iso(now()) }, owner });
  return { id: event.id, fate: 'accepted', ...(owner === null && { reason: 'anonymous' }), customer_id: owner };
}

export const eventsOf = (people: People, id: string): TimelineEvent[] =>
  [...people.events.values()].filter((entry) => entry.owner === id).map((entry) => entry.event);

type Seen = { first_seen: string; last_seen: string };

function identifiersOf(events: readonly TimelineEvent[], seen: Seen): IdentifierView[] {
  const found = new Map<string, IdentifierView>();
  for (const { channel, source, identifiers } of events) {
    for (const { kind, scope = null, value, verified } of identifiers ?? []) {
      const ref = { kind, scope, value };
      const rest = { verified: verified ?? false, state: 'active', ...seen, sources: [{ channel, source }] } as const;
      found.set(nodeOf(ref), { ...ref, ...rest, sources: [...rest.sources] });
    }
  }
  return [...found.values()];
}

function traitsOf(events: readonly TimelineEvent[]): CustomerView['traits'] {
  const traits: CustomerView['traits'] = {};
  for (const { channel, source, id, time, traits: claims } of events) {
    for (const [name, value] of Object.entries(claims ?? {})) {
      if (typeof value !== 'string' && typeof value !== 'number') continue;
      traits[name] = { value, channel, source, event: id, time, rule: 'latest', others: [] };
    }
  }
  return traits;
}

/** The customer behind an id or an alias of theirs. */
export function viewOf(people: People, name: string): CustomerView | null {
  const id = resolve(people, name);
  const own = eventsOf(people, id);
  const [first] = own;
  if (!first) return null;
  const times = own.map((event) => event.time).sort();
  const seen = { first_seen: times[0] ?? '', last_seen: times.at(-1) ?? '' };
  const orders = own.filter((event) => event.order).length;
  return {
    id,
    aliases: [...people.aliases].filter(([, to]) => to === id).map(([from]) => from),
    type: 'person',
    created: first.received,
    updated: first.received,
    ...seen,
    identifiers: identifiersOf(own, seen),
    traits: traitsOf(own),
    metrics: { events: own.length, orders, refunds: 0, spend: {}, first_order: null, last_order: null, channels: {} },
    consents: [],
    conflicts: [],
  };
}

function move(people: People, nodes: string[], keys: string[], to: string): void {
  for (const node of nodes) people.owners.set(node, to);
  for (const key of keys) {
    const entry = people.events.get(key);
    if (entry) entry.owner = to;
  }
}

export function merge(people: People, a: string, b: string) {
  const [into, from] = [resolve(people, a), resolve(people, b)];
  if (!viewOf(people, into) || !viewOf(people, from)) throw new Problem('customer_unknown', 'no such customer');
  if (into === from) return { id: into, merge: null, merged: [] };
  const nodes = [...people.owners].filter(([, id]) => id === from).map(([node]) => node);
  const keys = [...people.events].filter(([, entry]) => entry.owner === from).map(([key]) => key);
  move(people, nodes, keys, into);
  people.aliases.set(from, into);
  const id = `m${people.merges.size + 1}`;
  people.merges.set(id, { into, from, nodes, keys, undone: false });
  tell(people, 'merged', into, from);
  return { id: into, merge: id, merged: [from] };
}

export function unmerge(people: People, id: string): { customers: string[] } {
  const done = people.merges.get(id);
  if (!done) throw new Problem('merge_unknown', 'no such merge');
  if (done.undone) throw new Problem('merge_undone', 'it was undone before');
  done.undone = true;
  move(people, done.nodes, done.keys, done.from);
  people.aliases.delete(done.from);
  tell(people, 'split', done.into, done.from);
  return { customers: [done.into, done.from] };
}

function change(people: People, waitMs: number): Promise<void> {
  return new Promise((resolved) => {
    const done = (): void => {
      clearTimeout(timer);
      people.waiting.delete(done);
      resolved();
    };
    const timer = setTimeout(done, waitMs).unref();
    people.waiting.add(done);
  });
}

export async function changesAfter(people: People, after: string | null, limit: number, waitMs: number) {
  const from = after === null ? 0 : Number(after);
  if (!Number.isInteger(from)) throw new Problem('cursor_invalid', 'not a seq of ours');
  if (people.changes.length <= from && waitMs > 0) await change(people, waitMs);
  const items = people.changes.slice(from, from + limit);
  return { items, next: items.at(-1)?.seq ?? String(from) };
}
