import type { Ring } from '../schemas/ring.ts';
import { type Answered, answersOf, together } from './components.ts';
import { type AnchorEvidence, compareText } from './evidence.ts';
import { ALWAYS, type AnchorRow, type Cause, type Change, type CustomerRow, MAX_POINTERS, type Span } from './port.ts';
import { newTotals, type Passed, recordConflicts, recordHistory } from './record.ts';
import { spanAt } from './spans.ts';
import { policyNow, type Tables } from './tables.ts';
import { noteValue } from './values.ts';
import type { ClusterGroup, Clustering, Span as GroupSpan } from './work.ts';

/** A customer's id is derived from the clear key of the earliest event it owns, so the same log gives the same ids. */
export function customerId(ring: Ring, key: string): string {
  return `c_${ring.hash('customer', key)}`;
}

/**
 * Clusters the components of the seeds anew and writes the difference: owners, holders, customers, conflicts, history.
 */
export async function recluster(tables: Tables, ring: Ring, seeds: readonly string[], cause: Cause): Promise<Change> {
  const answers = await answersOf(tables, seeds);
  const anchors = answers.flatMap(({ component }) => component.anchors);
  const result = together(answers);
  const ids = result.groups.map((group) => (group.anchors.length > 0 ? customerId(ring, group.first.key) : null));
  const change: Change = { moved: [], touched: new Set(), told: [] };
  const before = new Set<string>();
  const owned = new Map<string, CustomerRow['anchors']>();
  const { version: ruled, ranked } = await policyNow(tables);
  const quiet = new Set(answers.flatMap((one) => (one.result.quiet ? one.component.anchors : [])));
  for (const one of [...anchors].sort((a, b) => compareText(a.anchor, b.anchor))) {
    const { anchor } = one;
    const spans = spansOf(result.owners.get(anchor), ids);
    for (const { owner, from } of spans) if (owner) owned.set(owner, [...(owned.get(owner) ?? []), { anchor, from }]);
    moveAnchor(tables, anchor, spans, { quiet: quiet.has(one), ruled, ranked }, change, before);
  }
  for (const seed of seeds) if (tables.anchors.get(seed)?.gone) moveAnchor(tables, seed, [], NOBODYS, change, before);
  await moveAttached(tables, change);
  const nodes = writeNodes(tables, answers, result, ids, ruled);
  const live = new Set(ids.flatMap((id) => id ?? []));
  await tables.customers.load([
    ...live,
    ...before,
    ...result.groups.flatMap(({ aliases }) => aliases.map(({ key }) => customerId(ring, key))),
  ]);
  for (const id of before) if (!live.has(id)) empty(tables, id, cause.at, change);
  const born: string[] = [];
  for (const [at, group] of result.groups.entries()) {
    const id = ids[at];
    if (id && writeCustomer(tables, ring, id, { ...group, anchors: owned.get(id) ?? [] }, cause.at, change))
      born.push(id);
    if (id) writeAliases(tables, ring, id, group, anchors);
  }
  await recordConflicts(tables, ring, { result, ids, before, cause, change });
  await recordHistory(tables, ring, { before, live, born, nodes, cause, change });
  return change;
}

function spansOf(spans: readonly GroupSpan[] | undefined, ids: readonly (string | null)[]): Span[] {
  const mapped = (spans ?? []).map(({ from, group }) => ({
    from: from === Number.NEGATIVE_INFINITY ? ALWAYS : from,
    owner: group === null ? null : (ids[group] ?? null),
  }));
  return mapped.length > 0 ? mapped : [{ from: ALWAYS, owner: null }];
}

/** What an anchor is once its events were all taken back. */
const NOBODYS = { quiet: false, ruled: 0, ranked: 0 };

const sameSpans = (a: readonly Span[], b: readonly Span[]): boolean =>
  a.length === b.length && a.every((span, at) => span.from === b[at]?.from && span.owner === b[at]?.owner);

function moveAnchor(
  tables: Tables,
  anchor: string,
  spans: Span[],
  { quiet, ruled, ranked }: { quiet: boolean; ruled: number; ranked: number },
  change: Change,
  before: Set<string>,
): void {
  const row = tables.anchors.get(anchor);
  if (!row) return;
  for (const { owner } of row.spans) if (owner) before.add(owner);
  // Other ranks of sources, other winners among the claims: whoever stays the same is to be written anew all the same.
  if ((row.ruled ?? 0) < ranked) for (const { owner } of spans) if (owner) change.touched.add(owner);
  if (row.quiet !== quiet || (row.ruled ?? 0) !== ruled) {
    row.quiet = quiet;
    row.ruled = ruled;
    tables.anchors.put(anchor, row);
  }
  if (!sameSpans(row.spans, spans)) setSpans(tables, anchor, row, spans, change);
}

export function setSpans(tables: Tables, anchor: string, row: AnchorRow, spans: Span[], change: Change): void {
  change.moved.push({ anchor, before: row.spans });
  for (const { owner } of [...row.spans, ...spans]) if (owner) change.touched.add(owner);
  row.spans = spans;
  row.version += 1;
  tables.anchors.put(anchor, row);
}

/** Anchors of attaching identifiers follow the customer their orders point to. */
async function moveAttached(tables: Tables, change: Change): Promise<void> {
  for (const { anchor, before: old } of [...change.moved]) {
    if (old.length === 0) continue;
    if (!tables.anchors.get(anchor)?.followed) continue;
    const dependants = await tables.unit.range(`d:${anchor}`, { limit: Number.MAX_SAFE_INTEGER });
    for (const { member } of dependants) await reown(tables, member, change);
  }
}

/**
 * Sets the owner of an attached anchor: the one customer that all its identifiers point to, else nobody; nobody too
 * where one points to as many anchors as are kept, since those beyond are not known.
 */
export async function reown(tables: Tables, anchor: string, change: Change): Promise<AnchorRow | null> {
  await tables.anchors.load([anchor]);
  const row = tables.anchors.get(anchor);
  if (!row || row.gone) return null;
  await tables.things.load(row.nodes);
  const owners = new Set<string>();
  let crowded = false;
  for (const node of row.nodes) {
    const pointers = tables.things.get(node)?.pointers ?? [];
    crowded ||= pointers.length >= MAX_POINTERS;
    await tables.anchors.load(pointers.map(([pointed]) => pointed));
    for (const [pointed, time] of pointers) {
      const leader = tables.anchors.get(pointed);
      tables.unit.add(`d:${pointed}`, anchor, '');
      if (row.buys) tables.unit.add(`b:${pointed}`, anchor, '');
      if (row.says) tables.unit.add(`s:${pointed}`, anchor, '');
      if (leader && !leader.followed) {
        leader.followed = true;
        tables.anchors.put(pointed, leader);
      }
      const owner = spanAt(tables.anchors.get(pointed)?.spans ?? [], time)?.owner;
      if (owner) owners.add(owner);
    }
  }
  const [only] = owners;
  const spans = [{ from: ALWAYS, owner: owners.size === 1 && !crowded ? (only ?? null) : null }];
  if (!sameSpans(row.spans, spans)) setSpans(tables, anchor, row, spans, change);
  return row;
}

/** Who answers for the nodes now. Tells whether one grew hot, and which changed hands by time. */
function writeNodes(
  tables: Tables,
  answers: readonly Answered[],
  result: Clustering,
  ids: readonly (string | null)[],
  version: number,
): { hot: boolean; passed: Passed[] } {
  const passed: Passed[] = [];
  const kept = new Set(answers.flatMap(({ component }) => [...component.suspended]));
  let heated = false;
  for (const node of new Set(answers.flatMap(({ component }) => component.nodes))) {
    const row = tables.nodes.get(node);
    if (!row) continue;
    const suspended = result.hot.has(node) ? 'hot' : kept.has(node) ? row.suspended : null;
    const spans = suspended ? [] : spansOf(result.holders.get(node), ids);
    const shared = result.groups.some((group) => group.nodes.get(node) === 'shared');
    const ruled = suspended === 'hot' ? version : (row.ruled ?? 0);
    const same = suspended === row.suspended && ruled === (row.ruled ?? 0);
    if (same && shared === row.shared && sameSpans(row.spans, spans)) continue;
    heated ||= suspended === 'hot' && row.suspended === null;
    if (spans.length > 1) passed.push({ before: row.spans, now: spans });
    tables.nodes.put(node, { ...row, suspended, spans, shared, ...(ruled > 0 ? { ruled } : {}) });
    noteValue(tables, node, suspended, row.suspended);
  }
  return { hot: heated, passed };
}

/** A customer whose anchors all went to others: the id stays as a way to where its first event is now. */
function empty(tables: Tables, id: string, at: number, change: Change): void {
  const row = tables.customers.get(id);
  if (!row || row.anchors.length === 0) return;
  change.touched.add(id);
  tables.customers.put(id, {
    ...row,
    anchors: [],
    nodes: [],
    aliases: [],
    conflicts: [],
    updated: Math.max(row.updated, at),
  });
}

/** Returns true where the customer is new, or lives again. */
function writeCustomer(
  tables: Tables,
  ring: Ring,
  id: string,
  group: ClusterGroup,
  at: number,
  change: Change,
): boolean {
  const old = tables.customers.get(id);
  const row: CustomerRow = {
    origin: { anchor: group.origin, time: group.first.time },
    created: group.first.received,
    updated: old?.updated ?? at,
    // Every span it owns: what we send counts too, though it is no use of a number and no evidence.
    anchors: group.anchors,
    nodes: [...group.nodes].sort(([a], [b]) => (a < b ? -1 : 1)),
    aliases: group.aliases.map(({ key }) => customerId(ring, key)).sort(),
    conflicts: old?.conflicts ?? [],
    totals: old?.totals ?? newTotals(),
    version: old?.version ?? 0,
  };
  const born = !old || old.anchors.length === 0;
  if (!born && JSON.stringify(old) === JSON.stringify(row)) return false;
  change.touched.add(id);
  tables.customers.put(id, { ...row, updated: Math.max(row.updated, at) });
  return born;
}

/** An alias that never had a row here (another order of arrival) still answers: it leads to where its event is. */
function writeAliases(
  tables: Tables,
  ring: Ring,
  id: string,
  group: ClusterGroup,
  anchors: readonly AnchorEvidence[],
): void {
  const row = tables.customers.get(id);
  for (const { key, time } of group.aliases) {
    const alias = customerId(ring, key);
    if (!row || tables.customers.get(alias)) continue;
    const own = anchors.find(
      ({ first, uses }) => first.key === key || uses.some(({ runs }) => runs.some((run) => run.first.key === key)),
    );
    const origin = { anchor: own?.anchor ?? group.origin, time };
    const none = { anchors: [], nodes: [], aliases: [], conflicts: [], totals: newTotals() };
    tables.customers.put(alias, { ...row, ...none, origin });
  }
}
