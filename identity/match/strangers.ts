import type { Keys } from './keys.ts';
import { type Counts, countPattern, type Patterner } from './patterns.ts';

/** Draws without a turn for others. */
const SLICE = 5_000;

type Draw = { keys: Keys; patternOf: Patterner; random(): number; most: number; turn(): Promise<unknown> };

/** How pairs compare that share no block, from random draws. Few records: fewer draws. */
export async function makeStrangers(draw: Draw): Promise<{ others: Counts; draws: number }> {
  const { keys, patternOf, random, most, turn } = draw;
  const others: Counts = new Map();
  const count = keys.count();
  const tries = count < 2 ? 0 : Math.min(most, count * (count - 1));
  let draws = 0;
  for (let at = 0; at < tries; at++) {
    if (at % SLICE === 0) await turn();
    const a = Math.floor(random() * count);
    const b = Math.floor(random() * count);
    if (a === b || keys.first(a, b) >= 0) continue;
    countPattern(others, patternOf(a, b), 1);
    draws += 1;
  }
  return { others, draws };
}
