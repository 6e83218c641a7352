/** Figures against the truth: of pairs as they are suggested, and of clusters (connected components) made of them. */
export type Figures = { precision: number; recall: number; f1: number };

const figures = (right: number, found: number, all: number): Figures => ({
  precision: found === 0 ? 1 : right / found,
  recall: right / all,
  f1: (2 * right) / (found + all),
});

const pairsOf = (sizes: Iterable<number>): number => {
  let sum = 0;
  for (const size of sizes) sum += (size * (size - 1)) / 2;
  return sum;
};

export function pairwise(truth: readonly number[], pairs: readonly { a: number; b: number }[]): Figures {
  const right = pairs.filter(({ a, b }) => truth[a] === truth[b]).length;
  return figures(right, pairs.length, pairsOf(countBy(truth).values()));
}

function countBy<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

export function clustered(truth: readonly number[], pairs: readonly { a: number; b: number }[]): Figures {
  const parents = Uint32Array.from(truth, (_, at) => at);
  const rootOf = (record: number): number => {
    let root = record;
    while (parents[root] !== root) {
      parents[root] = parents[parents[root] ?? 0] ?? 0;
      root = parents[root] ?? 0;
    }
    return root;
  };
  for (const { a, b } of pairs) parents[rootOf(a)] = rootOf(b);
  const roots = truth.map((_, at) => rootOf(at));
  const right = pairsOf(countBy(truth.map((person, at) => `${person} ${roots[at]}`)).values());
  return figures(right, pairsOf(countBy(roots).values()), pairsOf(countBy(truth).values()));
}

/** Of the pairs between two probabilities: how many, what was said, what is true. */
export function calibration(truth: readonly number[], pairs: readonly { a: number; b: number; probability: number }[]) {
  const bounds = [0.5, 0.7, 0.9, 0.99, 1.01];
  return bounds.slice(1).map((to, at) => {
    const from = bounds[at] ?? 0;
    const some = pairs.filter(({ probability }) => probability >= from && probability < to);
    const said = some.reduce((sum, { probability }) => sum + probability, 0) / Math.max(1, some.length);
    return { from, pairs: some.length, said, true: pairwise(truth, some).precision };
  });
}
