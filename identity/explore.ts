import { STRENGTH } from '../schemas/identifier.ts';
import { anchorsBearing } from './bearing.ts';
import { type AnchorEvidence, type AnchorNode, compareText, type Decision } from './evidence.ts';
import type { NodeRow } from './port.ts';
import type { Policy } from './rules.ts';
import { policyNow, type Tables } from './tables.ts';
import type { Evidence } from './work.ts';

export type Component = Evidence & {
  nodes: string[];
  /** Hashed mobiles whose number is known, with the node of that: in the evidence the number stands in their place. */
  clear: ReadonlyMap<string, string>;
};

type Found = {
  anchors: Map<string, AnchorEvidence>;
  nodes: Set<string>;
  suspended: Set<string>;
  allowed: Set<string>;
  decisions: Map<string, Decision>;
  clear: Map<string, string>;
};

/**
 * The evidence component of some anchors: all anchors reachable over nodes that join, over links a person made, and
 * over payments that a payer made for another. Loads every row that `cluster` and the writing of its answer touch.
 */
export async function explore(tables: Tables, seeds: readonly string[]): Promise<Component> {
  const policy = await policyNow(tables);
  const found: Found = {
    ...{ anchors: new Map(), nodes: new Set(), suspended: new Set(), allowed: new Set() },
    ...{ decisions: new Map(), clear: new Map() },
  };
  let wave = [...seeds];
  while (wave.length > 0) {
    await tables.anchors.load(wave);
    const next = new Set<string>();
    for (const id of wave) {
      const row = tables.anchors.get(id);
      if (!row || row.attached || row.gone || found.anchors.has(id)) continue;
      found.anchors.set(id, row.evidence);
      const paid = (row.evidence.paid ?? []).map(({ anchor }) => anchor);
      const linked = await addDecisions(tables, row.decisions, found.decisions);
      for (const other of [...linked, ...paid, ...(row.payers ?? [])]) next.add(other);
      await tables.nodes.load(row.nodes);
      for (const node of row.nodes) for (const other of await visit(tables, node, policy, found)) next.add(other);
    }
    wave = [...next].filter((id) => !found.anchors.has(id));
  }
  const { clear, decisions, nodes, ...rest } = found;
  const anchors = [...found.anchors.values()].map((anchor) => (clear.size > 0 ? inClear(anchor, clear) : anchor));
  return { ...rest, anchors, decisions: [...decisions.values()], nodes: [...nodes], clear, policy };
}

/** Takes up a node, with the number it is the hash of and all other hashes of that; gives the anchors they lead to. */
async function visit(tables: Tables, node: string, policy: Policy, found: Found): Promise<string[]> {
  if (found.nodes.has(node)) return [];
  found.nodes.add(node);
  const row = tables.nodes.get(node);
  if (!row) return [];
  if (row.clear !== undefined) found.clear.set(node, row.clear);
  if (row.said === 'allow') found.allowed.add(node);
  const same = [...(row.clear === undefined ? [] : [row.clear]), ...(row.hashes ?? [])];
  await tables.nodes.load(same);
  const anchors = isSuspended(row, policy) ? [] : await anchorsOf(tables, node, row, found.decisions);
  if (isSuspended(row, policy)) found.suspended.add(node);
  for (const other of same) anchors.push(...(await visit(tables, other, policy, found)));
  return anchors;
}

/** What grew hot under other rules is weighed again under these. */
const isSuspended = ({ suspended, said, ruled = 0 }: NodeRow, { version }: Policy): boolean =>
  suspended === 'blocked' || (suspended === 'hot' && said !== 'allow' && ruled === version);

async function anchorsOf(
  tables: Tables,
  node: string,
  row: NodeRow,
  decisions: Map<string, Decision>,
): Promise<string[]> {
  const linked = await addDecisions(tables, row.decisions, decisions);
  return [...(await anchorsBearing(tables.unit, row, node)), ...linked];
}

/** An anchor with numbers in the place of their hashes; a number that it bears both ways has the surer strength. */
function inClear(anchor: AnchorEvidence, clear: ReadonlyMap<string, string>): AnchorEvidence {
  if (!anchor.nodes.some(({ node }) => clear.has(node))) return anchor;
  const nodes = new Map<string, AnchorNode>();
  for (const one of anchor.nodes) {
    const number = clear.get(one.node);
    const told = number === undefined ? one : { ...one, node: number, kind: 'mobile', scope: '' };
    const known = nodes.get(told.node)?.strength ?? STRENGTH.typed;
    nodes.set(told.node, { ...told, strength: Math.max(known, told.strength) });
  }
  return { ...anchor, nodes: [...nodes.values()].sort((a, b) => compareText(a.node, b.node)) };
}

/** Takes up decisions in force; returns the anchors that links among them lead to. */
async function addDecisions(
  tables: Tables,
  ids: readonly string[],
  decisions: Map<string, Decision>,
): Promise<string[]> {
  if (ids.length === 0) return [];
  await tables.decisions.load(ids);
  const linked: string[] = [];
  for (const id of ids) {
    const row = tables.decisions.get(id);
    if (!row || row.undone || decisions.has(id)) continue;
    decisions.set(id, row);
    if (row.what === 'link') linked.push(...row.anchors);
  }
  return linked;
}
