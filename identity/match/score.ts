import { LEVELS } from './fields.ts';
import type { Model } from './learn.ts';
import { levelAt, type Shape, statesOf } from './patterns.ts';

/** Why two records are likely one person: log2 of the evidence of each field; negative ones speak against it. */
export type Because = { field: string; level: string; weight: number };

/** Probability that a pair with this pattern is one person. */
export function probabilityOf(shape: Shape, model: Model, pattern: number): number {
  let sum = Math.log2(model.prior / (1 - model.prior));
  for (const [at, state] of statesOf(shape, pattern).entries()) sum += model.weights[at]?.[state] ?? 0;
  return 1 / (1 + 2 ** -sum);
}

/** Strongest first; fields of which one side says nothing are left out. */
export function explainPattern(shape: Shape, model: Model, pattern: number): Because[] {
  const told = statesOf(shape, pattern).flatMap((state, at) => {
    const field = shape.fields[at];
    const found = levelAt(shape, at, state);
    if (!field || !found) return [];
    const weight = Math.round((model.weights[at]?.[state] ?? 0) * 100) / 100;
    return [{ field: field.name, level: LEVELS[field.kind][found.level]?.name ?? '', weight }];
  });
  return told.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}
