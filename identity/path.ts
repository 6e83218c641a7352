import type { CustomerRows } from './reads.ts';
import { sortNodes } from './weigh.ts';
import type { NodeState } from './work.ts';

/** The chain of identifiers that joins two of one customer: each next one stood in an event with the one before. */

/**
 * One step of a chain: over an anchor that bears both nodes, a payer's that paid what the other bought, a link that a
 * person made, or from the hash of a number to the number.
 */
export type Hop = {
  from: string;
  to: string;
  via: { anchor: string; rule: 'same_event' | 'payment' } | { decision: string } | { hash: true };
};
export type Joined = { what: 'link'; id: string; anchors: readonly [string, string] };

type Edges = Map<string, Hop[]>;

/** The most specific identifier of an anchor of the customer. */
export function leadOf(rows: CustomerRows, anchor: string): string | null {
  const owned = rows.anchors.find((one) => one.anchor === anchor);
  return owned && !owned.row.attached ? (sortNodes(owned.row.evidence.nodes, rows.policy)[0]?.node ?? null) : null;
}

/**
 * A shortest chain from one node to another; empty where both are the same one, null where there is none. Identifiers
 * that join (active, or past) are preferred; where only shared ones lead there, these are shown.
 */
export function pathBetween(rows: CustomerRows, links: readonly Joined[], from: string, to: string): Hop[] | null {
  const states = new Map(rows.customer.nodes);
  const joins = (node: string): boolean => {
    const state: NodeState | undefined = states.get(node);
    return state === 'active' || state === 'past';
  };
  return (
    search(edgesOf(rows, links, joins), from, to) ??
    search(
      edgesOf(rows, links, () => true),
      from,
      to,
    )
  );
}

function edgesOf(rows: CustomerRows, links: readonly Joined[], joins: (node: string) => boolean): Edges {
  const edges: Edges = new Map();
  const add = (a: string, b: string, via: Hop['via']): void => {
    for (const hop of [
      { from: a, to: b, via },
      { from: b, to: a, via },
    ])
      edges.set(hop.from, [...(edges.get(hop.from) ?? []), hop]);
  };
  for (const { anchor, row } of rows.anchors) {
    if (row.attached) continue;
    // Through its most specific identifier: that is how an anchor joins, and it keeps wide anchors from having n²
    // steps.
    const [top, ...rest] = sortNodes(row.evidence.nodes, rows.policy);
    for (const { node } of top ? rest.filter((one) => joins(one.node)) : []) {
      if (top) add(top.node, node, { anchor, rule: 'same_event' });
    }
    for (const paid of top ? (row.evidence.paid ?? []) : []) {
      const lead = leadOf(rows, paid.anchor);
      if (top && lead !== null) add(top.node, lead, { anchor, rule: 'payment' });
    }
  }
  for (const { id, anchors } of links) {
    const [a, b] = [leadOf(rows, anchors[0]), leadOf(rows, anchors[1])];
    if (a === null || b === null) continue;
    add(a, b, { decision: id });
  }
  for (const [node, { clear }] of rows.nodes) {
    if (clear !== undefined && rows.nodes.has(clear)) add(node, clear, { hash: true });
  }
  return edges;
}

function search(edges: Edges, from: string, to: string): Hop[] | null {
  const reached = new Map<string, Hop | null>([[from, null]]);
  let wave = [from];
  while (wave.length > 0 && !reached.has(to)) {
    const next: string[] = [];
    for (const hop of wave.flatMap((node) => edges.get(node) ?? [])) {
      if (reached.has(hop.to)) continue;
      reached.set(hop.to, hop);
      next.push(hop.to);
    }
    wave = next;
  }
  if (!reached.has(to)) return null;
  const hops: Hop[] = [];
  for (let hop = reached.get(to); hop; hop = reached.get(hop.from)) hops.unshift(hop);
  return hops;
}
