import { isPartName, nameRelation } from '../../schemas/names.ts';
import { sayOfNames } from './naive-tenure.ts';
import type { Point } from './naive-town.ts';

/** Names of a group, by whom they are said of; one that came with a contact alone stands by itself. */
export function voicesOf(group: readonly Point[]): string[][] {
  const own = group.filter(({ at }) => at < 0);
  const voices = [...new Set(own.map(({ voice }) => voice))];
  return [
    ...voices.map((voice) => own.filter((point) => point.voice === voice).flatMap(({ names }) => names)),
    ...group.filter(({ at }) => at >= 0).flatMap(({ names }) => names.map((name) => [name])),
  ];
}

/** Some two of different sides clearly differ, and nobody among them is called by a whole name of each. */
export const voicesDiffer = (a: readonly string[][], b: readonly string[][]): boolean =>
  a.some((one) =>
    b.some((other) => {
      const callsHim = (third: readonly string[], him: readonly string[]): boolean =>
        third.some((name) => !isPartName(name) && him.some((his) => nameRelation(name, his) === 'agree'));
      const known = [...a, ...b].some((third) => callsHim(third, one) && callsHim(third, other));
      return sayOfNames(one, other) === 'contradict' && !known;
    }),
  );
