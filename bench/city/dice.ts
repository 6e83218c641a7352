import { seeded } from '../population.ts';

/** Choices from a seed: the same seed makes the same city. */
export type Dice = {
  below(count: number): number;
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** A time between two (epoch ms). */
  between(from: number, to: number): number;
};

export function diceOf(seed: number): Dice {
  const next = seeded(seed);
  const below = (count: number): number => Math.floor(next() * count);
  return {
    below,
    chance: (share) => next() < share,
    pick: (list) => {
      const [found] = list.slice(below(list.length)).slice(0, 1);
      if (found === undefined) throw new Error('nothing to pick from');
      return found;
    },
    between: (from, to) => from + Math.floor(next() * Math.max(to - from, 1)),
  };
}
