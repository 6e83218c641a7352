import type { AnchorEvidence } from './evidence.ts';
import { isContested } from './quiet.ts';
import { type Party, type Tenure, tenuresOf, type Use } from './tenure.ts';
import type { Unions } from './unions.ts';
import type { Work } from './work.ts';

/** Who used each number, as tenures know them: step 2 of `cluster` begins here. */

/** A party that bears only the number and a name is a party of its own for the tenures. */
const namedParty = (name: string): Party => ({
  id: `name:${name}`,
  own: false,
  names: [name],
  ones: new Map(),
  cards: new Map(),
});

export function cutTenures(
  anchors: readonly AnchorEvidence[],
  usable: Work['usable'],
  party: Work['party'],
  unions: Unions,
): { tenures: Map<string, Tenure[]>; contested: boolean } {
  const uses = new Map<string, Use[]>();
  const parties = describeParties(anchors, usable, party, unions);
  for (const anchor of anchors) {
    const id = party.get(anchor.anchor) ?? null;
    for (const { node, kind } of usable.get(anchor.anchor) ?? []) {
      if (kind !== 'mobile') continue;
      const list = uses.get(node) ?? [];
      uses.set(node, list);
      for (const { name, runs } of anchor.uses) {
        const named = id === null && name !== '' ? namedParty(name) : null;
        if (named) parties.set(named.id, named);
        list.push(...runs.map((run) => ({ party: named?.id ?? id, run })));
      }
    }
  }
  const cut = [...uses].map(([node, list]): [string, Tenure[]] => [node, tenuresOf(list, parties)]);
  return { tenures: new Map(cut), contested: [...uses.values()].some((list) => isContested(list, parties)) };
}

function describeParties(
  anchors: readonly AnchorEvidence[],
  usable: Work['usable'],
  party: Work['party'],
  unions: Unions,
): Map<string, Party> {
  const cards = new Map<string, Map<string, Set<string>>>();
  const parties = new Map<string, Party>();
  for (const { anchor } of anchors) {
    const id = party.get(anchor) ?? null;
    const nodes = usable.get(anchor) ?? [];
    for (const { node, kind, scope } of nodes) {
      if (kind !== 'member_card') continue;
      const group = unions.find(node).id;
      const ofGroup = cards.get(group) ?? new Map<string, Set<string>>();
      cards.set(group, ofGroup.set(scope, (ofGroup.get(scope) ?? new Set<string>()).add(node)));
    }
    if (id === null || parties.has(id)) continue;
    const group = unions.find(id);
    const known = cards.get(group.id) ?? new Map<string, Set<string>>();
    cards.set(group.id, known);
    parties.set(id, {
      id,
      own: true,
      names: group.voices.flatMap((voice) => [...voice]),
      ones: group.ones,
      cards: known,
    });
  }
  return parties;
}
