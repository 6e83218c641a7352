import type { ExplainView } from '../api/identity/port.ts';
import type { ConflictRow, DecisionRow } from './port.ts';
import { type Because, eventsWith, type Reading } from './reading.ts';
import type { CustomerRows } from './reads.ts';
import { SAMPLES } from './uses.ts';
import { textOf } from './words.ts';

/**
 * Why two customers are not one: what a rule holds, what a person decided, what both bore that joins nobody; else that
 * nothing speaks for it. `others` is null where the identifier `node`, that was asked for, is nobody's now.
 */
export async function whyApart(
  reading: Reading,
  rows: CustomerRows,
  others: CustomerRows | null,
  node: string | null = null,
): Promise<ExplainView> {
  const conflicts = others ? await heldBetween(reading, rows, others) : [];
  const because: Because[] = [];
  for (const [, conflict] of conflicts) because.push(await becauseHeld(reading, [rows, others], conflict));
  for (const { id } of others ? await keptApart(reading, rows, others) : [])
    because.push({ rule: 'kept_apart', text: textOf('kept_apart', []), evidence: [id] });
  const told = new Set(conflicts.flatMap(([, conflict]) => conflict.nodes));
  for (const one of commonNodes(rows, others, node)) {
    if (told.has(one)) continue;
    const rule = ruleOf(one, rows, others);
    const evidence = [
      ...(await eventsWith(reading, rows, one)),
      ...(others ? await eventsWith(reading, others, one) : []),
    ];
    because.push({ rule, text: textOf(rule, [kindOf(one, rows, others)]), evidence });
  }
  if (because.length === 0) because.push({ rule: 'no_evidence', text: textOf('no_evidence', []), evidence: [] });
  return { same: false, because, ...(conflicts.length > 0 && { held: conflicts.map(([id]) => id) }) };
}

const kindOf = (node: string, rows: CustomerRows, others: CustomerRows | null): string =>
  (rows.nodes.get(node) ?? others?.nodes.get(node))?.kind ?? '';

async function heldBetween(
  { reads }: Reading,
  rows: CustomerRows,
  others: CustomerRows,
): Promise<[string, ConflictRow][]> {
  const ids = rows.customer.conflicts.filter((id) => others.customer.conflicts.includes(id));
  const found = await reads.reader.conflicts(ids);
  return ids.flatMap((id, at): [string, ConflictRow][] => {
    const row = found[at];
    return row ? [[id, row]] : [];
  });
}

async function becauseHeld(
  { uses }: Reading,
  customers: readonly (CustomerRows | null)[],
  { rule, nodes, anchor }: ConflictRow,
): Promise<Because> {
  const kinds = nodes.map((node) => customers.map((rows) => rows?.nodes.get(node)?.kind).find(Boolean) ?? '');
  const owned = customers.flatMap((rows) => rows?.anchors.find((one) => one.anchor === anchor) ?? [])[0];
  const samples = owned ? await uses.earliest(anchor, owned.row, owned.from, SAMPLES) : [];
  return { rule, text: textOf(rule, kinds), evidence: samples.map(({ id }) => id) };
}

/** Decisions in force that have the two on different sides. */
async function keptApart({ reads }: Reading, rows: CustomerRows, others: CustomerRows): Promise<DecisionRow[]> {
  const named = [rows, others].flatMap(({ anchors, nodes }) => [
    ...anchors.flatMap(({ row }) => row.decisions),
    ...[...nodes.values()].flatMap(({ decisions }) => decisions),
  ]);
  const found = await reads.reader.decisions([...new Set(named)].sort());
  return found.flatMap((row) => {
    if (row?.what !== 'apart' || row.undone) return [];
    const [left, right] = row.sides;
    const apart = (stands(left, rows) && stands(right, others)) || (stands(left, others) && stands(right, rows));
    return apart ? [row] : [];
  });
}

type Side = { anchors: readonly string[]; nodes: readonly string[] };

function stands(side: Side, { anchors, customer }: CustomerRows): boolean {
  return (
    anchors.some(({ anchor }) => side.anchors.includes(anchor)) ||
    customer.nodes.some(([node]) => side.nodes.includes(node))
  );
}

const borneBy = ({ anchors }: CustomerRows): Set<string> =>
  new Set(anchors.flatMap(({ row }) => (row.attached ? [] : row.nodes)));

/** Identifiers that both bore; the one asked for where this customer bore it. */
function commonNodes(rows: CustomerRows, others: CustomerRows | null, asked: string | null): string[] {
  const mine = borneBy(rows);
  const theirs = others ? borneBy(others) : new Set<string>();
  return [...mine].filter((node) => node === asked || theirs.has(node)).sort();
}

/** What keeps an identifier that both bore from joining them. */
function ruleOf(node: string, rows: CustomerRows, others: CustomerRows | null): string {
  const suspended = (rows.nodes.get(node) ?? others?.nodes.get(node))?.suspended;
  if (suspended) return suspended;
  const states = [rows, others].map((one) => one?.customer.nodes.find(([id]) => id === node)?.[1]);
  if (states.includes('quarantined')) return 'quarantined';
  return states.includes('past') ? 'past' : 'shared';
}
