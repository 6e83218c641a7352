import { type Common, OCTAVES } from './common.ts';
import { levelOf } from './compare.ts';
import { type Field, LEVELS } from './fields.ts';
import type { Records } from './records.ts';

/**
 * The comparison of two records as one whole number: a state for each field. State 0: one of them says nothing; then
 * the levels, those that ask how common a value is with a state for each octave. EM and scoring work on the counts of
 * these numbers, not on pairs.
 */
export type Shape = {
  fields: readonly Field[];
  /** First state of each level, by field. */
  firsts: readonly (readonly number[])[];
  /** States of each field. */
  sizes: readonly number[];
};

export function shapeOf(fields: readonly Field[]): Shape {
  const firsts: number[][] = [];
  const sizes: number[] = [];
  for (const { kind } of fields) {
    let state = 1;
    const mine = LEVELS[kind].map(({ common }) => {
      const first = state;
      state += common === undefined ? 1 : OCTAVES;
      return first;
    });
    firsts.push(mine);
    sizes.push(state);
  }
  return { fields, firsts, sizes };
}

/** The pattern of two records. */
export type Patterner = (a: number, b: number) => number;

export function makePatterner(records: Records, shape: Shape, common: readonly Common[]): Patterner {
  const { fields, firsts, sizes } = shape;
  const count = fields.length;
  const octaves = fields.map(({ kind }, at) =>
    LEVELS[kind].map((level) => (level.common === undefined ? null : (common[at]?.octaves[level.common] ?? null))),
  );
  return (a, b) => {
    let pattern = 0;
    for (let at = 0; at < count; at++) {
      const field = fields[at];
      const level = field === undefined ? -1 : levelOf(records, field, a, b);
      let state = 0;
      if (level >= 0) {
        const mine = octaves[at]?.[level];
        state = firsts[at]?.[level] ?? 0;
        if (mine) state += Math.min(mine[a] ?? 0, mine[b] ?? 0);
      }
      pattern = pattern * (sizes[at] ?? 1) + state;
    }
    return pattern;
  };
}

/** The states of a pattern, by field. */
export function statesOf({ sizes }: Shape, pattern: number): number[] {
  const states = sizes.map(() => 0);
  let rest = pattern;
  for (let at = sizes.length - 1; at >= 0; at--) {
    const size = sizes[at] ?? 1;
    states[at] = rest % size;
    rest = Math.floor(rest / size);
  }
  return states;
}

/** Level and octave of a state; null where one of the two says nothing. */
export function levelAt(shape: Shape, at: number, state: number): { level: number; octave: number } | null {
  const firsts = shape.firsts[at] ?? [];
  if (state === 0) return null;
  let level = 0;
  while (level + 1 < firsts.length && (firsts[level + 1] ?? 0) <= state) level += 1;
  return { level, octave: state - (firsts[level] ?? 0) };
}
