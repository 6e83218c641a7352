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
  return figures(right, pairs.length, pairsOf(sizesOf(Float64Array.from(truth))));
}

/** How often each number occurs. Sorted, not mapped: a million keys of a Map are more than all that is measured. */
function sizesOf(values: Float64Array): number[] {
  const sizes: number[] = [];
  const sorted = values.slice().sort();
  for (let at = 0, next = 0; at < sorted.length; at = next) {
    for (next = at + 1; sorted[next] === sorted[at]; ) next += 1;
    sizes.push(next - at);
  }
  return sizes;
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
  const roots = Float64Array.from(truth, (_, at) => rootOf(at));
  const both = Float64Array.from(truth, (person, at) => person * truth.length + (roots[at] ?? 0));
  return figures(pairsOf(sizesOf(both)), pairsOf(sizesOf(roots)), pairsOf(sizesOf(Float64Array.from(truth))));
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
