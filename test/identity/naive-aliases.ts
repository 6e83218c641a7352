import { type AnchorEvidence, compareStamps, type Stamp } from '../../identity/evidence.ts';
import type { Told } from './naive-answer.ts';

/**
 * CONTRACT §3 Ids: aliases are "those that had a customer of their own when events and decisions are taken in order of
 * `received`". Whoever is one in the end is looked at after each event and decision: who stood alone then?
 */
type Fact = { stamp: Stamp; ends: string[]; event: boolean };

export function naiveAliases(
  owned: readonly { anchor: AnchorEvidence; first: Stamp | undefined }[],
  label: number,
  told: Told,
): Stamp[] {
  const mine = told.points.filter((point) => point.label === label || (point.at >= 0 && told.answers(point) === label));
  const facts: Fact[] = owned.flatMap(({ anchor, first }) => {
    const nodes = told.left(anchor).map(({ node }) => node);
    const ends = mine.filter(({ node }) => nodes.includes(node)).map(({ id }) => id);
    return first ? [{ stamp: first, ends: [`anchor ${anchor.anchor}`, ...ends], event: true }] : [];
  });
  for (const decision of told.evidence.decisions) {
    if (decision.what !== 'link') continue;
    if (!decision.anchors.every((id) => owned.some(({ anchor }) => anchor.anchor === id))) continue;
    const stamp = { received: decision.received, time: Number.POSITIVE_INFINITY, key: decision.id };
    facts.push({ stamp, ends: decision.anchors.map((id) => `anchor ${id}`), event: false });
  }
  facts.sort((a, b) => compareStamps(a.stamp, b.stamp));
  const shown = new Map<string, Stamp>();
  for (const count of facts.keys()) {
    for (const first of customersOf(facts.slice(0, count + 1))) shown.set(first.key, first);
  }
  const last = customersOf(facts).map(({ key }) => key);
  return [...shown.values()].filter(({ key }) => !last.includes(key)).sort(compareStamps);
}

/** The first event of each set of facts that hang together, sets without an event left out. */
function customersOf(facts: readonly Fact[]): Stamp[] {
  let sets = facts.map((fact) => [fact]);
  for (let joined = true; joined; ) {
    joined = false;
    for (const set of sets) {
      const met = sets.find((other) => other !== set && meet(set, other));
      if (!met) continue;
      sets = [...sets.filter((other) => other !== set && other !== met), [...set, ...met]];
      joined = true;
      break;
    }
  }
  return sets.flatMap((set) => {
    const events = set.filter(({ event }) => event).map(({ stamp }) => stamp);
    return events.sort(compareStamps)[0] ?? [];
  });
}

function meet(a: readonly Fact[], b: readonly Fact[]): boolean {
  const ends = new Set(a.flatMap((fact) => fact.ends));
  return b.some((fact) => fact.ends.some((end) => ends.has(end)));
}
