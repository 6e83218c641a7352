import type { Identifier } from '../schemas/identifier.ts';
import { isPrivateText } from '../schemas/private.ts';
import type { Ring } from '../schemas/ring.ts';
import type { Stamp } from './evidence.ts';
import { tieClear, tieHashes } from './hashes.ts';
import { addSource, emptyAnchor, type Observed, observe } from './observe.ts';
import { tiePayers } from './paid.ts';
import {
  type AnchorRow,
  type Cause,
  type Change,
  type Extra,
  MAX_POINTERS,
  type NodeRow,
  type Resolution,
  type ThingRow,
} from './port.ts';
import { recluster, reown } from './recluster.ts';
import { spanAt } from './spans.ts';
import { policyNow, type Tables } from './tables.ts';
import { waitingFor } from './waiting.ts';

/**
 * Kinds an anchor remembers itself, since they are few per person; orders and receipts are found from their own rows.
 */
const REMEMBERED = new Set([
  'email',
  'landline',
  'masked_mobile',
  'virtual_mobile',
  'device',
  'cookie',
  'remark_mobile',
]);
const MAX_EXTRAS = 50;
/** Anchors that stand in the row of a node; further ones stand in its list. */
const INLINE_ANCHORS = 8;

/** The anchor of a set of identifiers: joining ones, or attaching ones where there is nothing else; null for none. */
export function anchorOf(ring: Ring, identifiers: readonly Identifier[]): Place | null {
  const known = places.get(identifiers);
  if (known !== undefined) return known;
  const place = hashAnchor(ring, identifiers);
  places.set(identifiers, place);
  return place;
}

type Place = { anchor: string; attached: boolean };
/** Asked for when a batch is read ahead and again when its event is applied. */
const places = new WeakMap<readonly Identifier[], Place | null>();

function hashAnchor(ring: Ring, identifiers: readonly Identifier[]): { anchor: string; attached: boolean } | null {
  const nodesOf = (role: Identifier['role']): string[] =>
    identifiers
      .filter((one) => one.role === role)
      .map((one) => one.node)
      .sort();
  const joining = nodesOf('joining');
  if (joining.length > 0) return { anchor: ring.hash('anchor', ...joining), attached: false };
  const attaching = nodesOf('attaching');
  return attaching.length > 0 ? { anchor: ring.hash('attached', ...attaching), attached: true } : null;
}

/** Reads the rows that a batch of events will touch, in few round trips. */
export async function prefetch(tables: Tables, ring: Ring, batch: readonly (readonly Identifier[])[]): Promise<void> {
  await tables.anchors.load(batch.flatMap((identifiers) => anchorOf(ring, identifiers)?.anchor ?? []));
  await tables.things.load(batch.flatMap((identifiers) => thingsOf(identifiers)));
}

const thingsOf = (identifiers: readonly Identifier[]): string[] =>
  identifiers.filter(({ role }) => role !== 'joining').map(({ node }) => node);

/** A correction at a time (epoch ms): the anchors of the component that its event stood in before. */
export type Corrected = { at: number; component: readonly string[] };

/**
 * Whose is this event: adds it to the evidence of its anchor and, where that may change who is who, clusters the
 * component anew. Everything is written through `tables`; nothing is committed here.
 */
export async function resolve(
  tables: Tables,
  ring: Ring,
  event: Observed,
  identifiers: readonly Identifier[],
  corrected: Corrected | null = null,
): Promise<Resolution> {
  const place = anchorOf(ring, identifiers);
  await tables.anchors.load(place ? [place.anchor] : []);
  await tables.things.load(thingsOf(identifiers));
  const clear = identifiers.map(({ value }) => value);
  for (const one of identifiers) if (one.role !== 'joining') keepThing(tables, ring, one, clear);
  const change: Change = { moved: [], touched: new Set(), told: [] };
  if (corrected && (!place || place.attached))
    merge(change, await recluster(tables, ring, corrected.component, causeOf(ring, event, corrected)));
  if (!place) return { anchor: null, owner: null, ...change };
  const row = place.attached
    ? await attach(tables, place.anchor, event, identifiers, change)
    : await join(tables, ring, place.anchor, event, identifiers, corrected, change);
  remember(row, event, identifiers);
  tables.anchors.put(place.anchor, row);
  return { anchor: place.anchor, owner: spanAt(row.spans, event.time)?.owner ?? null, ...change };
}

const causeOf = (ring: Ring, { received, key }: Observed, corrected: Corrected | null): Cause => ({
  at: corrected?.at ?? received,
  ...{ actor: 'rules', rule: corrected ? 'corrected' : 'same_event', evidence: [ring.sealText(key)] },
});

/** The row of an anchor, made where it has none; one that comes back knows what it was. */
async function anchorRow(
  tables: Tables,
  anchor: string,
  attached: boolean,
  nodes: readonly Identifier[],
  stamp: Stamp,
): Promise<{ row: AnchorRow; isNew: boolean }> {
  const known = tables.anchors.get(anchor);
  if (known && !known.gone) return { row: known, isNew: false };
  const row = emptyAnchor(anchor, attached, nodes.map(({ node }) => node).sort(), stamp);
  const waiting = attached ? [] : await waitingFor(tables, anchor);
  row.decisions = [...new Set([...(known?.decisions ?? []), ...waiting])];
  if (!known) return { row, isNew: true };
  const { spans, fragments, claims, version, followed } = known;
  return { row: { ...row, spans, fragments, claims, version, followed }, isNew: true };
}

async function join(
  tables: Tables,
  ring: Ring,
  anchor: string,
  event: Observed,
  identifiers: readonly Identifier[],
  corrected: Corrected | null,
  change: Change,
): Promise<AnchorRow> {
  const joining = identifiers.filter(({ role }) => role === 'joining');
  const stamp = { received: event.received, time: event.time, key: event.key };
  const { row, isNew } = await anchorRow(tables, anchor, false, joining, stamp);
  const changes = observe(row, event, joining, await policyNow(tables));
  tables.anchors.put(anchor, row);
  if (isNew) await introduce(tables, ring, anchor, joining);
  if (isNew || changes || corrected) {
    const seeds = [...new Set([anchor, ...(corrected?.component ?? [])])];
    merge(change, await recluster(tables, ring, seeds, causeOf(ring, event, corrected)));
  }
  const paid = await point(tables, anchor, event, identifiers, change);
  if (paid.length > 0) {
    const cause = { at: event.received, actor: 'rules', rule: 'payment', evidence: [ring.sealText(event.key)] };
    merge(change, await recluster(tables, ring, paid, cause));
  }
  return row;
}

export function merge(change: Change, more: Change): void {
  change.moved.push(...more.moved);
  change.told.push(...more.told);
  for (const id of more.touched) change.touched.add(id);
}

/** The nodes of a new anchor get rows that know it; the list is for those that many anchors bear. */
async function introduce(tables: Tables, ring: Ring, anchor: string, joining: readonly Identifier[]): Promise<void> {
  await tables.nodes.load(joining.map(({ node }) => node));
  for (const { node, kind, scope, value } of joining) {
    const known = tables.nodes.get(node);
    if (known && known.anchors.length >= INLINE_ANCHORS) {
      tables.unit.add(`n:${node}`, anchor, '');
      if (!known.more) tables.nodes.put(node, { ...known, more: true });
      continue;
    }
    const row: NodeRow = known ?? {
      ...{ kind, scope: scope ?? '', value: ring.sealText(value), suspended: null, spans: [], shared: false },
      ...{ decisions: await waitingFor(tables, node), anchors: [], more: false },
    };
    tables.nodes.put(node, { ...row, anchors: [...row.anchors, anchor] });
    // A value that a person spoke of before it was ever told has a row already.
    const isNew = row.anchors.length === 0;
    if (isNew && kind === 'mobile') await tieHashes(tables, ring, node, value);
    if (isNew && kind === 'hashed_mobile') await tieClear(tables, node);
  }
}

function keepThing(tables: Tables, ring: Ring, one: Identifier, clear: readonly string[]): void {
  if (tables.things.get(one.node)) return;
  const open =
    one.kind === 'order' &&
    !isPrivateText(
      one.value,
      clear.filter((value) => value !== one.value),
    );
  const value = open ? one.value : `~${ring.sealText(one.value)}`;
  const row: ThingRow = { kind: one.kind, scope: one.scope ?? '', value, pointers: [], awaited: false, order: null };
  tables.things.put(one.node, row);
}

/**
 * Every attaching identifier beside joining ones becomes a pointer to their anchor; those who waited for it are told.
 * Gives the payers whose payments this tells more of.
 */
async function point(
  tables: Tables,
  anchor: string,
  { time, received }: Observed,
  identifiers: readonly Identifier[],
  change: Change,
): Promise<string[]> {
  const payers: string[] = [];
  for (const { node, role, kind } of identifiers) {
    const thing = role === 'attaching' ? tables.things.get(node) : null;
    if (!thing) continue;
    const known = thing.pointers.find(([pointed]) => pointed === anchor);
    if (!known && thing.pointers.length >= MAX_POINTERS) {
      tables.unit.add(`p:${node}`, anchor, '');
      continue;
    }
    const isPayment = kind === 'payment_id';
    if (known && known[1] <= time && (!isPayment || (known[2] ?? 0) <= received)) continue;
    const others = thing.pointers.filter(([pointed]) => pointed !== anchor);
    const first = Math.min(known?.[1] ?? time, time);
    const since = Math.min(known?.[2] ?? received, received);
    tables.things.put(node, { ...thing, pointers: [...others, isPayment ? [anchor, first, since] : [anchor, first]] });
    if (isPayment && others.length > 0) payers.push(...(await tiePayers(tables, [anchor, first, since], others)));
    if (!thing.awaited) continue;
    const waiting = await tables.unit.range(`w:${node}`, { limit: Number.MAX_SAFE_INTEGER });
    for (const { member } of waiting) {
      if (!known) await listEvents(tables, member, anchor);
      await reown(tables, member, change);
    }
  }
  return payers;
}

/** The events of an attached anchor stand in a list of every anchor it points to: a timeline is read along these. */
export async function listEvents(tables: Tables, attached: string, anchor: string): Promise<void> {
  const events = await tables.unit.range(`l:${attached}`, { limit: Number.MAX_SAFE_INTEGER });
  for (const { member } of events) tables.unit.add(`f:${anchor}`, member, attached);
}

async function attach(
  tables: Tables,
  anchor: string,
  event: Observed,
  identifiers: readonly Identifier[],
  change: Change,
): Promise<AnchorRow> {
  const stamp = { received: event.received, time: event.time, key: event.key };
  const attaching = identifiers.filter(({ role }) => role === 'attaching');
  const { row, isNew } = await anchorRow(tables, anchor, true, attaching, stamp);
  observe(row, event, []);
  tables.anchors.put(anchor, row);
  if (!isNew) return row;
  for (const { node } of attaching) {
    const thing = tables.things.get(node);
    if (thing && !thing.awaited) tables.things.put(node, { ...thing, awaited: true });
    tables.unit.add(`w:${node}`, anchor, '');
  }
  return (await reown(tables, anchor, change)) ?? row;
}

export function remember(row: AnchorRow, event: Observed, identifiers: readonly Identifier[]): void {
  for (const { kind, scope, node, role } of identifiers) {
    if (role === 'joining' || !REMEMBERED.has(kind)) continue;
    const known = row.extras.find((extra) => extra.node === node);
    if (known) {
      known.first = Math.min(known.first, event.time);
      known.last = Math.max(known.last, event.time);
      addSource(known, event.channel, event.source);
    } else if (row.extras.length < MAX_EXTRAS) {
      const sources: Extra['sources'] = [[event.channel, event.source]];
      row.extras.push({ node, kind, scope: scope ?? '', first: event.time, last: event.time, sources });
    }
  }
}
