import { type Common, commonness } from './common.ts';
import type { Field } from './fields.ts';
import { makeKeys } from './keys.ts';
import { type Evidence, learn, type Model } from './learn.ts';
import { type Counts, countPattern, makePatterner, type Patterner, type Shape, shapeOf } from './patterns.ts';
import { seededRandom } from './random.ts';
import { buildRecords } from './records.ts';
import { type Because, explainPattern, probabilityOf } from './score.ts';
import { makeStrangers } from './strangers.ts';

/** Two records that may be one person, by the order in which they were added. */
export type Suggested = { a: number; b: number; probability: number; pattern: number };

/**
 * Probable duplicates among records: add them all, then every block of records that share a key, in ascending order of
 * the keys, then ask. A pair counts in the first block it shares, once. The same records give the same answer.
 */
export type Matcher = {
  /** One text for each slot, and the keys (32 bits, ascending) of its blocks. */
  add(texts: readonly string[], keys: readonly number[]): void;
  /** After the last record: how common values are, and how strangers compare. `turn` lets other work have its turn. */
  ready(turn: () => Promise<unknown>): Promise<void>;
  block(key: number, members: readonly number[]): void;
  /** A block too large to be compared: its pairs count in a later one. */
  skip(key: number): void;
  /** After the last block. Throws where fewer than two records were added. */
  finish(): Model;
  /** Pairs at least this probable, the most probable first. */
  suggested(min: number): Suggested[];
  explain(pattern: number): Because[];
  compared(): number;
};

/** Random pairs that stand for all who share no block. */
const DRAWS = 300_000;
/** Pairs after which weights are learned for the first time, to know which pairs need not be kept. */
const FIRST_PAIRS = 1_000_000;
/** A pair less probable than this at first is not kept. */
const HOPELESS = 0.005;

type Ready = { shape: Shape; common: Common[]; patternOf: Patterner; others: Counts; draws: number };

export function makeMatcher(fields: readonly Field[], slots: number, seed = 1): Matcher {
  const builder = buildRecords(slots);
  const keys = makeKeys();
  const blocked: Counts = new Map();
  const kept = makeKept();
  let ready: Ready | null = null;
  let model: Model | null = null;
  let hopeless: Map<number, boolean> | null = null;
  let compared = 0;
  const needed = <T>(value: T | null): T => {
    if (value === null) throw new Error('the matcher was asked out of order');
    return value;
  };
  const evidence = (): Evidence => {
    const { shape, common, others, draws } = needed(ready);
    const pairs = (keys.count() * (keys.count() - 1)) / 2;
    const weight = Math.max(0, pairs - compared) / Math.max(1, draws);
    const weighted = new Map([...others].map(([pattern, count]): [number, number] => [pattern, count * weight]));
    return { shape, common, blocked, others: weighted, pairs };
  };
  const isHopeless = (pattern: number): boolean => {
    if (hopeless === null) return false;
    const known = hopeless.get(pattern);
    if (known !== undefined) return known;
    const found = probabilityOf(needed(ready).shape, needed(model), pattern) < HOPELESS;
    hopeless.set(pattern, found);
    return found;
  };
  const compare = (a: number, b: number): void => {
    const pattern = needed(ready).patternOf(a, b);
    countPattern(blocked, pattern, 1);
    compared += 1;
    if (!isHopeless(pattern)) kept.add(a, b, pattern);
    if (compared === FIRST_PAIRS) {
      model = learn(evidence());
      hopeless = new Map();
    }
  };
  return {
    add: (texts, mine) => {
      builder.add(texts);
      keys.add(mine);
    },
    ready: async (turn) => {
      const records = builder.done();
      const shape = shapeOf(fields);
      const common: Common[] = [];
      for (const field of fields) {
        await turn();
        common.push(commonness(records, field));
      }
      const patternOf = makePatterner(records, shape, common);
      const strangers = await makeStrangers({ keys, patternOf, random: seededRandom(seed), most: DRAWS, turn });
      ready = { shape, common, patternOf, ...strangers };
    },
    block: (key, members) => {
      for (const [at, a] of members.entries()) {
        for (let next = at + 1; next < members.length; next++) {
          const b = members[next] ?? a;
          if (a !== b && keys.first(a, b) === key) compare(Math.min(a, b), Math.max(a, b));
        }
      }
    },
    skip: (key) => keys.skip(key),
    finish: () => {
      model = learn(evidence());
      return model;
    },
    suggested: (min) => {
      const { shape } = needed(ready);
      const known = new Map<number, number>();
      const found: Suggested[] = [];
      for (const { a, b, pattern } of kept.all()) {
        const probability = known.get(pattern) ?? probabilityOf(shape, needed(model), pattern);
        known.set(pattern, probability);
        if (probability >= min) found.push({ a, b, probability, pattern });
      }
      return found.sort((x, y) => y.probability - x.probability || x.a - y.a || x.b - y.b);
    },
    explain: (pattern) => explainPattern(needed(ready).shape, needed(model), pattern),
    compared: () => compared,
  };
}

/** Pairs with their patterns in a few arrays. */
function makeKept() {
  let pairs = new Uint32Array(1 << 16);
  let patterns = new Float64Array(1 << 15);
  let count = 0;
  return {
    add: (a: number, b: number, pattern: number): void => {
      if (count === patterns.length) {
        const [more, longer] = [new Uint32Array(count * 4), new Float64Array(count * 2)];
        more.set(pairs);
        longer.set(patterns);
        pairs = more;
        patterns = longer;
      }
      pairs[count * 2] = a;
      pairs[count * 2 + 1] = b;
      patterns[count] = pattern;
      count += 1;
    },
    all: function* () {
      for (let at = 0; at < count; at++)
        yield { a: pairs[at * 2] ?? 0, b: pairs[at * 2 + 1] ?? 0, pattern: patterns[at] ?? 0 };
    },
  };
}
