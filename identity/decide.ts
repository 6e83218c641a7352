import type { DecisionEntry } from '../ingest/port.ts';
import type { Ring } from '../schemas/ring.ts';
import type { Cause, Change, DecisionRow } from './port.ts';
import { recluster } from './recluster.ts';
import { padTime } from './spans.ts';
import type { Tables } from './tables.ts';

/**
 * Takes a person's decision into the evidence: it is one more input of `cluster`, so merging, splitting and undoing are the same
 * call with and without it. Decisions stand in the log like events; a rebuild has them.
 */
export async function decide(tables: Tables, ring: Ring, entry: DecisionEntry, received: number): Promise<Change> {
  await tables.decisions.load(entry.what === 'undo' ? [entry.id, entry.of] : [entry.id]);
  if (entry.what !== 'undo' && tables.decisions.get(entry.id)) return { moved: [], touched: new Set(), told: [] };
  const cause: Cause = { at: received, actor: entry.actor, rule: entry.what, evidence: [entry.reason] };
  if (entry.what !== 'link' && entry.what !== 'apart' && entry.what !== 'undo') {
    await setConflict(tables, entry.conflict, 'later');
    return { moved: [], touched: new Set(), told: [] };
  }
  const seeds = entry.what === 'undo' ? await undo(tables, entry.of) : await enter(tables, entry, received);
  const change = await recluster(tables, ring, seeds, cause);
  if (entry.what !== 'undo' && entry.conflict) {
    await setConflict(tables, entry.conflict, entry.what === 'link' ? 'merged' : 'kept_apart');
  }
  for (const id of change.touched) {
    const told = {
      time: received,
      what: 'decided',
      from: [...change.touched],
      to: [],
      rule: entry.what,
      actor: entry.actor,
      evidence: [entry.id],
    };
    tables.unit.add(`h:${id}`, `${padTime(received)}decided${entry.id}`, JSON.stringify(told));
  }
  return change;
}

async function setConflict(tables: Tables, id: string, state: 'merged' | 'kept_apart' | 'later'): Promise<void> {
  await tables.conflicts.load([id]);
  const row = tables.conflicts.get(id);
  if (row) tables.conflicts.put(id, { ...row, state });
}

type Entered = Extract<DecisionEntry, { what: 'link' | 'apart' }>;

async function enter(tables: Tables, entry: Entered, received: number): Promise<string[]> {
  const { actor, reason, id } = entry;
  const row: DecisionRow =
    entry.what === 'link'
      ? { id, received, what: 'link', anchors: entry.anchors, times: entry.times, actor, reason, undone: false }
      : { id, received, what: 'apart', sides: entry.sides, actor, reason, undone: false };
  tables.decisions.put(id, row);
  await mark(tables, row);
  return anchorsOf(row);
}

async function undo(tables: Tables, of: string): Promise<string[]> {
  const row = tables.decisions.get(of);
  if (!row) return [];
  tables.decisions.put(of, { ...row, undone: true });
  return anchorsOf(row);
}

const anchorsOf = (row: DecisionRow): string[] =>
  row.what === 'link' ? [...row.anchors] : row.sides.flatMap(({ anchors }) => [...anchors]);

/** Anchors and nodes know the decisions that name them: that is how a component finds its decisions. */
async function mark(tables: Tables, row: DecisionRow): Promise<void> {
  const anchors = anchorsOf(row);
  await tables.anchors.load(anchors);
  for (const anchor of anchors) {
    const known = tables.anchors.get(anchor);
    if (known && !known.decisions.includes(row.id))
      tables.anchors.put(anchor, { ...known, decisions: [...known.decisions, row.id] });
  }
  const nodes = row.what === 'link' ? [] : row.sides.flatMap((side) => [...side.nodes]);
  await tables.nodes.load(nodes);
  for (const node of nodes) {
    const known = tables.nodes.get(node);
    if (known && !known.decisions.includes(row.id))
      tables.nodes.put(node, { ...known, decisions: [...known.decisions, row.id] });
  }
}
