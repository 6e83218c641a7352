import { setImmediate as turn } from 'node:timers/promises';
import { type Ids, makeIds } from '../../identity/match/ids.ts';
import { type Matcher, makeMatcher } from '../../identity/match/matcher.ts';
import { RETAIL_FIELDS } from '../../identity/match/retail.ts';
import type { AnalyticStore, Block, Compared } from '../../profiles/store/port.ts';
import { cutSlots, SLOTS } from '../../schemas/compared.ts';
import type { Ring } from '../../schemas/ring.ts';
import { ahead } from './ahead.ts';

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

const PAGE = 10_000;
/** Customers opened, or blocks compared, without a turn for others. */
const SLICE = 200;
/** A block of more says nothing of a person: a shop's number, a birthday that tills fill in. */
export const MAX_BLOCK = 200;
/** Customers for each page of blocks: a page holds some hundred thousand of them at most. */
const BLOCK_PAGE = 50_000;
const KEYS = 2 ** 32;

export async function findDuplicates(
  { compared }: Pick<AnalyticStore, 'compared'>,
  ring: Pick<Ring, 'openText'>,
  progress: Progress,
): Promise<Finding> {
  const total = await compared.count();
  const pages = Math.max(1, Math.ceil(total / BLOCK_PAGE));
  const steps = total + pages * BLOCK_PAGE;
  const finding: Finding = {
    matcher: makeMatcher(RETAIL_FIELDS, SLOTS.length, total),
    ...{ ids: makeIds(total), count: 0, skipped: 0 },
  };
  for await (const page of customers(compared)) {
    for (const [at, { id, keys, sealed }] of page.entries()) {
      if (at % SLICE === 0) await turn();
      finding.matcher.add(cutSlots(ring.openText(sealed)), keys);
      finding.ids.add(id);
      finding.count += 1;
    }
    await progress(finding.count, steps);
  }
  await finding.matcher.ready(turn);
  let done = 0;
  for await (const blocks of blocksIn(compared, pages)) {
    for (const [at, block] of blocks.entries()) {
      if (at % SLICE === 0) await turn();
      compare(finding, block);
    }
    done += 1;
    await progress(total + done * BLOCK_PAGE, steps);
  }
  return finding;
}

function compare(finding: Finding, { key, members }: Block): void {
  if (members === '') {
    finding.matcher.skip(key);
    finding.skipped += 1;
    return;
  }
  const numbers: number[] = [];
  for (let from = 0, to = 0; from < members.length; from = to + 1) {
    const blank = members.indexOf(' ', from);
    to = blank < 0 ? members.length : blank;
    const number = finding.ids.find(members, from, to);
    // Who came since the customers were read is compared by the next run.
    if (number >= 0) numbers.push(number);
  }
  finding.matcher.block(key, numbers);
}

function customers(compared: AnalyticStore['compared']): AsyncGenerator<Compared[]> {
  let after: string | null = '';
  return ahead(async () => {
    if (after === null) return null;
    const { items, next } = await compared.page(after, PAGE);
    after = next;
    return items;
  });
}

function blocksIn(compared: AnalyticStore['compared'], pages: number): AsyncGenerator<Block[]> {
  let at = 0;
  return ahead(async () => {
    if (at === pages) return null;
    const [from, to] = [Math.floor((KEYS / pages) * at), Math.floor((KEYS / pages) * (at + 1))];
    at += 1;
    return compared.blocks({ from, to, most: MAX_BLOCK });
  });
}
