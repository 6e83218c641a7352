import { type Counts, makeCounter } from './counts.ts';
import { firstShared, type Keys } from './keys.ts';
import type { Patterner } from './patterns.ts';
import { seededRandom } from './random.ts';

/** `shared`: the keys of the blocks that others share. */
type Draw = { shared: Keys; patternOf: Patterner; seed: number };
export type Strangers = { others: Counts; draws: number };

/** Random pairs that stand for all who share no block. */
const DRAWS = 300_000;

/** How pairs compare that share no block, from random draws. Few records: fewer draws. */
export function drawStrangers({ shared, patternOf, seed }: Draw): Strangers {
  const random = seededRandom(seed);
  const counter = makeCounter();
  const count = shared.starts.length - 1;
  const tries = count < 2 ? 0 : Math.min(DRAWS, count * (count - 1));
  let draws = 0;
  for (let at = 0; at < tries; at++) {
    const a = Math.floor(random() * count);
    const b = Math.floor(random() * count);
    if (a === b || firstShared(shared, a, b) >= 0) continue;
    counter.count(counter.numberOf(patternOf(a, b)), 1);
    draws += 1;
  }
  return { others: counter.counts(), draws };
}
