import type { AnchorRow, Claims, CustomerRow, Fragment, NodeRow, ThingRow } from '../identity/port.ts';
import type { CustomerView, IdentifierState, IdentifierView, SourceRef } from '../schemas/customer.ts';
import { STRENGTH } from '../schemas/identifier.ts';
import { formatAmount } from '../schemas/money.ts';
import type { Ring } from '../schemas/ring.ts';
import { isoTime, type SourceRank, surviveConsents, surviveTraits } from './survive.ts';

/** All rows that one customer's view is made of. */
export type CustomerRows = {
  id: string;
  customer: CustomerRow;
  /** Owned anchors, attached ones too, with the spans the customer owns. */
  anchors: { row: AnchorRow; from: number }[];
  nodes: ReadonlyMap<string, NodeRow>;
  things: ReadonlyMap<string, ThingRow>;
  /** The rules in force. */
  policy: { sourceRank: SourceRank };
};

/** The claims of the spans a customer owns. */
export function ownedClaims(rows: CustomerRows): Claims[] {
  return rows.anchors.flatMap(({ row, from }) => row.claims[row.spans.findIndex((span) => span.from === from)] ?? []);
}

/** The single customer view, whole and unmasked. */
export function customerView(rows: CustomerRows, ring: Ring): CustomerView {
  const { id, customer } = rows;
  const claims = ownedClaims(rows);
  return {
    id,
    aliases: customer.aliases,
    type: 'person',
    created: isoTime(customer.created),
    // Events that came before their customer had this id are in the totals alone.
    updated: isoTime(Math.max(customer.updated, customer.totals.updated)),
    first_seen: isoTime(customer.totals.first),
    last_seen: isoTime(customer.totals.last),
    identifiers: identifiersOf(rows, ring),
    traits: surviveTraits(claims, rows.policy.sourceRank),
    metrics: metricsOf(customer.totals),
    consents: surviveConsents(claims),
    conflicts: customer.conflicts,
  };
}

function metricsOf(totals: Fragment): CustomerView['metrics'] {
  const spend = Object.entries(totals.spend).sort(([a], [b]) => (a < b ? -1 : 1));
  const channels = Object.entries(totals.channels).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    events: totals.events,
    orders: totals.orders,
    refunds: totals.refunds,
    spend: Object.fromEntries(spend.map(([currency, [units]]) => [currency, formatAmount(BigInt(units), currency)])),
    first_order: totals.first_order === null ? null : isoTime(totals.first_order),
    last_order: totals.last_order === null ? null : isoTime(totals.last_order),
    channels: Object.fromEntries(
      channels.map(([channel, [events, orders, last]]) => [channel, { events, orders, last_seen: isoTime(last) }]),
    ),
  };
}

type Seen = {
  kind: string;
  scope: string;
  node: string;
  joins: boolean;
  verified: boolean;
  first: number;
  last: number;
  sources: SourceRef[];
};

export function seenIdentifiers(rows: CustomerRows): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  const see = (one: Seen): void => {
    const known = seen.get(one.node);
    if (!known) {
      seen.set(one.node, one);
      return;
    }
    known.joins ||= one.joins;
    known.verified ||= one.verified;
    known.first = Math.min(known.first, one.first);
    known.last = Math.max(known.last, one.last);
    for (const source of one.sources) {
      if (!known.sources.some((s) => s.channel === source.channel && s.source === source.source))
        known.sources.push(source);
    }
  };
  for (const { row, from } of rows.anchors) {
    const told = row.claims[row.spans.findIndex((span) => span.from === from)]?.sources ?? [];
    const { first, last } = usedWithin(row, from);
    for (const { node, kind, scope, strength } of row.evidence.nodes) {
      if (!row.attached)
        see({
          node,
          kind,
          scope,
          joins: true,
          verified: strength === STRENGTH.verified,
          first,
          last,
          sources: told.map(sourceOf),
        });
    }
    for (const { sources, ...extra } of row.extras) {
      if (SHOWN.has(extra.kind)) see({ ...extra, joins: false, verified: false, sources: sources.map(sourceOf) });
    }
  }
  return seen;
}

const sourceOf = ([channel, source]: [string, string]): SourceRef => ({ channel, source });

/** Attaching kinds stand in links; of them only an e-mail and a landline are shown, and evidence that can be no key. */
const SHOWN = new Set(['email', 'landline', 'masked_mobile', 'virtual_mobile']);

function usedWithin(row: AnchorRow, from: number): { first: number; last: number } {
  const at = row.spans.findIndex((span) => span.from === from);
  const fragment = row.fragments[at];
  return fragment && fragment.events > 0 ? fragment : { first: row.evidence.early.time, last: row.evidence.early.time };
}

function identifiersOf(rows: CustomerRows, ring: Ring): IdentifierView[] {
  const states = new Map(rows.customer.nodes);
  const views: IdentifierView[] = [];
  for (const one of seenIdentifiers(rows).values()) {
    const value = one.joins ? openNode(rows, ring, one.node) : openThing(rows, ring, one.node);
    if (value === null) continue;
    const suspended = rows.nodes.get(one.node)?.suspended ?? null;
    const evidence = one.kind === 'masked_mobile' || one.kind === 'virtual_mobile';
    const state: IdentifierState = evidence ? 'evidence' : (suspended ?? states.get(one.node) ?? 'active');
    views.push({
      kind: one.kind,
      scope: one.scope === '' ? null : one.scope,
      value,
      verified: one.verified,
      state,
      first_seen: isoTime(one.first),
      last_seen: isoTime(one.last),
      sources: one.sources.sort((a, b) => order(a.channel, b.channel) || order(a.source, b.source)),
    });
  }
  return views.sort((a, b) => order(a.kind, b.kind) || order(a.scope ?? '', b.scope ?? '') || order(a.value, b.value));
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function openNode(rows: CustomerRows, ring: Ring, node: string): string | null {
  const row = rows.nodes.get(node);
  return row ? ring.openText(row.value) : null;
}

function openThing(rows: CustomerRows, ring: Ring, node: string): string | null {
  const row = rows.things.get(node);
  return row ? thingValue(row, ring) : null;
}

/** The clear value of an attaching identifier. */
export function thingValue(row: ThingRow, ring: Ring): string {
  return row.value.startsWith('~') ? ring.openText(row.value.slice(1)) : row.value;
}
