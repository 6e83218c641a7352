import type { BlockPiece } from './blocks.ts';
import type { Hand, Input, Suggested } from './hand.ts';
import type { Keys } from './keys.ts';
import type { Model } from './learn.ts';
import { shapeOf } from './patterns.ts';
import { type Because, explainPattern } from './score.ts';
import type { Strangers } from './strangers.ts';

/** Probable duplicates among records. The same records give the same answer, whoever does the work. */
export type Matches = {
  model: Model;
  /** Number of pairs that share a block. */
  compared: number;
  /** Blocks over the bound, which were left out. */
  leftOut: number;
  /** Pairs at least this probable, the most probable first. */
  suggested(min: number): Promise<Suggested[]>;
  explain(pattern: number): Because[];
};

export type MatchOptions = {
  /** Members of a block: a larger one is left out, and its pairs count in a later one. */
  most: number;
  seed: number;
};
/** `done` of `total` pieces; rejects where the work has to stop. */
export type Progress = (done: number, total: number) => Promise<void>;

/** Pairs after which weights are learned for the first time, to know which pairs need not be kept. */
const FIRST_PAIRS = 1_000_000;

/** Throws where there are fewer than two records. */
export async function match(
  input: Input & { keys: Keys },
  options: MatchOptions,
  hands: readonly Hand[],
  progress: Progress,
): Promise<Matches> {
  const [first] = hands;
  if (!first) throw new Error('nobody is there to compare');
  const shape = shapeOf(input.fields);
  const free = makePool(hands);
  const each = (work: (hand: Hand) => Promise<void>) => Promise.all(hands.map(work));
  const { fields, records, keys } = input;

  await each((hand) => hand.take({ fields, records }));
  const [{ pieces, shared, leftOut }, ...common] = await Promise.all([
    free((hand) => hand.blocks(keys, options.most)),
    ...[...fields.keys()].map((at) => free((hand) => hand.common(at))),
  ]);
  await each((hand) => hand.ready(common, shared));
  let done = 1;
  await progress(done, pieces.length + 1);
  const drawn = free((hand) => hand.strangers(options.seed));
  const compare = async ({ packed }: BlockPiece): Promise<number> => {
    const compared = await free((hand) => hand.compare(packed));
    done += 1;
    await progress(done, pieces.length + 1);
    return compared;
  };
  const enough = firstPieces(pieces);
  const [strangers, ...firsts] = await Promise.all([drawn, ...pieces.slice(0, enough).map(compare)]);
  const pairs = (records.count * (records.count - 1)) / 2;
  let compared = sumOf(firsts);
  const learned = async (): Promise<Model> => {
    const others = standing(strangers, Math.max(0, pairs - compared));
    const blocked = await Promise.all(hands.map((hand) => hand.counted()));
    return first.learn({ shape, common, blocked, others, pairs });
  };
  if (enough < pieces.length) {
    const guess = await learned();
    await each((hand) => hand.hope(guess));
    compared += sumOf(await Promise.all(pieces.slice(enough).map(compare)));
  }
  const model = await learned();
  return {
    ...{ model, compared, leftOut },
    suggested: async (min) => (await Promise.all(hands.map((hand) => hand.suggested(model, min)))).flat().sort(surest),
    explain: (pattern) => explainPattern(shape, model, pattern),
  };
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** How many pieces have pairs enough to learn from. */
function firstPieces(pieces: readonly BlockPiece[]): number {
  let pairs = 0;
  for (const [at, piece] of pieces.entries()) {
    pairs += piece.pairs;
    if (pairs >= FIRST_PAIRS) return at + 1;
  }
  return pieces.length;
}

/** What was drawn, standing for so many pairs. */
function standing({ others, draws }: Strangers, pairs: number): Strangers['others'] {
  const weight = pairs / Math.max(1, draws);
  return { patterns: others.patterns, seen: others.seen.map((count) => count * weight) };
}

const surest = (x: Suggested, y: Suggested): number => y.probability - x.probability || x.a - y.a || x.b - y.b;

/** Gives each piece of work to the next hand that is free. */
function makePool<H>(hands: readonly H[]): <R>(work: (hand: H) => Promise<R>) => Promise<R> {
  const free = [...hands];
  const waiting: (() => void)[] = [];
  return async (work) => {
    let hand = free.shift();
    for (; hand === undefined; hand = free.shift()) await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work(hand);
    } finally {
      free.push(hand);
      waiting.shift()?.();
    }
  };
}
