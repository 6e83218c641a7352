import type { LinkView } from '../api/identity/port.ts';
import { STRENGTH } from '../schemas/identifier.ts';
import type { Ring } from '../schemas/ring.ts';
import { compareText } from './evidence.ts';
import type { EventRow, Extra, ThingRow } from './port.ts';
import type { CustomerRows, IdentityReads } from './reads.ts';
import { padTime, spanAt } from './spans.ts';
import type { Store } from './store/port.ts';
import { addTie, type Link } from './ties.ts';
import { groupSamples, hashOfMember, openSample, type Use, withinSpan } from './uses.ts';
import { sortNodes } from './weigh.ts';

/** Events of a customer whose attaching identifiers are shown: a buyer of 100,000 orders has that many. */
const NEWEST = 200;
const BUYS = new Set(['order', 'receipt']);
const EVIDENCE = new Set(['masked_mobile', 'virtual_mobile']);

type Deps = { store: Store; ring: Ring; reads: IdentityReads };
type Owned = CustomerRows['anchors'][number];
type Named = { owned: Owned; event: EventRow; ids: string[] };

/**
 * Orders, receipts, payments, devices and the like: those of the newest 200 events, and the few kinds an anchor
 * remembers for good. Each is tied to the most specific identifier of the anchor that named it, or that it points to
 * where nothing else was named.
 */
export async function attachedLinks(
  deps: Deps,
  rows: CustomerRows,
): Promise<{ links: Map<string, Link>; things: Map<string, ThingRow> }> {
  const named = await newestEvents(deps, rows);
  const things = await loadThings(deps, rows, named);
  const leads = leadsOf(rows, things);
  const links = new Map<string, Link>();
  const link = (node: string): Link => {
    const known = links.get(node) ?? { state: stateOf(things.get(node)), ties: new Map() };
    links.set(node, known);
    return known;
  };
  for (const { owned, event, ids } of named) {
    const sample = openSample(deps.ring, event);
    for (const node of ids.filter((id) => things.has(id)))
      for (const use of groupSamples([sample])) join(link(node), owned, leads, use);
  }
  for (const owned of rows.anchors) {
    for (const extra of owned.row.extras) {
      const use = links.has(extra.node) ? null : await useOf(deps, owned, extra);
      if (use) join(link(extra.node), owned, leads, use);
    }
  }
  for (const node of await paidFor(deps, rows, named, things)) link(node).state = 'paid_for';
  return { links, things };
}

const stateOf = (thing: ThingRow | undefined): LinkView['state'] =>
  thing && EVIDENCE.has(thing.kind) ? 'evidence' : 'attached';

function join(link: Link, owned: Owned, leads: ReadonlyMap<string, string>, use: Use): void {
  const lead = leads.get(owned.anchor);
  const rule = owned.row.attached ? 'attached' : 'same_event';
  if (lead !== undefined) addTie(link, { with: lead, rule, strength: STRENGTH.typed, use });
}

async function newestEvents({ store, reads }: Deps, rows: CustomerRows): Promise<Named[]> {
  const found: { member: string; owned: Owned }[] = [];
  for (const owned of rows.anchors) {
    const range = { ...withinSpan(owned.row, owned.from), limit: NEWEST, reverse: true };
    for (const { member } of await store.range(`l:${owned.anchor}`, range)) found.push({ member, owned });
  }
  const newest = found.sort((a, b) => (a.member < b.member ? 1 : -1)).slice(0, NEWEST);
  const events = await reads.reader.events(newest.map(({ member }) => hashOfMember({ member, value: '' })));
  return newest.flatMap(({ owned }, at) => {
    const event = events[at];
    const ids = [...(event?.orders ?? []), ...(event?.things ?? [])];
    return event && ids.length > 0 ? [{ owned, event, ids }] : [];
  });
}

async function loadThings({ reads }: Deps, rows: CustomerRows, named: Named[]): Promise<Map<string, ThingRow>> {
  const extras = rows.anchors.flatMap(({ row }) => row.extras.map(({ node }) => node));
  const ids = [...new Set([...named.flatMap((one) => one.ids), ...extras])];
  const found = await reads.reader.things(ids);
  return new Map(
    ids.flatMap((id, at): [string, ThingRow][] => {
      const row = found[at];
      return row ? [[id, row]] : [];
    }),
  );
}

/**
 * The most specific identifier of each anchor; for one that bears only attaching ones, of an anchor that these point
 * to.
 */
function leadsOf(rows: CustomerRows, things: ReadonlyMap<string, ThingRow>): Map<string, string> {
  const leads = new Map<string, string>();
  for (const { anchor, row } of rows.anchors) {
    const [top] = row.attached ? [] : sortNodes(row.evidence.nodes, rows.policy);
    if (top) leads.set(anchor, top.node);
  }
  for (const { anchor, row } of rows.anchors.filter((one) => one.row.attached)) {
    const pointed = row.nodes.flatMap((node) => things.get(node)?.pointers ?? []);
    pointed.sort(([a, x], [b, y]) => x - y || compareText(a, b));
    const lead = pointed.flatMap(([other]) => leads.get(other) ?? [])[0];
    if (lead) leads.set(anchor, lead);
  }
  return leads;
}

/** What an anchor remembers of an identifier whose events are too old to be among the newest. */
async function useOf({ store, ring, reads }: Deps, owned: Owned, extra: Extra): Promise<Use | null> {
  const { row, anchor, from } = owned;
  if (spanAt(row.spans, extra.first)?.from !== from && spanAt(row.spans, extra.last)?.from !== from) return null;
  const range = { after: padTime(extra.first), before: padTime(extra.first + 1), limit: NEWEST };
  const events = await reads.reader.events((await store.range(`l:${anchor}`, range)).map(hashOfMember));
  const first = events.find((event) => event?.things.includes(extra.node));
  if (!first) return null;
  const [use] = groupSamples([openSample(ring, first)]);
  return use ? { ...use, last: extra.last, count: extra.last === extra.first ? 1 : 2 } : null;
}

/**
 * Payments that this customer made for what another bought: another's anchor names the payment, and no order or
 * receipt stands beside it here.
 */
async function paidFor({ reads }: Deps, rows: CustomerRows, named: Named[], things: Map<string, ThingRow>) {
  const paid: string[] = [];
  for (const [node, thing] of things) {
    if (thing.kind !== 'payment_id' || thing.pointers.length < 2) continue;
    const mine = named.filter(({ ids }) => ids.includes(node));
    if (mine.some(({ ids }) => ids.some((id) => BUYS.has(things.get(id)?.kind ?? '')))) continue;
    const anchors = await reads.reader.anchors(thing.pointers.map(([anchor]) => anchor));
    const owners = thing.pointers.map(([, time], at) => spanAt(anchors[at]?.spans ?? [], time)?.owner ?? null);
    if (owners.some((owner) => owner !== null && owner !== rows.id)) paid.push(node);
  }
  return paid;
}
