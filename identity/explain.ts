import type { ExplainView } from '../api/identity/port.ts';
import type { Identifier } from '../schemas/identifier.ts';
import type { Ring } from '../schemas/ring.ts';
import { whyApart } from './apart.ts';
import { openNode } from './open.ts';
import { type Hop, type Joined, leadOf, pathBetween } from './path.ts';
import { type Because, eventsNaming, eventsWith, type Reading } from './reading.ts';
import type { CustomerRows, IdentityReads } from './reads.ts';
import type { Store } from './store/port.ts';
import { makeUses, SAMPLES } from './uses.ts';
import { textOf } from './words.ts';

type Deps = { store: Store; ring: Ring; reads: IdentityReads };

/**
 * Why a customer and another one (an id), or an identifier, are one, or why they are not. One entry per step of the
 * chain that joins them; evidence is event ids, or the id of the decision. Null for an id nobody knows.
 */
export function makeExplain(deps: Deps): (id: string, other: string | Identifier) => Promise<ExplainView | null> {
  const reading: Reading = { ...deps, uses: makeUses(deps.store, deps.ring, deps.reads.reader) };
  return async (id, other) => {
    const rows = await deps.reads.rows(id);
    if (!rows) return null;
    return typeof other === 'string' ? withCustomer(reading, id, rows, other) : withNode(reading, id, rows, other);
  };
}

async function withCustomer(reading: Reading, id: string, rows: CustomerRows, other: string) {
  const others = await reading.reads.rows(other);
  if (!others) return null;
  if (others.id !== rows.id) return whyApart(reading, rows, others);
  const [from, to] = [await originOf(reading, rows, id), await originOf(reading, rows, other)];
  return joined(reading, rows, from, to);
}

/** The identifier that leads the event an id was made of; an alias has one of its own. */
async function originOf({ reads }: Reading, rows: CustomerRows, id: string): Promise<string | null> {
  const [row] = await reads.reader.customers([id]);
  return leadOf(rows, row?.origin.anchor ?? '') ?? leadOf(rows, rows.customer.origin.anchor);
}

async function withNode(reading: Reading, id: string, rows: CustomerRows, other: Identifier): Promise<ExplainView> {
  const { reads } = reading;
  const [known] = await reads.reader.nodes([other.node]);
  const borne = rows.anchors.some(({ row }) => !row.attached && row.nodes.includes(other.node));
  if (!known || (!borne && rows.things.has(other.node))) return withThing(reading, rows, other);
  const holder = await reads.holder(other.node, false, null);
  if (borne && holder === rows.id) return joined(reading, rows, await originOf(reading, rows, id), other.node);
  const others = holder === null || holder === rows.id ? null : await reads.rows(holder);
  return whyApart(reading, rows, others, other.node);
}

/** An identifier that attaches: it is whose the anchors are that named it. */
async function withThing(reading: Reading, rows: CustomerRows, other: Identifier): Promise<ExplainView> {
  const { ring, reads } = reading;
  const [thing] = await reads.reader.things([other.node]);
  const holder = thing ? await reads.holder(other.node, true, null) : null;
  const naming = rows.anchors.filter(
    ({ anchor, row }) =>
      thing?.pointers.some(([pointed]) => pointed === anchor) || row.extras.some(({ node }) => node === other.node),
  );
  const [first] = naming;
  const because: Because[] = [];
  if (first) {
    const lead = leadOf(rows, first.anchor);
    const kinds = [other.kind, rows.nodes.get(lead ?? '')?.kind ?? other.kind];
    const same = holder === rows.id;
    const rule = same ? 'attached' : other.role === 'evidence' ? 'evidence' : 'several';
    because.push({ rule, text: textOf(rule, kinds), evidence: await eventsNaming(reading, naming, other.node) });
    const path = [lead === null ? null : openNode(ring, rows.nodes.get(lead)), openNode(ring, thing)];
    if (same) return { same, because, path: path.flatMap((ref) => ref ?? []) };
    return { same, because };
  }
  const others = holder === null || holder === rows.id ? null : await reads.rows(holder);
  return whyApart(reading, rows, others);
}

async function joined(
  reading: Reading,
  rows: CustomerRows,
  from: string | null,
  to: string | null,
): Promise<ExplainView> {
  const { ring } = reading;
  if (from === null || to === null) return { same: true, because: [] };
  const hops = pathBetween(rows, await linksOf(reading, rows), from, to) ?? [];
  const refs = [from, ...hops.map((hop) => hop.to)].map((node) => openNode(ring, rows.nodes.get(node)));
  const because: Because[] = [];
  for (const hop of hops) because.push(await becauseOf(reading, rows, hop));
  if (hops.length === 0) because.push(await sameIdentifier(reading, rows, from));
  return { same: true, because, path: refs.flatMap((ref) => ref ?? []) };
}

async function becauseOf({ uses }: Reading, rows: CustomerRows, { from, to, via }: Hop): Promise<Because> {
  if ('decision' in via) return { rule: 'decided', text: textOf('decided', []), evidence: [via.decision] };
  const kinds = [from, to].map((node) => rows.nodes.get(node)?.kind ?? '');
  // The payer is named first, from whichever side the chain comes.
  if ('rule' in via && via.rule === 'payment' && leadOf(rows, via.anchor) === to) kinds.reverse();
  if ('hash' in via) return { rule: 'hashed', text: textOf('hashed', kinds), evidence: [] };
  const owned = rows.anchors.find(({ anchor }) => anchor === via.anchor);
  const samples = owned ? await uses.earliest(owned.anchor, owned.row, owned.from, SAMPLES) : [];
  return { rule: via.rule, text: textOf(via.rule, kinds), evidence: samples.map(({ id }) => id) };
}

async function sameIdentifier(reading: Reading, rows: CustomerRows, node: string): Promise<Because> {
  const kinds = [rows.nodes.get(node)?.kind ?? ''];
  const evidence = await eventsWith(reading, rows, node);
  return { rule: 'same_identifier', text: textOf('same_identifier', kinds), evidence };
}

/** Links in force that a person made within the customer. */
async function linksOf({ reads }: Reading, rows: CustomerRows): Promise<Joined[]> {
  const ids = [...new Set(rows.anchors.flatMap(({ row }) => row.decisions))];
  const decisions = await reads.reader.decisions(ids);
  return decisions.flatMap((row) => (row?.what === 'link' && !row.undone ? [row] : []));
}
