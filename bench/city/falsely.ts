import type { Unit } from './allowed.ts';
import { makeSets } from './evidence.ts';
import { differ, type Sides } from './tenures.ts';

/**
 * Why two units of two people are one customer. `fault`: something that was sent tells them apart. All others but
 * `contact_and_name` are indistinguishable by what was sent: the same events might be one person's.
 */
export type Verdict =
  | 'fault'
  /** They bear one contact, and no name, account or passing on tells them apart. */
  | 'same_contact'
  /** A use of nothing but a contact that the other bears too. */
  | 'contact_alone'
  /** The same, with a name that clearly differs: docs/adr/0022-a-number-alone.md says why it is the holder's. */
  | 'contact_and_name'
  /** An order, receipt or device, and nothing else, that only the other named. */
  | 'attached'
  /** Known by payments alone, and all of them paid what the other bought. */
  | 'payer';

export type FalsePair = { a: Unit; b: Unit; verdict: Verdict };
/** The units of one customer, with what the evidence says of those that it connects to each. */
type Customer = {
  units: readonly Unit[];
  linked(a: Unit, b: Unit): boolean;
  around(unit: Unit): Sides;
  /** All that named the payments of a payer, in this customer or another. */
  paid(payer: Unit): readonly Unit[];
};

/** Every two units of different people in one customer. `sets`: the units that the evidence connects, by name. */
export function falsePairs(
  units: readonly Unit[],
  setOf: (unit: Unit) => string,
  sets: ReadonlyMap<string, readonly Unit[]>,
): FalsePair[] {
  if (new Set(units.map(({ person }) => person)).size < 2) return [];
  const around = (unit: Unit): Sides => sidesOf(sets.get(setOf(unit)) ?? [unit]);
  const paid = (payer: Unit): readonly Unit[] => targetsOf(payer, [...sets.values()].flat());
  const customer: Customer = { units, linked: linksOf(units), around, paid };
  return units.flatMap((a, at) =>
    units.slice(at + 1).flatMap((b) => (a.person === b.person ? [] : [{ a, b, verdict: judge(a, b, customer) }])),
  );
}

function sidesOf(units: readonly Unit[]): Sides {
  const ones = new Map<string, Set<string>>();
  for (const [slot, values] of units.flatMap((unit) => [...unit.ones]))
    ones.set(slot, new Set([...(ones.get(slot) ?? []), ...values]));
  const cards = new Set(units.flatMap((unit) => [...unit.cards]));
  return { names: units.flatMap(({ names }) => names), ones, cards };
}

/** Whether what the units bear in common connects two of them, through others of the customer or not. */
function linksOf(units: readonly Unit[]): Customer['linked'] {
  const sets = makeSets();
  for (const { key, bears, things } of units) for (const one of [...bears, ...things]) sets.join(key, one);
  return (a, b) => sets.find(a.key) === sets.find(b.key);
}

function judge(a: Unit, b: Unit, customer: Customer): Verdict {
  const { units, linked, around, paid } = customer;
  if (!linked(a, b)) return 'fault';
  const [weak, other] = ['attached', 'payer'].includes(a.what) ? [a, b] : [b, a];
  if (weak.what === 'attached') {
    // It follows what named it; where that is in the same customer, it is there by no fault of its own.
    const named = targetsOf(weak, units).find(({ person, what }) => person === weak.person && what !== 'attached');
    if (named) return judge(named, other, customer);
    return pointsTo(weak, units, other.person) ? 'attached' : 'fault';
  }
  if (weak.what === 'payer') return agree(paid(weak).filter(({ what }) => what !== 'attached')) ? 'payer' : 'fault';
  if (!differ(around(a), around(b))) return a.what === 'alone' || b.what === 'alone' ? 'contact_alone' : 'same_contact';
  // Only a use of nothing but the contact, of which nothing more is known than a name, is its holder's all the same.
  const byName = [a, b].some((unit) => unit.what === 'alone' && differ(unit, unit === a ? around(b) : around(a)));
  return byName ? 'contact_and_name' : 'fault';
}

const targetsOf = (unit: Unit, units: readonly Unit[]): Unit[] =>
  units.filter((one) => one !== unit && [...unit.things].some((thing) => one.things.has(thing)));

const pointsTo = (unit: Unit, units: readonly Unit[], person: number): boolean =>
  targetsOf(unit, units).some((one) => one.person === person);

const agree = (sides: readonly Sides[]): boolean =>
  sides.length > 0 && sides.every((one, at) => sides.slice(at + 1).every((other) => !differ(one, other)));
