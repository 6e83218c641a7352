import { type Blocks, rangesOf } from './blocks.ts';
import type { Hand, Input, Suggested } from './hand.ts';
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
  input: Input,
  options: MatchOptions,
  hands: readonly Hand[],
  progress: Progress,
): Promise<Matches> {
  const [first] = hands;
  if (!first) throw new Error('nobody is there to compare');
  const shape = shapeOf(input.fields);
  const ranges = rangesOf(input.keys, options.most);
  let done = 0;
  /** Pieces of work, each by whoever is free. */
  const share = async <T, R>(pieces: readonly T[], work: (hand: Hand, piece: T) => Promise<R>): Promise<R[]> =>
    spread(hands, pieces, async (hand, piece) => {
      const result = await work(hand, piece);
      done += 1;
      await progress(done, input.fields.length + ranges.length * 2);
      return result;
    });
  const each = (work: (hand: Hand) => Promise<void>) => Promise.all(hands.map(work));

  await each((hand) => hand.take(input));
  const common = await share([...input.fields.keys()], (hand, field) => hand.common(field));
  const blocks = await share(ranges, (hand, range) => hand.blocks(range));
  const leftOut = Uint32Array.from(blocks.flatMap((some) => [...some.leftOut]));
  await each((hand) => hand.ready(common, leftOut));
  const strangers = await first.strangers(options.seed);
  const pairs = (input.records.count * (input.records.count - 1)) / 2;
  let compared = 0;
  const compare = async (some: readonly Blocks[]): Promise<void> => {
    const counts = await share(some, (hand, { packed }) => hand.compare(packed));
    compared += counts.reduce((sum, count) => sum + count, 0);
  };
  const learned = async (): Promise<Model> => {
    const others = standing(strangers, Math.max(0, pairs - compared));
    const blocked = await Promise.all(hands.map((hand) => hand.counted()));
    return first.learn({ shape, common, blocked, others, pairs });
  };
  const enough = firstBlocks(blocks);
  await compare(blocks.slice(0, enough));
  if (enough < blocks.length) {
    const guess = await learned();
    await each((hand) => hand.hope(guess));
    await compare(blocks.slice(enough));
  }
  const model = await learned();
  return {
    ...{ model, compared, leftOut: leftOut.length },
    suggested: async (min) => (await Promise.all(hands.map((hand) => hand.suggested(model, min)))).flat().sort(surest),
    explain: (pattern) => explainPattern(shape, model, pattern),
  };
}

/** How many ranges of blocks have pairs enough to learn from. */
function firstBlocks(blocks: readonly Blocks[]): number {
  let pairs = 0;
  for (const [at, some] of blocks.entries()) {
    pairs += some.pairs;
    if (pairs >= FIRST_PAIRS) return at + 1;
  }
  return blocks.length;
}

/** What was drawn, standing for so many pairs. */
function standing({ others, draws }: Strangers, pairs: number): Strangers['others'] {
  const weight = pairs / Math.max(1, draws);
  return { patterns: others.patterns, seen: others.seen.map((count) => count * weight) };
}

const surest = (x: Suggested, y: Suggested): number => y.probability - x.probability || x.a - y.a || x.b - y.b;

/** Each piece to the next hand that is free; results in the order of the pieces. */
async function spread<H, T, R>(
  hands: readonly H[],
  pieces: readonly T[],
  work: (hand: H, piece: T) => Promise<R>,
): Promise<R[]> {
  const results = new Map<number, R>();
  const queue = pieces.entries();
  await Promise.all(
    hands.map(async (hand) => {
      for (const [at, piece] of queue) results.set(at, await work(hand, piece));
    }),
  );
  return pieces.flatMap((_, at) => results.get(at) ?? []);
}
