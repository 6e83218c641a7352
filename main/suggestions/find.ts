import type { Suggested } from '../../identity/match/hand.ts';
import { type Matches, match } from '../../identity/match/matcher.ts';
import { type Ids, makeJoin, type Pack } from '../../identity/match/pack.ts';
import { RETAIL_FIELDS } from '../../identity/match/retail.ts';
import type { AnalyticStore } from '../../profiles/store/port.ts';
import { SLOTS } from '../../schemas/compared.ts';
import type { Ring } from '../../schemas/ring.ts';
import { ahead } from './ahead.ts';
import type { Worked } from './tasks.ts';
import { withThreads } from './threads.ts';

/**
 * Probable duplicates among all customers: each is opened once and kept packed, who shares a block is compared, weights
 * are learned from what is there. Threads do this; of the process's own time it takes little.
 */
export type Finding = Omit<Matches, 'suggested'> & {
  /** Pairs as probable as was asked for, the most probable first; by numbers of `ids`. */
  suggested: Suggested[];
  ids: Ids;
  /** Number of customers. */
  count: number;
};
/** `done` of `total` steps; rejects where the work has to stop. */
export type Progress = (done: number, total: number) => Promise<void>;

const PAGE = 20_000;
/** A block of more says nothing of a person: a shop's number, a birthday that tills fill in. */
export const MAX_BLOCK = 200;
/** More would leave the rest of the process no processor on a small machine, and each holds some megabytes. */
const THREADS = 2;
const SEED = 1;

/** `min`: the least probability of a pair that is told. */
export async function findDuplicates(
  { compared }: Pick<AnalyticStore, 'compared'>,
  ring: Pick<Ring, 'keys'>,
  min: number,
  progress: Progress,
): Promise<Finding> {
  const total = await compared.count();
  return withThreads(THREADS, { keys: ring.keys, slots: SLOTS.length }, async (hands) => {
    const { records, keys, ids } = await openAll(compared, hands, total, (done) => progress(done, total * 2));
    const { suggested, ...found } = await match(
      { records, keys, fields: RETAIL_FIELDS },
      { most: MAX_BLOCK, seed: SEED },
      hands,
      (done, of) => progress(total + Math.floor((total * done) / of), total * 2),
    );
    return { ...found, suggested: await suggested(min), ids, count: records.count };
  });
}

/** Pages go to the hands in turn, and are joined in their order: each before its hand has the next. */
async function openAll(
  compared: AnalyticStore['compared'],
  hands: readonly Worked[],
  total: number,
  progress: (done: number) => Promise<void>,
): Promise<Pack> {
  const join = makeJoin(SLOTS.length, total);
  const opening: Promise<Pack>[] = [];
  let done = 0;
  const take = async (): Promise<void> => {
    const pack = await opening.shift();
    if (!pack) return;
    join.add(pack);
    done += pack.records.count;
    await progress(Math.min(done, total));
  };
  let page = 0;
  for await (const rows of pagesOf(compared)) {
    const hand = hands[page % hands.length];
    page += 1;
    if (opening.length === hands.length) await take();
    const pack = hand?.open(rows);
    if (pack) opening.push(pack);
    // Where an earlier one fails nobody awaits it.
    pack?.catch(() => undefined);
  }
  while (opening.length > 0) await take();
  return join.done();
}

function pagesOf(compared: AnalyticStore['compared']): AsyncGenerator<Uint8Array> {
  let after: string | null = '';
  return ahead(async () => {
    if (after === null) return null;
    const { rows, next } = await compared.page(after, PAGE);
    after = next;
    return rows;
  });
}
