import type { ChangeView, EventResult, TimelineEvent } from '../../api/port.ts';
import type { CustomerView, IdentifierView } from '../../schemas/customer.ts';
import { Problem } from '../../schemas/errors.ts';
import { type CanonicalEvent, eventInput, parseTime } from '../../schemas/event.ts';
import type { IdentifierRef } from '../../schemas/identifier.ts';

/** A small world of customers in memory: one customer for each mobile or card, merged and split by hand alone. */
export type People = ReturnType<typeof makePeople>;

const iso = (ms: number): string => new Date(ms).toISOString();
const text = (ref: IdentifierRef): string => `${ref.kind}|${ref.scope ?? ''}|${ref.value}`;

/** A spelling to its one form, as far as the tests need it: blanks away, E.164 for the numbers of China. */
function normal(ref: IdentifierRef): IdentifierRef {
  if (ref.kind !== 'mobile') return { ...ref, scope: ref.scope ?? null };
  const digits = ref.value.replace(/[\s+-]/g, '').replace(/^86(?=1\d{10}$)/, '');
  if (!/^1[3-9]\d{9}$/.test(digits)) {
    throw new Problem('identifier_malformed', 'the value is no mobile number', { reason: 'mobile_invalid' });
  }
  return { kind: 'mobile', scope: null, value: `+86${digits}` };
}

export function makePeople(now: () => number) {
  const events = new Map<string, { event: TimelineEvent; owner: string | null }>();
  const owners = new Map<string, string>();
  const aliases = new Map<string, string>();
  const merges = new Map<string, { into: string; from: string; nodes: string[]; keys: string[]; undone: boolean }>();
  const changes: ChangeView[] = [];
  const waiting = new Set<() => void>();

  const tell = (what: ChangeView['what'], id: string, other?: string): void => {
    changes.push({ seq: String(changes.length + 1), time: iso(now()), what, id, ...(other && { other }) });
    for (const wake of waiting) wake();
  };
  const resolve = (id: string): string => aliases.get(id) ?? id;
  const eventsOf = (id: string): TimelineEvent[] =>
    [...events.values()].filter((e) => e.owner === id).map((e) => e.event);

  function ownerOf(event: CanonicalEvent): string | null {
    const nodes = (event.identifiers ?? []).map((identifier) => text(normal(identifier)));
    if (nodes.length === 0) return null;
    const known = nodes.map((node) => owners.get(node)).find((id) => id !== undefined);
    const id = known ?? `c${owners.size + 1}`;
    for (const node of nodes) if (!owners.has(node)) owners.set(node, id);
    tell(known ? 'updated' : 'created', id);
    return id;
  }

  function accept(item: unknown): EventResult {
    const read = eventInput.safeParse(item);
    if (!read.success) return { id: null, fate: 'dead-letter', reason: 'event_malformed', detail: 'does not fit' };
    const event = { ...read.data, id: read.data.id ?? `h${events.size}` };
    const key = `${event.channel}|${event.source}|${event.id}`;
    const seen = events.get(key);
    if (seen) return { id: event.id, fate: 'duplicate', reason: 'seen_before', customer_id: seen.owner };
    const identifiers = event.identifiers?.map((i) => ({ ...i, ...normal(i) }));
    const owner = ownerOf(event);
    events.set(key, { event: { ...event, identifiers, fate: 'accepted', received: iso(now()) }, owner });
    return { id: event.id, fate: 'accepted', ...(owner === null && { reason: 'anonymous' }), customer_id: owner };
  }

  function view(id: string): CustomerView | null {
    const own = eventsOf(id);
    const [first] = own;
    if (!first) return null;
    const times = own.map((event) => event.time).sort();
    const seen = { first_seen: times[0] ?? '', last_seen: times.at(-1) ?? '' };
    const identifiers = new Map<string, IdentifierView>();
    const traits: CustomerView['traits'] = {};
    const { channel, source } = first;
    for (const event of own) {
      for (const { kind, scope = null, value, verified } of event.identifiers ?? []) {
        const state = 'active';
        const sources = [{ channel, source }];
        identifiers.set(text({ kind, scope, value }), {
          kind,
          scope,
          value,
          verified: verified ?? false,
          state,
          ...seen,
          sources,
        });
      }
      for (const [name, value] of Object.entries(event.traits ?? {})) {
        if (typeof value !== 'string' && typeof value !== 'number') continue;
        traits[name] = { value, channel, source, event: event.id, time: event.time, rule: 'latest', others: [] };
      }
    }
    const orders = own.filter((event) => event.order).length;
    const metrics = {
      events: own.length,
      orders,
      refunds: 0,
      spend: {},
      first_order: null,
      last_order: null,
      channels: {},
    };
    return {
      id,
      aliases: [...aliases].filter(([, to]) => to === id).map(([from]) => from),
      type: 'person',
      created: first.received,
      updated: first.received,
      ...seen,
      identifiers: [...identifiers.values()],
      traits,
      metrics,
      consents: [],
      conflicts: [],
    };
  }

  function merge(a: string, b: string): { id: string; merge: string | null; merged: string[] } {
    const [into, from] = [resolve(a), resolve(b)];
    if (!view(into) || !view(from)) throw new Problem('customer_unknown', 'no such customer');
    if (into === from) return { id: into, merge: null, merged: [] };
    const nodes = [...owners].filter(([, id]) => id === from).map(([node]) => node);
    const keys = [...events].filter(([, e]) => e.owner === from).map(([key]) => key);
    move(nodes, keys, into);
    aliases.set(from, into);
    const id = `m${merges.size + 1}`;
    merges.set(id, { into, from, nodes, keys, undone: false });
    tell('merged', into, from);
    return { id: into, merge: id, merged: [from] };
  }

  function move(nodes: string[], keys: string[], to: string): void {
    for (const node of nodes) owners.set(node, to);
    for (const key of keys) {
      const entry = events.get(key);
      if (entry) entry.owner = to;
    }
  }

  function unmerge(id: string): { customers: string[] } {
    const done = merges.get(id);
    if (!done) throw new Problem('merge_unknown', 'no such merge');
    if (done.undone) throw new Problem('merge_undone', 'it was undone before');
    done.undone = true;
    move(done.nodes, done.keys, done.from);
    aliases.delete(done.from);
    tell('split', done.into, done.from);
    return { customers: [done.into, done.from] };
  }

  async function changesAfter(after: string | null, limit: number, waitMs: number) {
    const from = after === null ? 0 : Number(after);
    if (!Number.isInteger(from)) throw new Problem('cursor_invalid', 'not a seq of ours');
    if (changes.length <= from && waitMs > 0) {
      await new Promise<void>((wake) => {
        const timer = setTimeout(wake, waitMs).unref();
        const done = (): void => {
          clearTimeout(timer);
          waiting.delete(done);
          wake();
        };
        waiting.add(done);
      });
    }
    const items = changes.slice(from, from + limit);
    return { items, next: items.at(-1)?.seq ?? String(from) };
  }

  return {
    accept,
    view: (id: string) => view(resolve(id)),
    find: (ref: IdentifierRef) => owners.get(text(normal(ref))) ?? null,
    lookup: (channel: string, source: string, id: string) => events.get(`${channel}|${source}|${id}`),
    timeline: (id: string) =>
      view(resolve(id)) && eventsOf(resolve(id)).sort((a, b) => parseTime(b.time) - parseTime(a.time)),
    merge,
    unmerge,
    changesAfter,
    ids: () => [...new Set(owners.values())],
  };
}
