import type { Common } from './common.ts';
import { type Counts, sumOf } from './counts.ts';
import { type Field, LEVELS } from './fields.ts';
import { levelAt, type Shape, statesOf } from './patterns.ts';

/**
 * Fellegi–Sunter by expectation and maximisation over pattern counts (Fellegi and Sunter 1969; Winkler 1988), without
 * any labels. All pairs there are take part: those that share a block as they were counted, the others as random
 * draws stand for them; these are taken for strangers, which keeps the few matches from drifting into the many.
 */
export type Model = {
  /** Probability that two records drawn at random are one person. */
  prior: number;
  /** By field and level: probability among matches and among strangers, where both say something. */
  m: readonly (readonly number[])[];
  u: readonly (readonly number[])[];
  /** By field and state: log2 of the ratio. */
  weights: readonly (readonly number[])[];
};

export type Evidence = {
  shape: Shape;
  common: readonly Common[];
  /** Pairs that share a block, as each hand counted them. */
  blocked: readonly Counts[];
  /** Random pairs that share none, each standing for as many as its weight says. */
  others: Counts;
  /** Number of all pairs. */
  pairs: number;
};

const ROUNDS = 200;
const SETTLED = 1e-6;
/** No field alone makes more of a pair than these odds: of those who agree on it one in 50 at least is a stranger. */
const STRANGERS = 0.02;
const LEAST_M = 0.002;
const FIRST_M = 0.8;
/** Matches that the first guess counts for: a handful of customers cannot teach how often people move. */
const BELIEF = 3;

/** Patterns taken apart, packed: state and level of every field of each. Level 255: nothing is said. */
type Rows = { count: number; counts: Float64Array; free: Uint8Array; states: Uint16Array; levels: Uint8Array };
type Levels = number[][];
const SILENT = 255;

export function learn(evidence: Evidence): Model {
  const { shape } = evidence;
  const rows = rowsOf(evidence);
  const zero = (): Levels => shape.fields.map(({ kind }) => LEVELS[kind].map(() => 0));
  const posteriors = new Float64Array(rows.count);
  let u = maximise(rows, posteriors, zero(), false);
  let m = shape.fields.map((field) => firstGuess(field));
  let prior = firstPrior(rows, evidence.pairs, u);
  let weights = weigh(evidence, m, u, prior);
  for (let round = 0; round < ROUNDS; round++) {
    const before = prior;
    const matches = expect(rows, weights, prior, posteriors);
    prior = Math.min(0.5, Math.max(matches, 1) / evidence.pairs);
    m = maximise(rows, posteriors, believed(shape.fields), true);
    u = maximise(rows, posteriors, zero(), false);
    weights = weigh(evidence, m, u, prior);
    if (Math.abs(prior - before) < SETTLED * before) break;
  }
  return { prior, m, u, weights };
}

function rowsOf({ shape, blocked, others }: Evidence): Rows {
  const sharing = sumOf(blocked);
  const count = sharing.patterns.length + others.patterns.length;
  const fields = shape.fields.length;
  const rows: Rows = {
    ...{ count, counts: new Float64Array(count), free: new Uint8Array(count) },
    ...{ states: new Uint16Array(count * fields), levels: new Uint8Array(count * fields) },
  };
  let row = 0;
  for (const [counts, free] of [[sharing, 1] as const, [others, 0] as const]) {
    for (const [at, pattern] of counts.patterns.entries()) {
      rows.counts[row] = counts.seen[at] ?? 0;
      rows.free[row] = free;
      for (const [at, state] of statesOf(shape, pattern).entries()) {
        rows.states[row * fields + at] = state;
        rows.levels[row * fields + at] = levelAt(shape, at, state)?.level ?? SILENT;
      }
      row += 1;
    }
  }
  return rows;
}

/** The probability of every pattern; gives the number of matches. Pairs that share no block are taken for strangers. */
function expect(rows: Rows, weights: readonly (readonly number[])[], prior: number, into: Float64Array): number {
  const start = Math.log2(prior / (1 - prior));
  let matches = 0;
  for (let row = 0; row < rows.count; row++) {
    if (rows.free[row] === 0) continue;
    let sum = start;
    for (let at = 0; at < weights.length; at++) sum += weights[at]?.[rows.states[row * weights.length + at] ?? 0] ?? 0;
    const posterior = 1 / (1 + 2 ** -sum);
    into[row] = posterior;
    matches += posterior * (rows.counts[row] ?? 0);
  }
  return matches;
}

/** Most agree, and the better level is the likelier one. */
function firstGuess({ kind }: Field): number[] {
  const levels = LEVELS[kind];
  const rest = levels.slice(1).map((_, at) => 0.5 ** at);
  const sum = rest.reduce((total, one) => total + one, 0);
  return [FIRST_M, ...rest.map((one) => ((1 - FIRST_M) * one) / sum)];
}

const believed = (fields: readonly Field[]): Levels =>
  fields.map((field) => firstGuess(field).map((guess) => guess * BELIEF));

/** Pairs that agree fully on two fields on which strangers seldom do. */
function firstPrior(rows: Rows, pairs: number, u: Levels): number {
  const SELDOM = 0.02;
  let found = 0;
  for (let row = 0; row < rows.count; row++) {
    const agreeing = u.filter((levels, at) => rows.levels[row * u.length + at] === 0 && (levels[0] ?? 1) < SELDOM);
    if (rows.free[row] === 1 && agreeing.length >= 2) found += rows.counts[row] ?? 0;
  }
  return Math.min(0.2, Math.max(found, 1) / pairs);
}

/** Shares of the levels among matches, or among strangers, added to what is believed before. */
function maximise(rows: Rows, posteriors: Float64Array, into: Levels, matches: boolean): Levels {
  for (let row = 0; row < rows.count; row++) {
    const posterior = posteriors[row] ?? 0;
    const share = (rows.counts[row] ?? 0) * (matches ? posterior : 1 - posterior);
    if (share === 0) continue;
    for (const [at, levels] of into.entries()) {
      const level = rows.levels[row * into.length + at] ?? SILENT;
      if (level !== SILENT) levels[level] = (levels[level] ?? 0) + share;
    }
  }
  return into.map((levels) => {
    const sum = levels.reduce((total, one) => total + one, 0);
    return levels.map((one) => (matches ? Math.max(LEAST_M, sum > 0 ? one / sum : 0) : sum > 0 ? one / sum : 0));
  });
}

/** log2(m / u) of every state; for a value by how common it is. */
function weigh({ shape, common }: Evidence, m: Levels, u: Levels, prior: number): number[][] {
  return shape.fields.map(({ kind }, at) => {
    const weights: number[] = [0];
    for (const [level, { common: code, typo = false }] of LEVELS[kind].entries()) {
      const mine = m[at]?.[level] ?? 0;
      const theirs = u[at]?.[level] ?? 0;
      const least = STRANGERS * prior * mine;
      if (code === undefined) {
        weights.push(Math.log2(mine / Math.max(theirs, least)));
        continue;
      }
      const agree = common[at]?.agree[code] ?? 1;
      // Full agreement of strangers is what the shares say; a lesser level is a part of that.
      const part = level === 0 ? 1 : Math.min(1, theirs / agree);
      for (const share of common[at]?.shares[code] ?? [])
        weights.push(Math.log2(mine / Math.max(part * Math.max(share || agree, typo ? agree : 0), least)));
    }
    return weights;
  });
}
