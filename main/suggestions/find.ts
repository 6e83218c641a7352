import { setImmediate as turn } from 'node:timers/promises';
import { type Ids, makeIds } from '../../identity/match/ids.ts';
import { type Matcher, makeMatcher } from '../../identity/match/matcher.ts';
import { RETAIL_FIELDS } from '../../identity/match/retail.ts';
import type { AnalyticStore } from '../../profiles/store/port.ts';
import { cutSlots, SLOTS } from '../../schemas/compared.ts';
import type { Ring } from '../../schemas/ring.ts';

/**
 * Probable duplicates among all customers: each is opened once and kept packed, the analytic store tells who shares a
 * block, weights are learned from what is there. Between slices the process does its other work.
 */
export type Finding = {
  matcher: Matcher;
  /** Ids by the numbers of the matcher. */
  ids: Ids;
  /** Number of customers. */
  count: number;
  /** Blocks over the bound, which were left out. */
  skipped: number;
};
/** `done` of `total` steps; rejects where the work has to stop. */
export type Progress = (done: number, total: number) => Promise<void>;

const PAGE = 25_000;
/** Customers opened, or blocks compared, without a turn for others. */
const SLICE = 200;
/** A block of more says nothing of a person: a shop's number, a birthday that tills fill in. */
export const MAX_BLOCK = 200;
/** Customers for each page of blocks: a page holds some hundred thousand of them at most. */
const BLOCK_PAGE = 100_000;
const KEYS = 2 ** 32;

export async function findDuplicates(
  analytic: Pick<AnalyticStore, 'compared'>,
  ring: Pick<Ring, 'openText'>,
  progress: Progress,
): Promise<Finding> {
  const total = await analytic.compared.count();
  const pages = Math.max(1, Math.ceil(total / BLOCK_PAGE));
  const steps = total + pages * BLOCK_PAGE;
  const matcher = makeMatcher(RETAIL_FIELDS, SLOTS.length, total);
  const ids = makeIds(total);
  let count = 0;
  for (let after: string | null = ''; after !== null; ) {
    const page: Awaited<ReturnType<typeof analytic.compared.page>> = await analytic.compared.page(after, PAGE);
    for (const [at, { id, keys, sealed }] of page.items.entries()) {
      if (at % SLICE === 0) await turn();
      matcher.add(cutSlots(ring.openText(sealed)), keys);
      ids.add(id);
      count += 1;
    }
    await progress(count, steps);
    after = page.next;
  }
  await matcher.ready(turn);
  let skipped = 0;
  for (let at = 0; at < pages; at++) {
    const [from, to] = [Math.floor((KEYS / pages) * at), Math.floor((KEYS / pages) * (at + 1))];
    for (const [index, block] of (await analytic.compared.blocks({ from, to, most: MAX_BLOCK })).entries()) {
      if (index % SLICE === 0) await turn();
      if (block.members.length > 0)
        matcher.block(
          block.key,
          // Who came since the customers were read is compared by the next run.
          block.members.map(ids.find).filter((number) => number >= 0),
        );
      else {
        matcher.skip(block.key);
        skipped += 1;
      }
    }
    await progress(total + (at + 1) * BLOCK_PAGE, steps);
  }
  return { matcher, ids, count, skipped };
}
