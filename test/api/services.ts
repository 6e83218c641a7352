import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ConflictView, HistoryView } from '../../api/identity/port.ts';
import type {
  DeadLetterView,
  ImportView,
  KeyView,
  RawRequest,
  Services,
  SourceView,
  TimelineEvent,
} from '../../api/port.ts';
import { Problem } from '../../schemas/errors.ts';
import { parseTime } from '../../schemas/event.ts';
import { IDENTITY } from './identity.ts';
import { makeJobs } from './jobs.ts';
import { pageOf } from './page.ts';
import {
  accept,
  changesAfter,
  eventsOf,
  find,
  keyOf,
  makePeople,
  merge,
  type People,
  unmerge,
  viewOf,
} from './people.ts';
import { makeSuggestions } from './suggestions.ts';

/** Services as the routes expect them, in memory. They behave: what is written is read, what is unknown is refused. */
export type World = { services: Services; admin: string; down: string[]; doors: RawRequest[]; clock: { ms: number } };
export const SECRET = 'door secret';

function makeKeys(admin: string, now: () => number): Services['keys'] {
  const keys = new Map<string, { hash: string; view: KeyView }>();
  const hash = (key: string): string => createHash('sha256').update(key).digest('hex');
  return {
    async create(name, scopes) {
      const [id, key] = [randomUUID(), randomUUID()];
      keys.set(id, {
        hash: hash(key),
        view: { id, name, scopes: [...scopes], created: new Date(now()).toISOString() },
      });
      return { id, key };
    },
    list: async () => [...keys.values()].map(({ view }) => view),
    remove: async (id) => keys.delete(id),
    authenticate(key) {
      if (key === admin) return { id: 'admin', scopes: [], admin: true };
      const found = [...keys.values()].find((entry) => entry.hash === hash(key));
      return found ? { id: found.view.id, scopes: found.view.scopes, admin: false } : null;
    },
  };
}

/** Counts lines; the rows that hold no comma are refused. */
function makeImports(): Services['imports'] {
  const done = new Map<string, { view: ImportView; rejects: string[] }>();
  return {
    async run(channel, source, { kind, name }, body) {
      if (channel !== 'pos') throw new Problem('source_unknown', 'no such channel');
      let rest = '';
      let rows = 0;
      const rejects: string[] = [];
      const row = (line: string): void => {
        rows += 1;
        if (!line.includes(',')) rejects.push(JSON.stringify({ line: rows, reason: 'row_malformed', detail: source }));
      };
      for await (const chunk of body) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) row(line);
      }
      const id = `i${done.size + 1}`;
      const fates = { accepted: rows - rejects.length, 'dead-letter': rejects.length };
      const more = { kind, encoding: 'utf-8', rows, fates, reasons: { row_malformed: rejects.length } };
      const told = { channel, source, name, created: '2026-03-01T02:00:00.000Z', bytes: 1, read: 1 };
      const view: ImportView = { id, state: 'done', ...more, rejects: `/v1/imports/${id}/rejects`, ...told };
      done.set(id, { view, rejects });
      return view;
    },
    get: async (id) => done.get(id)?.view ?? null,
    list: async (page) => pageOf([...done.values()].map(({ view }) => view).reverse(), page),
    async rejects(id) {
      const found = done.get(id);
      return found ? Readable.from(found.rejects.map((line) => `${line}\n`)) : null;
    },
  };
}

function makeSources(): Services['sources'] {
  const sources = new Map<string, SourceView>();
  const masked = (view: SourceView): SourceView => ({ ...view, settings: { ...view.settings, token: '***' } });
  return {
    list: async () => [...sources.values()].map(masked),
    async put(channel, source, { title = null, settings }) {
      if (channel !== 'wechat-mp') throw new Problem('source_unknown', 'no such channel');
      const view = { channel, source, title, settings };
      sources.set(`${channel}/${source}`, view);
      return masked(view);
    },
  };
}

const EVIDENCE: HistoryView = {
  time: '2026-03-01T02:00:00.000Z',
  what: 'created',
  from: [],
  to: [],
  rule: 'first_event',
  actor: 'rules',
  evidence: [],
};

const LETTERS: DeadLetterView[] = [
  '{"phone":"13900001234","n":1}',
  '<a b="1"><name>陈思远</name></a>',
  '陈思远,13900001234',
].map((payload, at) => ({
  id: `d${at}`,
  channel: 'pos',
  source: 'beijing',
  received: '2026-03-01T02:00:00.000Z',
  fate: 'dead-letter',
  reason: at === 2 ? 'row_malformed' : 'unreadable',
  detail: 'row 3: column 手机号 is missing',
  payload,
  encoding: 'text',
}));

function makeCustomers(people: People): Services['customers'] {
  return {
    get: async (id) => viewOf(people, id),
    find: async (ref) => find(people, ref),
    async timeline(id, page) {
      const view = viewOf(people, id);
      const newest = (a: TimelineEvent, b: TimelineEvent): number => parseTime(b.time) - parseTime(a.time);
      return view && pageOf(eventsOf(people, view.id).sort(newest), page);
    },
    async links(id) {
      const view = viewOf(people, id);
      if (!view) return null;
      const source = { channel: 'pos', source: 'beijing' };
      const events = Object.values(view.traits).map((trait) => trait.event);
      const seen = { first_seen: view.first_seen, last_seen: view.last_seen };
      const rest = { rule: 'same_event', strength: 'typed', source, ...seen, count: 1, events };
      const items = view.identifiers.map(({ kind, scope, value, state }) => {
        const evidence = view.identifiers
          .filter((other) => other.value !== value)
          .map((other) => ({ with: { kind: other.kind, scope: other.scope, value: other.value }, ...rest }));
        return { kind, scope, value, state, evidence };
      });
      return { items };
    },
    async history(id) {
      const view = viewOf(people, id);
      const evidence = Object.values(view?.traits ?? {}).map((trait) => trait.event);
      return view && { items: [{ ...EVIDENCE, to: [view.id], evidence }] };
    },
    async explain(id, other) {
      const view = viewOf(people, id);
      const otherId = typeof other === 'string' ? viewOf(people, other)?.id : find(people, other);
      if (!view || !otherId) return null;
      const path = view.identifiers.map(({ kind, scope, value }) => ({ kind, scope, value }));
      const told = path.map(({ value }) => value).join(' 与 ');
      return { same: view.id === otherId, because: [{ rule: 'same_event', text: told, evidence: [] }], path };
    },
    merge: async (id, other) => merge(people, id, other),
    splitMerge: async (_customer, id) => unmerge(people, id),
    async splitNodes(id, nodes) {
      const view = viewOf(people, id);
      if (!view) throw new Problem('customer_unknown', 'no such customer');
      const owned = nodes.filter((node) => find(people, node) === view.id);
      return { customers: owned.length > 0 ? [view.id, `${view.id}-2`] : [view.id] };
    },
  };
}

function makeConflicts(people: People): Services['conflicts'] {
  const nodes = [{ kind: 'mobile', scope: null, value: '+8613900001234' }];
  const conflict: ConflictView = {
    id: 'f1',
    state: 'open',
    rule: 'one_per_customer',
    customers: [],
    nodes,
    evidence: [{ event: 'E13900001234', channel: 'pos', source: 'beijing', time: '2026-03-01T02:00:00.000Z' }],
    opened: '2026-03-01T02:00:00.000Z',
  };
  const told = (): ConflictView => ({ ...conflict, customers: idsOf(people) });
  return {
    list: async (state, page) => pageOf(state === null || state === conflict.state ? [told()] : [], page),
    async decide(id, decision) {
      if (id !== conflict.id) throw new Problem('conflict_unknown', 'no such conflict');
      conflict.state = ({ merge: 'merged', keep_apart: 'kept_apart', later: 'later' } as const)[decision];
      return told();
    },
  };
}

const idsOf = (people: People): string[] => [...new Set(people.owners.values())];

function makeSets(people: People): Services['sets'] {
  const trait = (id: string, field: string): unknown => viewOf(people, id)?.traits[field.replace('traits.', '')]?.value;
  const fits = (id: string, text: string): boolean =>
    Object.values(viewOf(people, id)?.traits ?? {}).some(({ value }) => String(value).includes(text));
  return {
    async query(body, pii) {
      const asked = typeof body === 'object' && body !== null && 'fields' in body ? body.fields : [];
      const fields = Array.isArray(asked) ? asked.map(String) : [];
      const hidden = fields.find((field) => field === 'traits.name');
      if (hidden && !pii) throw new Problem('scope_missing', `${hidden} needs pii:read`, { scope: 'pii:read' });
      const items = idsOf(people).map((id) => ({
        id,
        ...Object.fromEntries(fields.map((field) => [field, trait(id, field)])),
      }));
      return { items, next: null, total: items.length };
    },
    aggregate: async () => ({ rows: [{ count: idsOf(people).length }] }),
    search: async ({ text, limit }) =>
      idsOf(people)
        .filter((id) => fits(id, text))
        .slice(0, limit),
  };
}

function makeEvents(people: People): Services['events'] {
  return {
    accept: async (items, wait) => ({ done: wait !== 'queryable', results: items.map((item) => accept(people, item)) }),
    lookup: async (keys) =>
      keys.map(({ channel, source, id }) => {
        const found = people.events.get(keyOf(channel, source, id));
        return { id, fate: found ? 'accepted' : 'unknown', customer_id: found?.owner ?? null };
      }),
  };
}

const deadletters: Services['deadletters'] = {
  async list({ reason }, page) {
    return pageOf(
      LETTERS.filter((letter) => !reason || letter.reason === reason),
      page,
    );
  },
  async get(id) {
    const letter = LETTERS.find((one) => one.id === id);
    const now = { fate: 'accepted' as const, reason: null, detail: null, type: 'order_paid', id: 'E1' };
    return letter ? { ...letter, meta: { topic: '陈思远' }, now: [now] } : null;
  },
  replay: async (which) => ({ 'dead-letter': 'ids' in which ? which.ids.length : LETTERS.length }),
};

export function makeWorld(): World {
  const clock = { ms: Date.parse('2026-03-01T02:00:00Z') };
  const now = (): number => clock.ms;
  const admin = randomUUID();
  const down: string[] = [];
  const doors: RawRequest[] = [];
  const people = makePeople(now);
  const services: Services = {
    now,
    async door(channel, source, request) {
      if (source !== 'main') throw new Problem('source_unknown', `${channel} has no such source`);
      if (request.query.signature !== SECRET) throw new Problem('signature_wrong', 'the signature is wrong');
      doors.push(request);
      return { status: 200, contentType: 'text/plain', body: request.query.echostr ?? 'success' };
    },
    events: makeEvents(people),
    imports: makeImports(),
    sources: makeSources(),
    customers: makeCustomers(people),
    conflicts: makeConflicts(people),
    sets: makeSets(people),
    suggestions: makeSuggestions(),
    ...IDENTITY,
    fields: async (_, source) => (source === 'main' ? { items: [], changed: [] } : null),
    fates: async () => ({ items: [], pending: 0 }),
    deadletters,
    changes: (after, limit, waitMs) => changesAfter(people, after, limit, waitMs),
    keys: makeKeys(admin, now),
    ...makeJobs(),
    down: () => down,
    metrics: async () => '# TYPE up gauge\nup 1\n',
  };
  return { services, admin, down, doors, clock };
}
