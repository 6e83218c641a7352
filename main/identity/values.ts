import type { ValueView } from '../../api/identity/port.ts';
import type { Page, PageQuery, Services } from '../../api/port.ts';
import { anchorsBearing } from '../../identity/bearing.ts';
import { openNode } from '../../identity/open.ts';
import type { NodeRow } from '../../identity/port.ts';
import { judgeValue } from '../../identity/ruled.ts';
import { openTables } from '../../identity/tables.ts';
import { VALUES } from '../../identity/values.ts';
import { PLACEHOLDER_MOBILES } from '../../ingest/mobile.ts';
import { Problem } from '../../schemas/errors.ts';
import type { Identifier, IdentifierRef } from '../../schemas/identifier.ts';
import type { House } from '../house.ts';
import { recorder } from '../record.ts';

/** Values that join nobody: grown hot by use, blocked by people, or denied for everybody (CONTRACT §6). */
const CHUNK = 200;

type Decision = Parameters<Services['values']['decide']>[1];

export function makeValues(house: House): Services['values'] {
  const record = recorder(house);
  return {
    list: async (state, page) => (state === 'denied' ? denied(page) : suspended(house, state, page)),
    decide: async (ref, decision, { reason, actor }, preview) => {
      const identifier = joining(house, ref);
      const effect = await tryValue(house, identifier, decision, actor);
      if (!preview) {
        const { node, kind, scope, value } = identifier;
        await record((received) => ({
          ...{ what: 'value', id: `v_${house.ring.hash('value', node, received.toString())}` },
          ...{ node, kind, scope: scope ?? '', value, decision, actor, reason },
        }));
      }
      return { ...effect, decision, preview };
    },
  };
}

/** Throws Problem identifier_malformed for what can be no key, or joins nobody anyway. */
function joining(house: House, ref: IdentifierRef): Identifier {
  const read = house.normaliser.ref(ref);
  if ('refused' in read) {
    throw new Problem('identifier_malformed', `${read.refused}: ${read.detail}`, { reason: read.refused });
  }
  const { identifier } = read;
  if (identifier.role === 'joining' || identifier.kind === 'email') return identifier;
  throw new Problem('identifier_malformed', `${identifier.kind} joins nobody, so it need not be blocked`);
}

/** What it would do: done in a unit of work that is never committed. */
async function tryValue(house: House, { node, kind, scope, value }: Identifier, decision: Decision, actor: string) {
  const tables = openTables(house.store, house.ring);
  const at = house.now();
  const cause = { at, actor, rule: 'value', evidence: [] };
  const entry = { ...{ what: 'value' as const, id: '', node, kind, scope: scope ?? '', value }, decision, actor };
  const { tally, samples } = await judgeValue(tables, house.ring, { ...entry, reason: '' }, cause);
  tables.unit.reset();
  return { ...tally, samples };
}

async function suspended(house: House, state: 'hot' | 'blocked' | null, page: PageQuery): Promise<Page<ValueView>> {
  const items: ValueView[] = [];
  for (let after = page.after ?? undefined; ; ) {
    const chunk = await house.store.range(VALUES, { after, limit: CHUNK });
    const wanted = chunk.filter(({ value }) => state === null || value === state);
    const rows = await house.reads.reader.nodes(wanted.map(({ member }) => member));
    for (const [at, { member }] of wanted.entries()) {
      const row = rows[at];
      if (!row?.suspended) continue;
      if (items.length === page.limit) return { items, next: after ?? null };
      items.push(await viewOf(house, member, row));
      after = member;
    }
    const last = chunk.at(-1);
    if (!last || chunk.length < CHUNK) return { items, next: null };
    after = last.member;
  }
}

/** Who stood in an event with it: that is what it would join. */
async function viewOf(house: House, node: string, row: NodeRow): Promise<ValueView> {
  const anchors = await house.reads.reader.anchors(await anchorsBearing(house.store, row, node));
  const partners: Record<string, number> = {};
  const customers = new Set<string>();
  const seen = new Set<string>();
  let events = 0;
  let anonymous = 0;
  for (const anchor of anchors) {
    for (const one of anchor?.evidence.nodes ?? []) {
      if (one.node === node || seen.has(one.node)) continue;
      seen.add(one.node);
      partners[one.kind] = (partners[one.kind] ?? 0) + 1;
    }
    for (const [at, { owner }] of (anchor?.spans ?? []).entries()) {
      const told = anchor?.fragments[at]?.events ?? 0;
      events += told;
      if (owner === null) anonymous += told;
      else customers.add(owner);
    }
  }
  const ref = openNode(house.ring, row) ?? { kind: row.kind, scope: row.scope || null, value: '' };
  const state = row.suspended ?? 'hot';
  return { ...ref, state, joins: { customers: customers.size, events, anonymous_events: anonymous, partners } };
}

/** The fixed list: placeholders that people type where they know no number. */
function denied({ after, limit }: PageQuery): Page<ValueView> {
  const all = [...PLACEHOLDER_MOBILES].sort().filter((value) => after === null || value > after);
  const none = { customers: 0, events: 0, anonymous_events: 0, partners: {} };
  const items = all
    .slice(0, limit)
    .map((value): ValueView => ({ kind: 'mobile', scope: null, value, state: 'denied', joins: none }));
  return { items, next: all.length > limit ? (items.at(-1)?.value ?? null) : null };
}
