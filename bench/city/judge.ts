import type { Whole } from '../../test/whole/house.ts';
import { allowedIn, type Beyond, beyond, type Unit } from './allowed.ts';
import { type City, quartersOf } from './city.ts';
import { readQuarter } from './evidence.ts';
import { type FalsePair, falsePairs, type Verdict } from './falsely.ts';
import type { Quarter } from './quarter.ts';
import { makeScore, type Score } from './score.ts';

/** How well a house knows a city. Pairs are pairs of events. */
export type Judged = {
  all: Score;
  /** Pairs that the evidence allows, and those of them that are found. */
  allowed: { pairs: number; found: number };
  /** Of the others, what is lacking. */
  beyond: Beyond;
  anonymous: number;
  customers: number;
  people: number;
  /** False pairs by what excuses them, and the customers and persons that are in them. */
  verdicts: Map<Verdict, { pairs: number; customers: Set<string> }>;
  traps: Map<string, Trapped>;
  faults: Listed[];
  /** Some of each kind of those that nothing tells apart. */
  excused: Listed[];
  missed: Listed[];
  /** Customers that own events of two quarters, where nothing common to them may join. */
  across: number;
};
export type Trapped = {
  events: number;
  pairs: number;
  same: number;
  allowed: number;
  found: number;
  fault: number;
  excused: number;
};
/** Two events that are wrongly one customer's, or wrongly two's, with their owners. */
export type Listed = {
  verdict: Verdict | 'missed';
  traps: string;
  owners: [string | null, string | null];
  events: [string, string];
  units: [Unit, Unit];
};

const LISTED = 50;
const EXAMPLES = 3;
const pairsOf = (count: number): number => (count * (count - 1)) / 2;

export type Owners = readonly (string | null)[];

/** The owner of every event of a quarter in a house; null for nobody's. */
export async function ownersOf({ house }: Whole, { told }: Quarter): Promise<Owners> {
  const { reads } = house;
  const rows = await reads.reader.events(told.map(({ event }) => reads.hashOf(event.channel, event.source, event.id)));
  return Promise.all(
    rows.map((row, at) => {
      if (!row) throw new Error(`event ${told[at]?.event.id} was not applied`);
      return row.anchor === null ? null : reads.ownerOf(row.anchor, row.time);
    }),
  );
}

const newJudged = (): Omit<Judged, 'all'> => ({
  ...{ allowed: { pairs: 0, found: 0 }, anonymous: 0, customers: 0, people: 0 },
  beyond: { unlinked: 0, nobody: 0, contested: 0 },
  ...{ verdicts: new Map(), traps: new Map(), faults: [], excused: [], missed: [], across: 0 },
});

/** `ownersIn`: the owner of every event of a quarter, null for nobody's. */
export async function judgeCity(city: City, ownersIn: (quarter: Quarter) => Promise<Owners>): Promise<Judged> {
  const judged = newJudged();
  const scores = makeScore();
  const numbers = new Map<string, { number: number; quarter: number }>();
  let first = 0;
  for (const quarter of quartersOf(city)) {
    const owners = await ownersIn(quarter);
    for (const [at, { person }] of quarter.told.entries()) {
      const owner = owners[at] ?? null;
      if (owner === null) judged.anonymous += 1;
      const known = owner === null ? null : (numbers.get(owner) ?? { number: numbers.size, quarter: quarter.index });
      if (owner !== null && known) numbers.set(owner, known);
      if (known && known.quarter !== quarter.index) judged.across += 1;
      scores.add(first + person, known?.number ?? null);
    }
    first += quarter.people.length;
    judgeQuarter(judged, quarter, owners);
  }
  return { ...judged, all: scores.score(), customers: numbers.size, people: first };
}

function judgeQuarter(judged: Omit<Judged, 'all'>, quarter: Quarter, owners: Owners): void {
  const allowed = allowedIn(quarter, readQuarter(quarter));
  const { units, setOf } = allowed;
  const lacking = beyond(allowed);
  judged.beyond.unlinked += lacking.unlinked;
  judged.beyond.nobody += lacking.nobody;
  judged.beyond.contested += lacking.contested;
  countTruth(judged, quarter, owners);
  const sets = groupBy(units, setOf);
  for (const set of sets.values()) countAllowed(judged, quarter, set, owners);
  const byOwner = new Map<string, Map<Unit, number[]>>();
  for (const unit of units) {
    for (const event of unit.events) {
      const owner = owners[event] ?? null;
      if (owner === null) continue;
      const parts = byOwner.get(owner) ?? new Map<Unit, number[]>();
      byOwner.set(owner, parts.set(unit, [...(parts.get(unit) ?? []), event]));
    }
  }
  for (const [owner, parts] of byOwner)
    for (const pair of falsePairs([...parts.keys()], setOf, sets)) countFalse(judged, quarter, owner, parts, pair);
}

export function groupBy<T>(list: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}

function trapped({ traps }: Pick<Judged, 'traps'>, name: string): Trapped {
  const none = { events: 0, pairs: 0, same: 0, allowed: 0, found: 0, fault: 0, excused: 0 };
  const known = traps.get(name) ?? none;
  traps.set(name, known);
  return known;
}

const trapOf = ({ people }: Quarter, person: number): string => people[person]?.trap ?? '';

function countTruth(judged: Omit<Judged, 'all'>, quarter: Quarter, owners: Owners): void {
  const events = groupBy([...quarter.told.keys()], (at) => String(quarter.told[at]?.person));
  for (const [person, own] of events) {
    const trap = trapped(judged, trapOf(quarter, Number(person)));
    trap.events += own.length;
    trap.pairs += pairsOf(own.length);
    trap.same += sameIn(own, owners);
  }
}

function sameIn(events: readonly number[], owners: Owners): number {
  const known = events.filter((event) => (owners[event] ?? null) !== null);
  return [...groupBy(known, (event) => owners[event] ?? '').values()].reduce(
    (sum, { length }) => sum + pairsOf(length),
    0,
  );
}

function countAllowed(judged: Omit<Judged, 'all'>, quarter: Quarter, set: readonly Unit[], owners: Owners): void {
  const events = set.flatMap((unit) => unit.events);
  const found = sameIn(events, owners);
  const trap = trapOf(quarter, set[0]?.person ?? -1);
  const counts = trapped(judged, trap);
  judged.allowed.pairs += pairsOf(events.length);
  judged.allowed.found += found;
  counts.allowed += pairsOf(events.length);
  counts.found += found;
  if (found === pairsOf(events.length) || judged.missed.length >= LISTED) return;
  const [a, b] = apart(set, owners);
  if (a && b) judged.missed.push(listed(quarter, 'missed', ({ event }) => owners[event] ?? null, [a, b]));
}

type At = { unit: Unit; event: number };

/** Two events of a set that have not one owner. */
function apart(set: readonly Unit[], owners: Owners): At[] {
  const all = set.flatMap((unit) => unit.events.map((event) => ({ unit, event })));
  const [first] = all;
  const other = all.find(({ event }) => owners[event] !== owners[first?.event ?? -1] || owners[event] === null);
  return first && other ? [first, other] : [];
}

function listed(
  quarter: Quarter,
  verdict: Listed['verdict'],
  owner: (at: At) => string | null,
  both: [At, At],
): Listed {
  const [a, b] = both;
  const id = ({ event }: At): string => quarter.told[event]?.event.id ?? '';
  const traps = new Set(both.map(({ unit }) => trapOf(quarter, unit.person)));
  return {
    ...{ verdict, traps: [...traps].join(' and '), owners: [owner(a), owner(b)] },
    ...{ events: [id(a), id(b)], units: [a.unit, b.unit] },
  };
}

function countFalse(
  judged: Omit<Judged, 'all'>,
  quarter: Quarter,
  owner: string,
  parts: ReadonlyMap<Unit, readonly number[]>,
  { a, b, verdict }: FalsePair,
): void {
  const [one = [], other = []] = [parts.get(a), parts.get(b)];
  const pairs = one.length * other.length;
  const known = judged.verdicts.get(verdict) ?? { pairs: 0, customers: new Set<string>() };
  judged.verdicts.set(verdict, { pairs: known.pairs + pairs, customers: known.customers.add(owner) });
  for (const name of new Set([trapOf(quarter, a.person), trapOf(quarter, b.person)])) {
    const counts = trapped(judged, name);
    if (verdict === 'fault') counts.fault += pairs;
    else counts.excused += pairs;
  }
  const list = verdict === 'fault' ? judged.faults : judged.excused;
  const alike = list.filter((other) => other.verdict === verdict).length;
  if (alike >= (verdict === 'fault' ? LISTED : EXAMPLES)) return;
  const both: [At, At] = [
    { unit: a, event: one[0] ?? -1 },
    { unit: b, event: other[0] ?? -1 },
  ];
  list.push(listed(quarter, verdict, () => owner, both));
}
