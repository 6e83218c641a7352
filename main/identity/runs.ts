import type { IdentityReads } from '../../identity/reads.ts';
import { newEffect, putInForce, rerun, runNote, type Sample, type Tally } from '../../identity/ruled.ts';
import { openTables } from '../../identity/tables.ts';
import type { Acceptor } from '../../ingest/accept.ts';
import type { JobRun, Jobs } from '../../ingest/jobs/port.ts';
import type { Progress } from '../../ingest/progress.ts';
import type { Ring } from '../../schemas/ring.ts';
import type { RulesDocument } from '../../schemas/rules.ts';
import type { Engines } from '../engines.ts';
import type { Flusher } from '../flush.ts';
import { recorder } from '../record.ts';

/**
 * A change of rules over the whole past, tried or done: all anchors, some hundreds at a time, and their components
 * clustered anew. Trying is doing it in a unit of work that is never committed, so that what is foretold is what
 * happens.
 */
export type RuleRun = { version: number; document: RulesDocument; sample: number; actor: string; reason: string };
type Parts = Engines & {
  ring: Ring;
  acceptor: Acceptor;
  progress: Progress;
  flusher: Flusher;
  reads: IdentityReads;
  now(): number;
};

export const PREVIEW = 'rules-preview';
export const APPLY = 'rules-apply';

const CHUNK = 200;
const QUERYABLE_MS = 60_000;
const APPLY_MS = 600_000;

export type RunResult = Tally & { samples: Sample[]; log: Record<string, number>; rules: number };

/** First offset that is not applied, by partition: what the answer holds for. */
async function position({ log, reads }: Parts): Promise<Record<string, number>> {
  const partitions = [...(await log.ends()).keys()];
  const notes = await reads.reader.notes(partitions.map((partition) => `p${partition}`));
  return Object.fromEntries(partitions.map((partition, at) => [partition, notes[at]?.next ?? 0]));
}

/** Anchors in order, from a member on; the analytic store knows them all once it has what was committed before. */
async function* chunks(parts: Parts, from: string): AsyncGenerator<string[]> {
  await parts.flusher.queryable(QUERYABLE_MS);
  for (let after = from; ; ) {
    const anchors = await parts.analytic.anchors(after, CHUNK);
    const last = anchors.at(-1);
    if (last === undefined) return;
    yield anchors;
    after = last;
  }
}

/** Tries a version: counts what it would do, and changes nothing. Begins anew where it was interrupted. */
export async function previewRules(parts: Parts, run: JobRun, wanted: RuleRun): Promise<RunResult> {
  const total = newEffect();
  const log = await position(parts);
  const tables = openTables(parts.store, parts.ring);
  const done = new Set<string>();
  const cause = { at: parts.now(), actor: wanted.actor, rule: `rules:${wanted.version}`, evidence: [] };
  let seen = 0;
  for await (const anchors of chunks(parts, '')) {
    await putInForce(tables, wanted);
    const { tally, samples } = await rerun(tables, parts.ring, anchors, cause, done);
    tables.unit.reset();
    add(total.tally, tally);
    total.samples.push(...samples.slice(0, Math.max(0, wanted.sample - total.samples.length)));
    seen += anchors.length;
    await run.progress(seen, null, null);
  }
  return { ...total.tally, samples: total.samples, log, rules: wanted.version };
}

/** Puts a version in force and clusters the past anew under it. Goes on where it was interrupted. */
export async function applyRules(parts: Parts, run: JobRun, wanted: RuleRun): Promise<RunResult> {
  const { version, document, actor, reason } = wanted;
  const record = recorder(parts);
  const from = isPlace(run.cursor) ? run.cursor : { after: '', seen: 0 };
  if (from.seen === 0) {
    await record(() => ({ what: 'rules', id: `rules-${version}`, version, document, actor, reason }), APPLY_MS);
  }
  let { seen } = from;
  for await (const anchors of chunks(parts, from.after)) {
    const after = anchors.at(-1) ?? from.after;
    await record(() => ({ what: 'rerun', id: `rerun-${version}`, version, anchors, actor, reason }), APPLY_MS);
    seen += anchors.length;
    await run.progress(seen, null, { after, seen });
  }
  const [note] = await parts.reads.reader.notes([runNote(version)]);
  const tally = newEffect().tally;
  add(tally, { ...tally, ...note });
  return { ...tally, samples: [], log: await position(parts), rules: version };
}

const isPlace = (cursor: unknown): cursor is { after: string; seen: number } =>
  typeof cursor === 'object' && cursor !== null && 'after' in cursor && 'seen' in cursor;

function add(to: Tally, more: Tally): void {
  to.merge += more.merge;
  to.split += more.split;
  to.hold += more.hold;
  to.unchanged += more.unchanged;
}

/** Names the work of the two kinds of runs; before the jobs start. */
export function defineRuleJobs(jobs: Jobs, parts: Parts): void {
  const wanted = (data: unknown): RuleRun => {
    const run: RuleRun = JSON.parse(JSON.stringify(data));
    return run;
  };
  jobs.define(PREVIEW, (run) => previewRules(parts, run, wanted(run.data)));
  jobs.define(APPLY, (run) => applyRules(parts, run, wanted(run.data)));
}
