import { isDeepStrictEqual } from 'node:util';
import type { DecisionEntry } from '../ingest/port.ts';
import type { Ring } from '../schemas/ring.ts';
import { anchorsBearing } from './bearing.ts';
import { explore } from './explore.ts';
import type { Cause, Change, NodeRow } from './port.ts';
import { recluster } from './recluster.ts';
import { policyNow, RULES_NOW, type Tables } from './tables.ts';
import { noteValue } from './values.ts';

/** What people say of rules and of single values: a change of the rules is the same call with other rules. */
export type Ruled = Extract<DecisionEntry, { what: 'rules' | 'rerun' | 'value' }>;

/** What a change of rules does, or did: customers merged away, split off, unions newly held, customers left alone. */
export type Tally = { merge: number; split: number; hold: number; unchanged: number };
export type Sample = { what: 'merged' | 'split' | 'created' | 'held'; customers: string[]; because: string };
export type Effect = { tally: Tally; samples: Sample[]; change: Change };

export const newEffect = (): Effect => ({
  tally: { merge: 0, split: 0, hold: 0, unchanged: 0 },
  samples: [],
  change: { moved: [], touched: new Set(), told: [] },
});

/** Samples of an effect that are kept. */
const MAX_SAMPLES = 100;

/** Notes of a version's retroactive run: the counters of its tally. */
export const runNote = (version: number): string => `rules:${version}`;

export async function rule(tables: Tables, ring: Ring, entry: Ruled, received: number): Promise<Change> {
  const reason = ring.sealText(entry.reason);
  const cause: Cause = { at: received, actor: entry.actor, rule: entry.what, evidence: [reason] };
  if (entry.what === 'rules') {
    await putInForce(tables, entry);
    return newEffect().change;
  }
  if (entry.what === 'value') return (await judgeValue(tables, ring, entry, cause)).change;
  const effect = await rerun(tables, ring, entry.anchors, { ...cause, rule: `rules:${entry.version}` });
  const note = runNote(entry.version);
  await tables.notes.load([note]);
  const before = tables.notes.get(note) ?? {};
  const sum = Object.entries(effect.tally).map(([name, by]) => [name, (before[name] ?? 0) + by]);
  tables.notes.put(note, Object.fromEntries(sum));
  return effect.change;
}

/** The greatest version stands, in whatever order they are read. */
export async function putInForce(
  tables: Tables,
  { version, document }: Pick<Extract<Ruled, { what: 'rules' }>, 'version' | 'document'>,
): Promise<void> {
  const now = await policyNow(tables);
  if (version <= now.version) return;
  const before = tables.rules.get(RULES_NOW)?.document.sources ?? [];
  const same = isDeepStrictEqual(before, document.sources ?? []);
  tables.rules.put(RULES_NOW, { version, document, ranked: same ? now.ranked : version });
}

/** Clusters the components of these anchors anew where they have not been since the rules changed. */
export async function rerun(
  tables: Tables,
  ring: Ring,
  anchors: readonly string[],
  cause: Cause,
  done: Set<string> = new Set(),
): Promise<Effect> {
  const { version } = await policyNow(tables);
  await tables.anchors.load(anchors);
  const effect = newEffect();
  for (const anchor of anchors) {
    const row = tables.anchors.get(anchor);
    if (!row || row.attached || (row.ruled ?? 0) >= version || done.has(anchor)) continue;
    await take(tables, ring, [anchor], cause, effect, done);
  }
  return effect;
}

/** One component, clustered and counted. */
async function take(
  tables: Tables,
  ring: Ring,
  seeds: readonly string[],
  cause: Cause,
  effect: Effect,
  done: Set<string>,
): Promise<void> {
  const before = await explore(tables, seeds);
  for (const { anchor } of before.anchors) done.add(anchor);
  const owners = new Set(
    before.anchors.flatMap(({ anchor }) => tables.anchors.get(anchor)?.spans.flatMap(({ owner }) => owner ?? []) ?? []),
  );
  const change = await recluster(tables, ring, seeds, cause);
  count(effect, change, owners, cause.rule);
}

function count({ tally, samples, change: all }: Effect, change: Change, owners: Set<string>, rule: string): void {
  const changed = new Set<string>();
  const sample = (what: Sample['what'], customers: string[], because: string): void => {
    for (const id of customers) changed.add(id);
    if (samples.length < MAX_SAMPLES) samples.push({ what, customers, because });
  };
  for (const { what, id, other } of change.told) {
    sample(what, other === undefined ? [id] : [id, other], rule);
    if (what === 'merged') tally.merge++;
    else tally.split++;
  }
  for (const held of change.held ?? []) {
    sample('held', [...held.customers], held.rule);
    tally.hold++;
  }
  tally.unchanged += [...owners].filter((id) => !changed.has(id)).length;
  all.moved.push(...change.moved);
  all.told.push(...change.told);
  for (const id of change.touched) all.touched.add(id);
}

/** A person blocks a value, allows one that grew hot, or leaves it to the rules again. The latest word stands. */
export async function judgeValue(
  tables: Tables,
  ring: Ring,
  entry: Extract<Ruled, { what: 'value' }>,
  cause: Cause,
): Promise<Effect> {
  const effect = newEffect();
  const { node, kind, scope, value, decision } = entry;
  await tables.nodes.load([node]);
  const known = tables.nodes.get(node);
  if (known?.saidAt !== undefined && known.saidAt > cause.at) return effect;
  const row: NodeRow = known ?? {
    ...{ kind, scope, value: ring.sealText(value), suspended: null, spans: [], shared: false },
    ...{ decisions: [], anchors: [], more: false },
  };
  const { said: _, ...rest } = row;
  const suspended = decision === 'block' ? 'blocked' : null;
  noteValue(tables, node, suspended, row.suspended);
  const next: NodeRow = { ...rest, suspended, saidAt: cause.at, ...(decision === 'auto' ? {} : { said: decision }) };
  tables.nodes.put(node, decision === 'block' ? { ...next, spans: [], shared: false } : next);
  // At once: a customer whom a block takes apart must not be written by one part and emptied by the next.
  const bearing = await anchorsBearing(tables.unit, next, node);
  await take(tables, ring, bearing, { ...cause, rule: `value:${decision}` }, effect, new Set());
  return effect;
}
