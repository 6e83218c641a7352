import { type Common, commonness } from './common.ts';
import type { Field } from './fields.ts';
import { type Keys, makeKeys } from './keys.ts';
import { learn, type Model } from './learn.ts';
import { type Counts, countPattern, makePatterner, type Patterner, type Shape, shapeOf } from './patterns.ts';
import { seededRandom } from './random.ts';
import { buildRecords, type Records } from './records.ts';
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

type Ready = { common: Common[]; patternOf: Patterner; others: Counts; draws: number };

/** `expected`: about how many records there will be. */
export function makeMatcher(fields: readonly Field[], slots: number, expected = 1_024, seed = 1): Matcher {
  const builder = buildRecords(slots, expected);
  const keys = makeKeys(expected);
  const shape = shapeOf(fields);
  const blocked: Counts = new Map();
  const kept = makeKept();
  let ready: Ready | null = null;
  let model: Model | null = null;
  let hopeful: (pattern: number) => boolean = () => true;
  let compared = 0;
  const learned = (): Model => {
    const { common, others, draws } = needed(ready);
    const pairs = (keys.count() * (keys.count() - 1)) / 2;
    const weight = Math.max(0, pairs - compared) / Math.max(1, draws);
    const weighted = new Map([...others].map(([pattern, count]): [number, number] => [pattern, count * weight]));
    return learn({ shape, common, blocked, others: weighted, pairs });
  };
  const compare = (a: number, b: number): void => {
    const pattern = needed(ready).patternOf(a, b);
    countPattern(blocked, pattern, 1);
    compared += 1;
    if (hopeful(pattern)) kept.add(a, b, pattern);
    if (compared === FIRST_PAIRS) hopeful = makeHope(shape, learned());
  };
  return {
    add: (texts, mine) => {
      builder.add(texts);
      keys.add(mine);
    },
    ready: async (turn) => {
      ready = await readyFor({ records: builder.done(), keys, shape, seed, turn });
    },
    block: (key, members) => {
      for (let at = 0; at < members.length; at++) {
        const a = members[at] ?? 0;
        for (let next = at + 1; next < members.length; next++) {
          const b = members[next] ?? a;
          if (a !== b && keys.first(a, b) === key) compare(Math.min(a, b), Math.max(a, b));
        }
      }
    },
    skip: (key) => keys.skip(key),
    finish: () => {
      model = learned();
      return model;
    },
    suggested: (min) => probable(kept.all(), makeProbability(shape, needed(model)), min),
    explain: (pattern) => explainPattern(shape, needed(model), pattern),
    compared: () => compared,
  };
}

function needed<T>(value: T | null): T {
  if (value === null) throw new Error('the matcher was asked out of order');
  return value;
}

type Asked = { records: Records; keys: Keys; shape: Shape; seed: number; turn(): Promise<unknown> };

async function readyFor({ records, keys, shape, seed, turn }: Asked): Promise<Ready> {
  const common: Common[] = [];
  for (const field of shape.fields) {
    await turn();
    common.push(commonness(records, field));
  }
  const patternOf = makePatterner(records, shape, common);
  const strangers = await makeStrangers({ keys, patternOf, random: seededRandom(seed), most: DRAWS, turn });
  return { common, patternOf, ...strangers };
}

/** The probability of a pattern, each reckoned once. */
function makeProbability(shape: Shape, model: Model): (pattern: number) => number {
  const known = new Map<number, number>();
  return (pattern) => {
    const probability = known.get(pattern) ?? probabilityOf(shape, model, pattern);
    known.set(pattern, probability);
    return probability;
  };
}

/** Which pairs are worth keeping, by the weights learned first. */
function makeHope(shape: Shape, model: Model): (pattern: number) => boolean {
  const probability = makeProbability(shape, model);
  return (pattern) => probability(pattern) >= HOPELESS;
}

type Pair = { a: number; b: number; pattern: number };

function probable(pairs: Iterable<Pair>, of: (pattern: number) => number, min: number): Suggested[] {
  const found: Suggested[] = [];
  for (const { a, b, pattern } of pairs) {
    const probability = of(pattern);
    if (probability >= min) found.push({ a, b, probability, pattern });
  }
  return found.sort((x, y) => y.probability - x.probability || x.a - y.a || x.b - y.b);
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
