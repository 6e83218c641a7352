/** Precision and recall of a partition of events against the true one: by pairs, and B³ (the mean over events). */
export type Score = { events: number; pairs: Ratio & { same: number }; bcubed: Ratio };
export type Ratio = { precision: number; recall: number };

const pairsOf = (count: number): number => (count * (count - 1)) / 2;

/** Counts events by (truth, owner). An event without owner is alone. */
export function makeScore(): {
  add(truth: number, owner: number | null): void;
  score(find?: (owner: number) => number): Score;
} {
  const truths: number[] = [];
  const owners: (number | null)[] = [];
  return {
    add: (truth, owner) => {
      truths.push(truth);
      owners.push(owner);
    },
    score: (find = (owner) => owner) => {
      const [byTruth, byOwner, both] = [
        new Map<number, number>(),
        new Map<number, number>(),
        new Map<number, number>(),
      ];
      const span = truths.length + 1;
      const bump = (map: Map<number, number>, key: number): unknown => map.set(key, (map.get(key) ?? 0) + 1);
      let alone = 0;
      for (const [at, truth] of truths.entries()) {
        bump(byTruth, truth);
        const owner = owners[at] ?? null;
        if (owner === null) alone += 1;
        else {
          bump(byOwner, find(owner));
          bump(both, find(owner) * span + truth);
        }
      }
      let [same, precise, recalled] = [0, alone, 0];
      for (const [key, count] of both) {
        same += pairsOf(count);
        precise += (count * count) / (byOwner.get(Math.floor(key / span)) ?? 1);
        recalled += (count * count) / (byTruth.get(key % span) ?? 1);
      }
      for (const [at, truth] of truths.entries())
        if ((owners[at] ?? null) === null) recalled += 1 / (byTruth.get(truth) ?? 1);
      const sum = (map: Map<number, number>): number =>
        [...map.values()].reduce((total, count) => total + pairsOf(count), 0);
      const events = Math.max(truths.length, 1);
      return {
        events: truths.length,
        pairs: { same, precision: same / Math.max(sum(byOwner), 1), recall: same / Math.max(sum(byTruth), 1) },
        bcubed: { precision: precise / events, recall: recalled / events },
      };
    },
  };
}
