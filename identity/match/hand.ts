import { type Blocks, blocksOf } from './blocks.ts';
import { type Common, commonness } from './common.ts';
import { type Counter, type Counts, makeCounter } from './counts.ts';
import type { Field } from './fields.ts';
import { makeKeptPairs } from './kept.ts';
import { firstShared, type Keys } from './keys.ts';
import { type Evidence, learn, type Model } from './learn.ts';
import { makePatterner, type Patterner, type Shape, shapeOf } from './patterns.ts';
import type { Records } from './records.ts';
import { probabilityOf } from './score.ts';
import { drawStrangers, type Strangers } from './strangers.ts';

export type Input = { records: Records; fields: readonly Field[] };
/** Two records that may be one person, by the order in which they came. */
export type Suggested = { a: number; b: number; probability: number; pattern: number };

/**
 * The work of a search for duplicates, in pieces that several hands do side by side over the same records: each a
 * thread, or all the one there is. A hand does one piece at a time.
 */
export type Hand = {
  /** What all else is about. */
  take(input: Input): Promise<void>;
  /** How common the values of a field are, by its place. */
  common(field: number): Promise<Common>;
  blocks(keys: Keys, most: number): Promise<Blocks>;
  /** Before records are compared: how common values are, by field, and who shares blocks. */
  ready(common: readonly Common[], shared: Keys): Promise<void>;
  strangers(seed: number): Promise<Strangers>;
  /** Compares who shares a block; a pair counts in the first block it shares, once. The number of pairs. */
  compare(blocks: Uint32Array): Promise<number>;
  /** What this hand has counted by now. */
  counted(): Promise<Counts>;
  learn(evidence: Evidence): Promise<Model>;
  /** Pairs with no hope by these weights are not kept from now on. */
  hope(model: Model): Promise<void>;
  /** Of the pairs this hand kept, those at least so probable. */
  suggested(model: Model, min: number): Promise<Suggested[]>;
};

/** A pair less probable than this by the weights learned first is not kept. */
const HOPELESS = 0.005;

type Task = Input & { shape: Shape };
type Ready = { patternOf: Patterner; shared: Keys };

/** A hand in this thread. */
export function makeHand(): Hand {
  let task: Task | null = null;
  let ready: Ready | null = null;
  const counter = makeCounter();
  const kept = makeKeptPairs();
  let hopeful: (number: number) => boolean = () => true;
  return {
    take: async (input) => {
      task = { ...input, shape: shapeOf(input.fields) };
    },
    common: async (at) => {
      const { records, fields } = needed(task);
      return commonness(records, needed(fields[at] ?? null));
    },
    blocks: async (keys, most) => blocksOf(keys, most),
    ready: async (common, shared) => {
      const { records, shape } = needed(task);
      ready = { patternOf: makePatterner(records, shape, common), shared };
    },
    strangers: async (seed) => drawStrangers({ ...needed(ready), seed }),
    compare: async (blocks) => {
      const { patternOf, shared } = needed(ready);
      let compared = 0;
      eachPair(blocks, (key, a, b) => {
        if (firstShared(shared, a, b) !== key) return;
        const number = counter.numberOf(patternOf(a, b));
        counter.count(number, 1);
        if (hopeful(number)) kept.add(a, b, number);
        compared += 1;
      });
      return compared;
    },
    counted: async () => counter.counts(),
    learn: async (evidence) => learn(evidence),
    hope: async (model) => {
      const probability = makeProbability(needed(task).shape, model, counter);
      hopeful = (number) => probability(number) >= HOPELESS;
    },
    suggested: async (model, min) => {
      const probabilityAt = makeProbability(needed(task).shape, model, counter);
      const found: Suggested[] = [];
      for (let pair = 0; pair < kept.count(); pair++) {
        const { a, b, number } = kept.at(pair);
        const probability = probabilityAt(number);
        if (probability >= min) found.push({ a, b, probability, pattern: counter.patternOf(number) });
      }
      return found;
    },
  };
}

function needed<T>(value: T | null): T {
  if (value === null) throw new Error('the matcher was asked out of order');
  return value;
}

/** All pairs within packed blocks, the one that came first first. */
function eachPair(blocks: Uint32Array, visit: (key: number, a: number, b: number) => void): void {
  for (let block = 0; block < blocks.length; block += 2 + (blocks[block + 1] ?? 0)) {
    const key = blocks[block] ?? 0;
    const end = block + 2 + (blocks[block + 1] ?? 0);
    for (let one = block + 2; one < end; one++)
      for (let other = one + 1; other < end; other++) {
        const [a, b] = [blocks[one] ?? 0, blocks[other] ?? 0];
        // Of a record that has a key twice.
        if (a !== b) visit(key, a, b);
      }
  }
}

/** The probability of a pattern by its number, each reckoned once. */
function makeProbability(shape: Shape, model: Model, counter: Counter): (number: number) => number {
  const known: number[] = [];
  return (number) => {
    const found = known[number] ?? probabilityOf(shape, model, counter.patternOf(number));
    known[number] = found;
    return found;
  };
}
