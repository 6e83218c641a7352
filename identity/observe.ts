import { NUMBER_LOST, REGISTERING_TYPES, SENT_BY_US } from '../schemas/event.ts';
import { type Identifier, STRENGTH } from '../schemas/identifier.ts';
import { isStandIn } from '../schemas/names.ts';
import { type AnchorEvidence, addRun, compareText, earlierStamp, type Run, type Stamp, windowOf } from './evidence.ts';
import { MIGRATING } from './migrated.ts';
import type { AnchorRow } from './port.ts';
import { type Policy, RETAIL_CN } from './rules.ts';

/** An event on its way into the identity store: known by hash, with its identifiers normalised. */
export type Observed = {
  /** Clear key: channel, source and id, joined so that it sorts as the three do. */
  key: string;
  received: number;
  time: number;
  type: string;
  name: unknown;
  channel: string;
  source: string;
};

export function emptyAnchor(anchor: string, attached: boolean, nodes: readonly string[], first: Stamp): AnchorRow {
  return {
    attached,
    nodes: [...nodes],
    spans: [],
    fragments: [],
    sources: [],
    extras: [],
    decisions: [],
    quiet: false,
    followed: false,
    buys: false,
    says: false,
    version: 0,
    evidence: { anchor, nodes: [], first, early: { time: first.time, key: first.key }, uses: [] },
    claims: [],
  };
}

/**
 * Adds one event to the evidence of its anchor, in place. True when that may change who is who or under which id: a new
 * name, an event known earlier, a use too many, or any use at all where something in the component is contested.
 * `policy` is that in force: what was quiet under others need not be under it.
 */
export function observe(
  row: AnchorRow,
  event: Observed,
  identifiers: readonly Identifier[],
  policy: Pick<Policy, 'version' | 'rate'> = RETAIL_CN,
): boolean {
  const before = row.evidence;
  const stamp = { received: event.received, time: event.time, key: event.key };
  const nodes = strongest(before.nodes, identifiers);
  const first = earlierStamp(before.first, stamp);
  const earlier = event.time < before.early.time || (event.time === before.early.time && event.key < before.early.key);
  const uses = addUse(before.uses, event, identifiers, stamp);
  const window = windowOf(event.time);
  const count = (before.windows?.[window] ?? 0) + 1;
  const evidence: AnchorEvidence = {
    anchor: before.anchor,
    nodes: nodes ?? before.nodes,
    first,
    early: earlier ? { time: event.time, key: event.key } : before.early,
    uses,
    windows: SENT_BY_US.has(event.type) ? (before.windows ?? {}) : { ...before.windows, [window]: count },
    ...(before.migrates || migrates(event, identifiers) ? { migrates: true } : {}),
    ...(before.paid ? { paid: before.paid } : {}),
  };
  row.evidence = evidence;
  addSource(row, event.channel, event.source);
  if (!row.quiet || (row.ruled ?? 0) !== policy.version || evidence.migrates !== before.migrates) return true;
  // Where rules ask for a strength, a surer telling may be what was lacking.
  if (event.type === NUMBER_LOST || (policy.version > 0 && nodes !== null)) return true;
  if (identifiers.some(({ kind }) => count > policy.rate(kind))) return true;
  // Where nothing is contested all unions are made, in whatever order: only the id and a new name can still change.
  return first !== before.first || uses.length !== before.uses.length;
}

/** `/cgi-bin/changeopenid` gives both OpenIDs of a person; no other event bears two of one app. */
function migrates({ type }: Observed, identifiers: readonly Identifier[]): boolean {
  if (type !== 'identified') return false;
  const apps = identifiers.filter(({ kind }) => kind === MIGRATING).map(({ scope }) => scope);
  return new Set(apps).size < apps.length;
}

export function addSource(row: Pick<AnchorRow, 'sources'>, channel: string, source: string): void {
  if (!row.sources.some(([c, s]) => c === channel && s === source)) row.sources.push([channel, source]);
}

/** The nodes with greater strengths, or null where nothing is surer than before. */
function strongest(nodes: AnchorEvidence['nodes'], identifiers: readonly Identifier[]): AnchorEvidence['nodes'] | null {
  if (nodes.length === 0) {
    return identifiers
      .map(({ node, kind, scope, strength }) => ({ node, kind, scope: scope ?? '', strength }))
      .sort((a, b) => compareText(a.node, b.node));
  }
  const surer = identifiers.filter(({ node, strength }) =>
    nodes.some((old) => old.node === node && old.strength < strength),
  );
  if (surer.length === 0) return null;
  return nodes.map((old) => ({
    ...old,
    strength: Math.max(old.strength, ...surer.filter(({ node }) => node === old.node).map((s) => s.strength)),
  }));
}

function addUse(
  uses: AnchorEvidence['uses'],
  event: Observed,
  identifiers: readonly Identifier[],
  stamp: Stamp,
): AnchorEvidence['uses'] {
  const name = typeof event.name === 'string' && !isStandIn(event.name) ? event.name : '';
  if (SENT_BY_US.has(event.type)) return uses;
  const verified = identifiers.some(({ kind, strength }) => kind === 'mobile' && strength === STRENGTH.verified);
  const registers = verified || REGISTERING_TYPES.has(event.type);
  const run: Run = {
    ...{ start: event.time, end: event.time, registered: registers ? event.time : null, first: stamp },
    ...(event.type === NUMBER_LOST ? { lost: event.time } : {}),
  };
  const known = uses.find((use) => use.name === name);
  if (!known) return [...uses, { name, runs: [run] }].sort((a, b) => compareText(a.name, b.name));
  const runs = addRun(known.runs, run);
  return uses.map((use) => (use === known ? { name, runs } : use));
}
