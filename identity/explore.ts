import type { AnchorEvidence, Decision } from './evidence.ts';
import type { Tables } from './tables.ts';
import type { Evidence } from './work.ts';

/** Anchors of a node that are read at most, in the order of their hashes: what lies beyond them is not weighed. */
export const MAX_ANCHORS_PER_NODE = 5_000;

/**
 * The evidence component of some anchors: all anchors reachable over nodes that join, and over links a person made.
 * Loads every row that `cluster` and the writing of its answer touch.
 */
export async function explore(tables: Tables, seeds: readonly string[]): Promise<Evidence & { nodes: string[] }> {
  const anchors = new Map<string, AnchorEvidence>();
  const nodes = new Set<string>();
  const suspended = new Set<string>();
  const decisions = new Map<string, Decision>();
  let wave = [...seeds];
  while (wave.length > 0) {
    await tables.anchors.load(wave);
    const found = new Set<string>();
    for (const id of wave) {
      const row = tables.anchors.get(id);
      if (!row || row.attached || anchors.has(id)) continue;
      anchors.set(id, row.evidence);
      for (const other of await addDecisions(tables, row.decisions, decisions)) found.add(other);
      await tables.nodes.load(row.nodes);
      for (const node of row.nodes) {
        if (nodes.has(node)) continue;
        nodes.add(node);
        for (const other of await anchorsOf(tables, node, suspended, decisions)) found.add(other);
      }
    }
    wave = [...found].filter((id) => !anchors.has(id));
  }
  return { anchors: [...anchors.values()], suspended, decisions: [...decisions.values()], nodes: [...nodes] };
}

async function anchorsOf(
  tables: Tables,
  node: string,
  suspended: Set<string>,
  decisions: Map<string, Decision>,
): Promise<string[]> {
  const row = tables.nodes.get(node);
  if (row?.suspended) {
    suspended.add(node);
    return [];
  }
  const linked = await addDecisions(tables, row?.decisions ?? [], decisions);
  const more = row?.more ? await tables.unit.range(`n:${node}`, { limit: MAX_ANCHORS_PER_NODE }) : [];
  return [...(row?.anchors ?? []), ...more.map(({ member }) => member), ...linked];
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
