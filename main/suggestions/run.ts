import { setImmediate as turn } from 'node:timers/promises';
import { idAt } from '../../identity/match/pack.ts';
import type { IdentityReads } from '../../identity/reads.ts';
import type { Store } from '../../identity/store/port.ts';
import type { JobRun, Jobs } from '../../ingest/jobs/port.ts';
import type { AnalyticStore } from '../../profiles/store/port.ts';
import type { Ring } from '../../schemas/ring.ts';
import type { Flusher } from '../flush.ts';
import { findDuplicates } from './find.ts';
import { type Kept, makeKept, pairId } from './kept.ts';
import { settledBetween } from './settled.ts';

/** The job that looks for probable duplicates. It only ever suggests. */
export const SUGGESTIONS = 'suggestions';

/** Less probable pairs are more work to look at than they are worth. */
const LEAST = 0.5;
/** The most probable pairs; nobody looks at more. */
const MOST = 20_000;
const QUERYABLE_MS = 60_000;
const SLICE = 50;

export type SuggestParts = {
  store: Store;
  reads: IdentityReads;
  analytic: AnalyticStore;
  flusher: Pick<Flusher, 'queryable'>;
  ring: Ring;
};
export type SuggestResult = { customers: number; compared: number; blocks_left_out: number; suggested: number };

/**
 * One run over all customers. What it holds of them is in memory alone, so one that was interrupted or paused begins
 * anew; what an earlier run suggested stands until it is through.
 */
export async function suggest(parts: SuggestParts, run: JobRun): Promise<SuggestResult> {
  await parts.flusher.queryable(QUERYABLE_MS);
  const progress = (done: number, total: number): Promise<void> => run.progress(done, total, null);
  const { suggested, explain, ids, ...found } = await findDuplicates(parts.analytic, parts.ring, LEAST, progress);
  const list = makeKept(parts.store);
  const { count: customers, compared, leftOut: blocks_left_out } = found;
  const result = { customers, compared, blocks_left_out, suggested: 0 };
  let some: Kept[] = [];
  for (const [at, pair] of suggested.entries()) {
    if (result.suggested >= MOST) break;
    if (at % SLICE === 0) await turn();
    const both: [string, string] = [idAt(ids, pair.a), idAt(ids, pair.b)];
    const id = pairId(parts.ring, ...both);
    const known = await list.get(id);
    if (known && (known.state === 'merged' || known.state === 'kept_apart')) continue;
    if ((await settledBetween(parts.reads, ...both)) !== null) continue;
    const { probability, pattern } = pair;
    const state = known?.state ?? 'open';
    some.push({ id, customers: both, probability, because: explain(pattern), state, run: run.id });
    result.suggested += 1;
    if (some.length < SLICE) continue;
    await list.put(some);
    some = [];
  }
  await list.put(some);
  await list.sweep(run.id);
  return result;
}

export function defineSuggestions(jobs: Jobs, parts: SuggestParts): void {
  jobs.define(SUGGESTIONS, (run) => suggest(parts, run));
}
