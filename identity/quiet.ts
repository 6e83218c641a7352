import type { AnchorEvidence } from './evidence.ts';
import { namesRelation, type Party, type Use } from './tenure.ts';

/** What must not be there for a further use to be without consequence: see `quiet` of a clustering. */

export const namesOf = (anchor: AnchorEvidence): string[] =>
  anchor.uses.map((use) => use.name).filter((name) => name !== '');

/**
 * Whether its loss was reported, or two who used a number each have a card of one brand, or a value of one
 * one-per-customer kind.
 */
export function isContested(uses: readonly Use[], parties: ReadonlyMap<string, Party>): boolean {
  if (uses.some(({ run }) => run.lost !== undefined)) return true;
  const seen = new Map<string, string>();
  for (const id of new Set(uses.map((use) => use.party))) {
    const party = id === null ? undefined : parties.get(id);
    for (const kind of party ? [...party.ones.keys(), ...party.cards.keys()].map((key) => `kind ${key}`) : []) {
      if (seen.has(kind)) return true;
      seen.set(kind, party?.id ?? '');
    }
  }
  return false;
}

/**
 * Whether any two names in the evidence contradict each other: then the order of unions, and so strength, may matter.
 */
export function isContradicted(anchors: readonly AnchorEvidence[]): boolean {
  const names = [...new Set(anchors.flatMap(namesOf))];
  return names.some((name, at) => names.slice(at + 1).some((other) => namesRelation([name], [other]) === 'contradict'));
}
