import type { Ring } from '../schemas/ring.ts';
import type { Cause, Change, ConflictRow, Fragment, Span } from './port.ts';
import { padTime, spanAt } from './spans.ts';
import type { Tables } from './tables.ts';
import type { Clustering } from './work.ts';

/** The diary of what was decided and shown: conflicts, history of customers, the change feed. */

export function newTotals(): Fragment {
  return {
    events: 0,
    first: Number.MAX_SAFE_INTEGER,
    last: Number.MIN_SAFE_INTEGER,
    updated: 0,
    orders: 0,
    refunds: 0,
    spend: {},
    first_order: null,
    last_order: null,
    channels: {},
  };
}

/** The list of conflicts; its members are made by `conflictMember`, its values are their ids. */
export const CONFLICTS = 'k';
export const conflictMember = (opened: number, id: string): string => `${padTime(opened)}${id}`;
/** The list of what happened to a customer, oldest first; its values are HistoryEntry as JSON. */
export const historyOf = (customer: string): string => `h:${customer}`;

export type HistoryEntry = {
  time: number;
  what: 'created' | 'merged' | 'split' | 'held' | 'tenure' | 'decided';
  from: string[];
  to: string[];
  rule: string;
  actor: string;
  /** Sealed event keys where the actor is `rules`, else what the person said. */
  evidence: string[];
};

/** Puts an entry into the history of every customer it names. The same entry again changes nothing. */
export function writeEntry(tables: Tables, ring: Ring, entry: HistoryEntry): void {
  // Hashed, since the ids of a large component would make a key longer than the store takes.
  const what = ring.hash('history', entry.rule, entry.from.join(), entry.to.join());
  const member = `${padTime(entry.time)}${entry.what}-${what}`;
  for (const id of new Set([...entry.from, ...entry.to])) tables.unit.add(historyOf(id), member, JSON.stringify(entry));
}

type Found = {
  result: Clustering;
  ids: readonly (string | null)[];
  before: ReadonlySet<string>;
  cause: Cause;
  change: Change;
};

/** Held unions become conflicts; those that are held no longer are closed. */
export async function recordConflicts(tables: Tables, ring: Ring, found: Found): Promise<void> {
  const held = heldNow(ring, found);
  const live = [...new Set(found.ids.flatMap((id) => id ?? []))];
  const known = new Set([...live, ...found.before].flatMap((id) => tables.customers.get(id)?.conflicts ?? []));
  await tables.conflicts.load([...held.keys(), ...known]);
  for (const [id, conflict] of held) open(tables, ring, id, conflict, found);
  for (const id of known) if (!held.has(id)) close(tables, id, found);
  for (const id of live) {
    const row = tables.customers.get(id);
    const conflicts = [...held]
      .filter(([, { customers }]) => customers.includes(id))
      .map(([key]) => key)
      .sort();
    if (!row || row.conflicts.join() === conflicts.join()) continue;
    tables.customers.put(id, { ...row, conflicts });
    // Its view shows them.
    found.change.touched.add(id);
  }
}

function heldNow(ring: Ring, { result, ids, cause }: Found): Map<string, ConflictRow> {
  const held = new Map<string, ConflictRow>();
  for (const { rule, nodes, anchor, groups } of result.held) {
    const [a, b] = groups.map((group) => ids[group] ?? null);
    if (!a || !b) continue;
    const id = ring.hash('conflict', rule, ...nodes);
    held.set(id, { rule, nodes, anchor, customers: [a, b], state: 'open', opened: cause.at });
  }
  return held;
}

/** What is held is open, whatever was decided before: that decision is undone, or it would not be held. */
function open(tables: Tables, ring: Ring, id: string, conflict: ConflictRow, { cause, change }: Found): void {
  const old = tables.conflicts.get(id);
  const opened = old?.opened ?? conflict.opened;
  tables.conflicts.put(id, { ...conflict, state: old?.state === 'later' ? 'later' : 'open', opened });
  tables.unit.add(CONFLICTS, conflictMember(opened, id), id);
  if (old?.state === 'open' || old?.state === 'later') return;
  change.held = [...(change.held ?? []), { rule: conflict.rule, customers: conflict.customers }];
  const { actor, evidence, at } = cause;
  writeEntry(tables, ring, {
    ...{ time: at, what: 'held', from: [...conflict.customers].sort(), to: [] },
    ...{ rule: conflict.rule, actor, evidence },
  });
}

/**
 * Merged where both live on as one; else its ground is gone (a number changed hands, grew hot) and nobody need decide.
 */
function close(tables: Tables, id: string, { result, ids }: Found): void {
  const old = tables.conflicts.get(id);
  if (!old || (old.state !== 'open' && old.state !== 'later')) return;
  const merged = result.groups.some(
    (group, at) => ids[at] !== null && old.nodes.every((node) => group.nodes.has(node)) && group.anchors.length > 0,
  );
  if (merged) tables.conflicts.put(id, { ...old, state: 'merged' });
  else tables.unit.remove(CONFLICTS, conflictMember(old.opened, id));
}

/** A contact whose holders by time are others than before. */
export type Passed = { before: readonly Span[]; now: readonly Span[] };
type Told = {
  before: ReadonlySet<string>;
  live: ReadonlySet<string>;
  born: readonly string[];
  /** `hot`: a node grew hot by this; `passed`: contacts that changed hands. */
  nodes: { hot: boolean; passed: readonly Passed[] };
  cause: Cause;
  change: Change;
};

/** One entry per thing that happened, in the history of every customer it happened to, and on the change feed. */
export async function recordHistory(tables: Tables, ring: Ring, told: Told): Promise<void> {
  const { before, live, born, nodes, cause, change } = told;
  const { at: time, actor, evidence } = cause;
  const spansBefore = new Map(change.moved.map(({ anchor, before: spans }) => [anchor, spans]));
  const parting = actor !== 'rules' ? cause.rule : nodes.hot ? 'hot' : nodes.passed.length > 0 ? 'tenure' : cause.rule;
  const write = (what: HistoryEntry['what'], from: string[], to: string[], rule: string): void =>
    writeEntry(tables, ring, { time, what, from, to, rule, actor, evidence });
  for (const id of born) {
    const origin = tables.customers.get(id)?.origin;
    const parent = spanAt(spansBefore.get(origin?.anchor ?? '') ?? [], origin?.time ?? 0)?.owner ?? null;
    if (parent !== null && parent !== id && live.has(parent)) {
      write('split', [parent], [parent, id], parting);
      change.told.push({ what: 'split', id: parent, other: id });
    } else {
      write('created', [], [id], cause.rule);
      change.told.push({ what: 'created', id });
    }
  }
  for (const id of before) {
    const row = live.has(id) ? null : tables.customers.get(id);
    if (!row) continue;
    await tables.anchors.load([row.origin.anchor]);
    const heir = spanAt(tables.anchors.get(row.origin.anchor)?.spans ?? [], row.origin.time)?.owner;
    if (!heir || heir === id) continue;
    write('merged', [id, heir], [heir], cause.rule);
    change.told.push({ what: 'merged', id: heir, other: id });
  }
  for (const passed of nodes.passed) for (const [from, to] of handovers(passed)) write('tenure', from, to, 'tenure');
}

/** Holders from whom a contact passed to another as it was not known before. */
function handovers({ before, now }: Passed): [from: string[], to: string[]][] {
  const pairs = (spans: readonly Span[]): [string, string, number][] =>
    spans.slice(1).flatMap(({ from, owner }, at) => {
      const last = spans[at]?.owner;
      return last && owner && last !== owner ? [[last, owner, from]] : [];
    });
  const known = new Set(pairs(before).map((pair) => pair.join()));
  return pairs(now)
    .filter((pair) => !known.has(pair.join()))
    .map(([from, to]) => [[from], [to]]);
}
