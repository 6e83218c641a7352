import type { Span, EventRow as StoredEvent, ThingRow } from '../identity/port.ts';
import { CLEAR_TRAITS, type ConsentView, PRIVATE_TRAITS, type TraitView } from '../schemas/customer.ts';
import { plainAmount } from '../schemas/money.ts';
import { isPrivateText } from '../schemas/private.ts';
import type { Ring } from '../schemas/ring.ts';
import type { Foldable } from './fold.ts';
import { type AnalyticCustomer, type EventRow, MIN_TIME, type OrderRow, type OwnerRow } from './store/port.ts';
import { surviveConsents, surviveFollowing } from './survive.ts';
import type { Tokens } from './tokens.ts';
import { type CustomerRows, ownedClaims, seenIdentifiers } from './view.ts';

/**
 * Rows of the analytic store, made from what the identity store holds. Nothing personal goes in: hashes, codes, sums.
 */
export function customerRow(
  rows: CustomerRows,
  ring: Ring,
  tokens: Tokens,
  traits: Record<string, TraitView>,
): AnalyticCustomer {
  const { customer } = rows;
  const { totals } = customer;
  const claims = ownedClaims(rows);
  const seen = [...seenIdentifiers(rows).values()];
  const channels = Object.entries(totals.channels).map(([channel, [events, orders, last_seen]]) => [
    channel,
    { events, orders, last_seen },
  ]);
  return {
    id: rows.id,
    deleted: customer.anchors.length === 0,
    type: 'person',
    created: customer.created,
    first_seen: totals.first,
    last_seen: totals.last,
    traits: clearTraits(traits),
    events: totals.events,
    orders: totals.orders,
    refunds: totals.refunds,
    spend: Object.fromEntries(
      Object.entries(totals.spend).map(([currency, [units]]) => [currency, plainAmount(BigInt(units))]),
    ),
    first_order: totals.first_order,
    last_order: totals.last_order,
    channels: Object.fromEntries(channels),
    identifiers: seen.map(({ kind, node }) => ({ kind, node })),
    consents: consentStates(surviveConsents(claims)),
    following: surviveFollowing(claims),
    tokens: [...new Set([...nameTokens(traits, tokens), ...numberTokens(rows, ring, tokens)])],
    version: customer.version,
  };
}

/** A customer that is no more: the row says so under a greater version. */
export function deletedRow(id: string, version: number): AnalyticCustomer {
  return {
    ...{ id, deleted: true, type: 'person', created: MIN_TIME, first_seen: MIN_TIME, last_seen: MIN_TIME, traits: {} },
    ...{ events: 0, orders: 0, refunds: 0, spend: {}, first_order: null, last_order: null, channels: {} },
    ...{ identifiers: [], consents: {}, following: {}, tokens: [], version },
  };
}

function clearTraits(traits: Record<string, TraitView>): Record<string, string> {
  const clear: Record<string, string> = {};
  for (const [trait, { value }] of Object.entries(traits)) if (CLEAR_TRAITS.has(trait)) clear[trait] = String(value);
  const birthday = String(traits.birthday?.value ?? '');
  if (/^\d{4}-/.test(birthday)) clear.birth_year = birthday.slice(0, 4);
  if (birthday !== '') clear.birth_month_day = birthday.slice(-5);
  return clear;
}

/**
 * `<purpose>.<channel>` for each; `<purpose>` alone is what was said without a channel, else the latest word for any.
 */
function consentStates(consents: readonly ConsentView[]): Record<string, string> {
  const states = new Map<string, string>();
  for (const { purpose, channel, state } of [...consents].sort((a, b) => (a.time < b.time ? -1 : 1))) {
    if (channel !== null) states.set(`${purpose}.${channel}`, state);
    if (channel === null || !consents.some((one) => one.purpose === purpose && one.channel === null))
      states.set(purpose, state);
  }
  return Object.fromEntries(states);
}

function nameTokens(traits: Record<string, TraitView>, tokens: Tokens): string[] {
  return ['name', 'nickname'].flatMap((trait) => {
    const view = traits[trait];
    if (!view) return [];
    return [view.value, ...view.others.map(({ value }) => value)].flatMap((value) => tokens.ofName(String(value)));
  });
}

function numberTokens(rows: CustomerRows, ring: Ring, tokens: Tokens): string[] {
  const states = new Map(rows.customer.nodes);
  return [...rows.nodes].flatMap(([node, row]) =>
    row.kind === 'mobile' && states.has(node) ? tokens.ofNumber(node, () => ring.openText(row.value)) : [],
  );
}

export function eventRow(hash: string, stored: StoredEvent, folded: Foldable, order: ThingRow | null): EventRow {
  const { event } = folded;
  const said = Object.entries(event.traits ?? {}).flatMap(([trait, value]) =>
    PRIVATE_TRAITS.has(trait) ? String(value) : [],
  );
  const known = [...(event.identifiers ?? []).map(({ value }) => value), ...said];
  const total = event.order?.total ?? null;
  return {
    key: hash,
    anchor: stored.anchor ?? '',
    time: Math.max(folded.time, MIN_TIME),
    type: event.type,
    channel: event.channel,
    source: event.source,
    order_key: stored.orders[0] ?? '',
    order_id: order && !order.value.startsWith('~') ? order.value : '',
    order_store: event.order?.store ?? '',
    currency: event.order?.currency ?? '',
    total,
    items: (event.order?.items ?? []).map(({ sku, name, category, brand, quantity, price }) => ({
      sku: sku ?? '',
      name: name ?? '',
      category: category ?? '',
      brand: brand ?? '',
      quantity,
      price,
    })),
    properties: clearProperties(event.properties ?? {}, stored.queryable, known),
    // Each correction writes a row that stands over those before it.
    version: stored.received + (stored.past?.length ?? 0),
  };
}

/** Marks of deletion where a corrected event stood before, and stands no more. */
export function pastRows(row: EventRow, stored: StoredEvent): EventRow[] {
  const places = new Map(
    (stored.past ?? []).map(([anchor, at]): [string, EventRow] => {
      const time = Math.max(at, MIN_TIME);
      return [`${anchor} ${time}`, { ...row, anchor, time, deleted: true }];
    }),
  );
  places.delete(`${row.anchor} ${row.time}`);
  return [...places.values()];
}

/** Names of properties that hold what people say or are, whatever their source declares. */
const PERSONAL = /^(receiver|recipient|consignee|contact)(_|$)|(^|_)(address|remarks?|memo|phone|mobile|tel|email)$/i;

function clearProperties(
  properties: Record<string, unknown>,
  queryable: readonly string[] | null,
  known: readonly string[],
): Record<string, string> {
  const clear: [string, string][] = [];
  for (const [name, value] of Object.entries(properties)) {
    if (queryable !== null && !queryable.includes(name)) continue;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') continue;
    const text = String(value);
    if (PERSONAL.test(name)) continue;
    if (!isPrivateText(text, known) && !isPrivateText(name, known)) clear.push([name, text]);
  }
  return Object.fromEntries(clear);
}

const NO_ORDER = { anchor: '', time: MIN_TIME, currency: '', total: '0', refunded: '0', counted: false };

export function orderRow(hash: string, thing: ThingRow): OrderRow | null {
  if (!thing.order) return null;
  const { applied, version } = thing.order;
  // What told of it was taken back.
  if (!applied && version > 0) return { ...NO_ORDER, order_key: hash, version };
  if (!applied) return null;
  return {
    order_key: hash,
    anchor: applied.anchor,
    time: Math.max(applied.at, MIN_TIME),
    currency: applied.currency,
    total: plainAmount(BigInt(applied.total)),
    refunded: plainAmount(BigInt(applied.refunded)),
    counted: applied.orders > 0,
    version,
  };
}

/** Present spans of an anchor, and a mark of deletion for those that began elsewhere before. */
export function ownerRows(
  anchor: string,
  row: { spans: readonly Span[]; version: number },
  before: readonly Span[],
): OwnerRow[] {
  const fromOf = (span: Span): number => Math.max(span.from, MIN_TIME);
  const present = new Set(row.spans.map(fromOf));
  return [
    ...row.spans.map((span) => ({
      anchor,
      from: fromOf(span),
      customer: span.owner ?? '',
      deleted: false,
      version: row.version,
    })),
    ...before
      .filter((span) => !present.has(fromOf(span)))
      .map((span) => ({ anchor, from: fromOf(span), customer: '', deleted: true, version: row.version })),
  ];
}
