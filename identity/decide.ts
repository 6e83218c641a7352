import type { DecisionEntry } from '../ingest/port.ts';
import type { Ring } from '../schemas/ring.ts';
import type { Cause, Change, DecisionRow } from './port.ts';
import { recluster } from './recluster.ts';
import { writeEntry } from './record.ts';
import { rule } from './ruled.ts';
import type { Tables } from './tables.ts';
import { waitFor, waitingFor } from './waiting.ts';

/**
 * Takes a person's decision into the evidence: it is one more input of `cluster`, so merging, splitting and undoing
 * are the same call with and without it. Decisions stand in the log like events; a rebuild has them. The same decision
 * again changes nothing.
 */
export async function decide(tables: Tables, ring: Ring, entry: DecisionEntry, received: number): Promise<Change> {
  if (entry.what === 'rules' || entry.what === 'rerun' || entry.what === 'value')
    return rule(tables, ring, entry, received);
  const unchanged: Change = { moved: [], touched: new Set(), told: [] };
  const about = entry.what === 'undo' ? entry.of : entry.id;
  await tables.decisions.load([about]);
  const known = tables.decisions.get(about);
  if (entry.what === 'undo' && !known) await waitFor(tables, entry.of, entry.id);
  if (entry.what === 'undo' ? !known || known.undone : known !== null) return unchanged;
  const reason = ring.sealText(entry.reason);
  const tell = (from: string[], to: string[]): void =>
    writeEntry(tables, ring, {
      ...{ time: received, what: 'decided', from, to, rule: entry.what, actor: entry.actor },
      evidence: [ring.sealText(entry.id), reason],
    });
  if (entry.what === 'later') {
    const customers = await setConflict(tables, entry.conflict, 'later');
    tell(customers, customers);
    return unchanged;
  }
  const seeds = entry.what === 'undo' ? await undo(tables, entry.of) : await enter(tables, entry, reason, received);
  const before = await ownersOf(tables, seeds);
  const cause: Cause = { at: received, actor: entry.actor, rule: entry.what, evidence: [reason] };
  const change = await recluster(tables, ring, seeds, cause);
  if (entry.what !== 'undo' && entry.conflict) {
    await setConflict(tables, entry.conflict, entry.what === 'link' ? 'merged' : 'kept_apart');
  }
  tell(before, await ownersOf(tables, seeds));
  return change;
}

async function ownersOf(tables: Tables, anchors: readonly string[]): Promise<string[]> {
  await tables.anchors.load(anchors);
  const spans = anchors.flatMap((anchor) => tables.anchors.get(anchor)?.spans ?? []);
  return [...new Set(spans.flatMap(({ owner }) => owner ?? []))].sort();
}

/** Returns the customers of the conflict. */
async function setConflict(tables: Tables, id: string, state: 'merged' | 'kept_apart' | 'later'): Promise<string[]> {
  await tables.conflicts.load([id]);
  const row = tables.conflicts.get(id);
  if (row) tables.conflicts.put(id, { ...row, state });
  return [...(row?.customers ?? [])].sort();
}

type Entered = Extract<DecisionEntry, { what: 'link' | 'apart' }>;

async function enter(tables: Tables, entry: Entered, reason: string, received: number): Promise<string[]> {
  const { actor, id } = entry;
  const undone = (await waitingFor(tables, id)).length > 0;
  const row: DecisionRow =
    entry.what === 'link'
      ? { id, received, what: 'link', anchors: entry.anchors, times: entry.times, actor, reason, undone }
      : { id, received, what: 'apart', sides: entry.sides, actor, reason, undone };
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
    if (!known) await waitFor(tables, anchor, row.id);
    else if (!known.decisions.includes(row.id))
      tables.anchors.put(anchor, { ...known, decisions: [...known.decisions, row.id] });
  }
  const nodes = row.what === 'link' ? [] : row.sides.flatMap((side) => [...side.nodes]);
  await tables.nodes.load(nodes);
  for (const node of nodes) {
    const known = tables.nodes.get(node);
    if (!known) await waitFor(tables, node, row.id);
    else if (!known.decisions.includes(row.id))
      tables.nodes.put(node, { ...known, decisions: [...known.decisions, row.id] });
  }
}
