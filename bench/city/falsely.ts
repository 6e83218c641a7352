import type { Unit } from './allowed.ts';
import { makeSets } from './evidence.ts';
import { relateAll } from './names.ts';
import { differ, type Sides } from './tenures.ts';

/**
 * Why two units of two people are one customer. `fault`: something that was sent tells them apart. All others are
 * indistinguishable by what was sent: the same events might be one person's.
 */
export type Verdict =
  | 'fault'
  /** They bear one contact, and no name, account or passing on tells them apart. */
  | 'same_contact'
  /** A use of nothing but a contact that the other bears too. */
  | 'contact_alone'
  /** The same, with a name that clearly differs: CONTRACT §2 gives such a use to the holder. */
  | 'contact_and_name'
  /** An order, receipt or device, and nothing else, that only the other named. */
  | 'attached'
  /** Known by payments alone, and all of them paid what the other bought. */
  | 'payer';

export type FalsePair = { a: Unit; b: Unit; verdict: Verdict };

/** Every two units of different people within one customer. */
export function falsePairs(units: readonly Unit[]): FalsePair[] {
  if (new Set(units.map(({ person }) => person)).size < 2) return [];
  const linked = linksOf(units);
  return units.flatMap((a, at) =>
    units.slice(at + 1).flatMap((b) => (a.person === b.person ? [] : [{ a, b, verdict: judge(a, b, units, linked) }])),
  );
}

type Linked = (a: Unit, b: Unit) => boolean;

/** Whether what the units bear in common connects two of them, through others of the customer or not. */
function linksOf(units: readonly Unit[]): Linked {
  const sets = makeSets();
  for (const { key, bears, things } of units) for (const one of [...bears, ...things]) sets.join(key, one);
  return (a, b) => sets.find(a.key) === sets.find(b.key);
}

function judge(a: Unit, b: Unit, units: readonly Unit[], linked: Linked): Verdict {
  if (!linked(a, b)) return 'fault';
  const [weak, other] = ['attached', 'payer', 'alone'].includes(a.what) ? [a, b] : [b, a];
  if (weak.what === 'attached') {
    // It follows what named it; where that is in the same customer, it is there by no fault of its own.
    const named = targetsOf(weak, units).find(({ person }) => person === weak.person);
    if (named && named.what !== 'attached') return judge(named, other, units, linked);
    return pointsTo(weak, units, other.person) ? 'attached' : 'fault';
  }
  if (weak.what === 'payer') return agree(targetsOf(weak, units)) ? 'payer' : 'fault';
  if (other.what === 'attached' || other.what === 'payer') return judge(other, weak, units, linked);
  if (a.what === 'alone' || b.what === 'alone') {
    const alone = a.what === 'alone' ? a : b;
    const holder = alone === a ? b : a;
    const held = units.some(
      (unit) => unit.person === holder.person && [...alone.bears].some((one) => unit.bears.has(one)),
    );
    if (!held && !linked(a, b)) return 'fault';
    return relateAll(a.names, b.names) === 'differ' ? 'contact_and_name' : 'contact_alone';
  }
  return differ(a, b) ? 'fault' : 'same_contact';
}

const pointsTo = (unit: Unit, units: readonly Unit[], person: number): boolean =>
  units.some((one) => one !== unit && one.person === person && [...unit.things].some((thing) => one.things.has(thing)));

const targetsOf = (unit: Unit, units: readonly Unit[]): Unit[] =>
  units.filter((one) => one !== unit && [...unit.things].some((thing) => one.things.has(thing)));

const agree = (sides: readonly Sides[]): boolean =>
  sides.length > 0 && sides.every((one, at) => sides.slice(at + 1).every((other) => !differ(one, other)));
