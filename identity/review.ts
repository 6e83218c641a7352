import type { DecisionEntry } from '../ingest/port.ts';
import { Problem } from '../schemas/errors.ts';
import { type Identifier, kindRule } from '../schemas/identifier.ts';
import type { Ring } from '../schemas/ring.ts';
import { compareStamps, compareText } from './evidence.ts';
import type { CustomerRows, IdentityReads } from './reads.ts';
import { RETAIL_CN } from './rules.ts';
import { sortNodes } from './weigh.ts';
import { isContact } from './work.ts';

/** What people decide about customers: turned into decisions that name anchors and nodes, written by `record`. */
export type Review = {
  merge(id: string, other: string, by: By): Promise<{ id: string; merge: string | null; merged: string[] }>;
  splitNodes(id: string, nodes: readonly Identifier[], by: By): Promise<{ customers: string[] }>;
  splitMerge(id: string, merge: string, by: By): Promise<{ customers: string[] }>;
  /** Says that two customers are two people; nothing may bring them together until decided otherwise. */
  keepApart(id: string, other: string, by: By): Promise<void>;
  conflict(id: string, decision: 'merge' | 'keep_apart' | 'later', by: By): Promise<void>;
};
export type By = { reason: string; actor: string };

type Deps = {
  reads: IdentityReads;
  ring: Ring;
  /** Puts a decision into the log and resolves once it is applied. `make` is given the stamp. */
  record(make: (received: number) => DecisionEntry): Promise<void>;
};

const idOf = (ring: Ring, received: number, ...parts: string[]): string =>
  `d_${ring.hash('decision', received.toString(), ...parts)}`;

export function makeReview(deps: Deps): Review {
  const { reads, ring, record } = deps;
  const load = async (id: string): Promise<CustomerRows> => {
    const rows = await reads.rows(id);
    if (!rows) throw new Problem('customer_unknown', 'there is no customer with this id');
    return rows;
  };
  return {
    merge: async (id, other, by) => {
      const [a, b] = [await load(id), await load(other)];
      if (a.id === b.id) return { id: a.id, merge: null, merged: [] };
      const merge = await link(deps, a, b, by);
      const live = (await reads.liveId(a.id)) ?? a.id;
      return { id: live, merge, merged: [a.id, b.id].filter((one) => one !== live) };
    },
    splitNodes: async (id, nodes, by) => {
      const rows = await load(id);
      await apart(deps, [rows], takenOut(rows, nodes), by);
      return { customers: await liveOf(reads, rows) };
    },
    splitMerge: async (id, merge, by) => {
      const rows = await load(id);
      const [decision] = await reads.reader.decisions([merge]);
      if (decision?.what !== 'link') throw new Problem('merge_unknown', 'there is no merge with this id');
      if (decision.undone) throw new Problem('merge_undone', 'the merge was undone already');
      if (!decision.anchors.some((anchor) => rows.anchors.some((owned) => owned.anchor === anchor))) {
        throw new Problem('merge_unknown', 'the merge was none of this customer');
      }
      await record((received) => ({ what: 'undo', id: idOf(ring, received, 'undo', merge), of: merge, ...by }));
      return { customers: await liveOf(reads, rows) };
    },
    keepApart: async (id, other, by) => {
      const [a, b] = [await load(id), await load(other)];
      if (a.id !== b.id) await twoPeople(deps, a, b, by);
    },
    conflict: async (id, decision, by) => {
      const [row] = await reads.reader.conflicts([id]);
      if (!row) throw new Problem('conflict_unknown', 'there is no conflict with this id');
      if (decision === 'later') {
        await record((received) => ({ what: 'later', id: idOf(ring, received, 'later', id), conflict: id, ...by }));
        return;
      }
      const [a, b] = [await load(row.customers[0]), await load(row.customers[1])];
      if (a.id === b.id) return;
      if (decision === 'merge') await link(deps, a, b, by, id);
      else await twoPeople(deps, a, b, by, id);
    },
  };
}

/** What a customer bears as its own or with others; what only slipped to it is another's. */
const heldNodes = ({ customer }: CustomerRows): string[] =>
  customer.nodes.flatMap(([node, state]) => (state === 'quarantined' ? [] : [node]));

/** Nodes of one customer that the other does not bear. */
function ownNodes(a: CustomerRows, b: CustomerRows): Set<string> {
  const others = new Set(heldNodes(b));
  return new Set(heldNodes(a).filter((node) => !others.has(node)));
}

async function twoPeople(deps: Deps, a: CustomerRows, b: CustomerRows, by: By, conflict?: string): Promise<void> {
  const own = ownNodes(a, b);
  await apart(deps, [a, b], own.size > 0 ? own : ownNodes(b, a), by, conflict);
}

async function link(
  { ring, record }: Deps,
  a: CustomerRows,
  b: CustomerRows,
  by: By,
  conflict?: string,
): Promise<string> {
  let made = '';
  const [one, other] = [leadOf(a), leadOf(b)];
  await record((received) => {
    made = idOf(ring, received, 'link', one.anchor, other.anchor);
    const anchors: [string, string] = [one.anchor, other.anchor];
    return {
      ...{ what: 'link', id: made, anchors, times: [one.time, other.time] },
      ...by,
      ...(conflict ? { conflict } : {}),
    };
  });
  return made;
}

/**
 * The anchor a link names: the oldest that bears an identifier of the customer's own, since one that bears a shared
 * number alone leads to whoever holds that; the origin where there is none.
 */
function leadOf({ customer, anchors }: CustomerRows): { anchor: string; time: number } {
  const own = anchors
    .filter(({ row }) => !row.attached && row.evidence.nodes.some(({ kind }) => !isContact(kind)))
    .sort((x, y) => compareStamps(x.row.evidence.first, y.row.evidence.first));
  const [oldest] = own;
  return oldest ? { anchor: oldest.anchor, time: oldest.row.evidence.first.time } : customer.origin;
}

async function apart(
  { ring, record }: Deps,
  rows: readonly CustomerRows[],
  taken: ReadonlySet<string>,
  by: By,
  conflict?: string,
): Promise<void> {
  const sides = sidesOf(rows, taken);
  await record((received) => ({
    ...{ what: 'apart', id: idOf(ring, received, 'apart', ...taken), sides },
    ...by,
    ...(conflict ? { conflict } : {}),
  }));
}

/** Throws Problem where a node is none of the customer, or none would be left. */
function takenOut(rows: CustomerRows, nodes: readonly Identifier[]): Set<string> {
  const mine = new Set(rows.customer.nodes.map(([node]) => node));
  const strange = nodes.find(({ node }) => !mine.has(node));
  if (strange) {
    const joins = kindRule(strange.kind)?.role === 'joining';
    const why = joins ? 'is none of this customer' : 'joins nobody, so it cannot be split off';
    throw new Problem('identifier_malformed', `an identifier of kind ${strange.kind} ${why}`);
  }
  const taken = new Set(nodes.map(({ node }) => node));
  if (taken.size < mine.size) return taken;
  throw new Problem('body_malformed', 'nodes: all identifiers of the customer would be taken out');
}

/** The ids under which the anchors of a customer live now, the one that kept the id first. */
async function liveOf(reads: IdentityReads, before: CustomerRows): Promise<string[]> {
  const found = new Map<string, number>();
  for (const { anchor, from } of before.anchors) {
    const owner = await reads.ownerOf(anchor, from);
    const [row] = owner === null ? [] : await reads.reader.customers([owner]);
    if (owner !== null && row) found.set(owner, row.created);
  }
  const kept = (id: string): number => Number(id === before.id);
  return [...found].sort(([a, x], [b, y]) => kept(b) - kept(a) || x - y || compareText(a, b)).map(([id]) => id);
}

type Side = { anchors: string[]; nodes: string[] };

/**
 * The nodes taken out with the anchors they lead, against all others: as they stand now. What two customers both bear,
 * a family's number, stands on neither side: it stays shared.
 */
function sidesOf(rows: readonly CustomerRows[], taken: ReadonlySet<string>): [Side, Side] {
  const policy = rows[0]?.policy ?? RETAIL_CN;
  const borne = rows.flatMap(heldNodes);
  const both = new Set(borne.filter((node, at) => borne.indexOf(node) !== at));
  const out: Side = { anchors: [], nodes: [...taken] };
  const rest: Side = { anchors: [], nodes: [] };
  for (const node of new Set(borne)) if (!taken.has(node) && !both.has(node)) rest.nodes.push(node);
  for (const { anchor, row } of rows.flatMap(({ anchors }) => anchors)) {
    const [top] = row.attached ? [] : sortNodes(row.evidence.nodes, policy);
    if (top && !both.has(top.node)) (taken.has(top.node) ? out : rest).anchors.push(anchor);
  }
  return [out, rest];
}
