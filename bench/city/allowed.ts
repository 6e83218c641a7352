import { makeSets, type Reading, type Use } from './evidence.ts';
import type { Said } from './names.ts';
import type { Quarter } from './quarter.ts';
import { differ, type Segment, type Sides, segmentsOf, type User, usersOf } from './tenures.ts';

/**
 * What the evidence allows. A unit is what can only be one person's: a bundle; the uses of a contact alone by one
 * person, within one tenure, under one name; or an event with attaching identifiers alone.
 */
export type Unit = Sides & {
  key: string;
  person: number;
  events: number[];
  /** Where a unit bears which contact: `contact#tenure`. */
  bears: Set<string>;
  what: 'bundle' | 'payer' | 'alone' | 'attached' | 'nothing';
  things: Set<string>;
};
export type Allowed = {
  units: Unit[];
  unitOf: (Unit | undefined)[];
  /** Names a set of units of one person that the evidence connects. */
  setOf(unit: Unit): string;
};

const NONE: Sides = { names: [], ones: new Map(), cards: new Set() };

export function allowedIn(quarter: Quarter, reading: Reading): Allowed {
  const units = new Map<string, Unit>();
  const unitOf: (Unit | undefined)[] = [];
  const add = (event: number, key: string, what: Unit['what'], sides: Sides): Unit => {
    const person = quarter.told[event]?.person ?? -1;
    const known = units.get(key) ?? { ...sides, key, person, events: [], bears: new Set(), what, things: new Set() };
    units.set(key, known);
    known.events.push(event);
    for (const thing of reading.thingsOf[event] ?? []) known.things.add(thing);
    unitOf[event] = known;
    return known;
  };
  for (const { id, pays, events, ...sides } of reading.bundles)
    for (const event of events) add(event, `b${id}`, pays ? 'payer' : 'bundle', sides);
  const sets = makeSets();
  const segments = [...reading.contacts].flatMap(([contact, uses]) => segmentsOf(contact, uses));
  for (const { name, uses } of segments) {
    for (const use of uses) {
      if (use.bundle) units.get(`b${use.bundle.id}`)?.bears.add(name);
      else {
        const said: Said[] = use.said ? [use.said] : [];
        const key = `a${name} ${use.person} ${use.said?.text ?? ''}`;
        add(use.event, key, 'alone', { ...NONE, names: said }).bears.add(name);
      }
    }
  }
  for (const event of quarter.told.keys()) {
    if (unitOf[event]) continue;
    const attached = (reading.thingsOf[event]?.length ?? 0) > 0 && !reading.joins[event];
    add(event, `t${event}`, attached ? 'attached' : 'nothing', NONE);
  }
  const join = (a: Unit | undefined, b: Unit | undefined): void => {
    if (a && b && a.person === b.person) sets.join(a.key, b.key);
  };
  const contests = segments.map(contestOf);
  const chain = chainsIn(contests);
  for (const contest of contests) joinSegment(contest, chain, units, unitOf, join);
  const all = [...units.values()];
  const setOf = (unit: Unit): string => sets.find(unit.key);
  joinThings(all, setOf, chain, join);
  return { units: all, unitOf, setOf };
}

type Claim = { user: User; strength: number; time: number; first: number };

/**
 * The surest claim of each user: strength first, then the earliest event. A set of identifiers is as sure as its surest
 * event and as early as its earliest, be they in this tenure or not: evidence adds up.
 */
function claimsOf({ uses, from, all }: Segment): Claim[] {
  return usersOf(uses.filter(({ ours }) => !ours)).map((user) => {
    const [name] = user.names;
    const own = ({ ours, bundle, said }: Use): boolean =>
      !ours && (user.bundle ? bundle?.id === user.bundle.id : !bundle && said?.text === name?.text);
    const mine = uses.filter(own);
    const anchors = new Set(mine.map(({ anchor }) => anchor));
    const added = user.bundle ? all.filter((use) => own(use) && anchors.has(use.anchor)) : mine;
    const strength = Math.max(...added.map((use) => use.strength));
    const surest = new Set(added.filter((use) => use.strength === strength).map(({ anchor }) => anchor));
    const time = Math.min(...added.filter(({ anchor }) => surest.has(anchor)).map((use) => use.time));
    const inside = mine.map((use) => use.time).filter((at) => at >= from);
    return { user, strength, time, first: inside.length > 0 ? Math.min(...inside) : from };
  });
}

type Contest = { segment: Segment; near: Claim[]; claims: Claim[] };
type Join = (a: Unit | undefined, b: Unit | undefined) => void;

/**
 * Within a tenure a contact joins all that bear it, unless some of them clearly differ. Then it stays with the surest
 * and earliest, and with who differs from none of those to whom it stays.
 */
function contestOf(segment: Segment): Contest {
  const claims = claimsOf(segment).sort((a, b) => b.strength - a.strength || a.time - b.time);
  const near: Claim[] = [];
  for (const claim of claims) if (near.every(({ user }) => !differ(user, claim.user))) near.push(claim);
  return { segment, near, claims };
}

type Chain = (user: User, but: Contest | null) => readonly User[];

/**
 * Whom a user leads to by other contacts and tenures than the one in hand, step by step. Where such a chain ends at
 * somebody who differs, it contradicts itself, and nothing that was sent tells which of its links is wrong.
 */
function chainsIn(contests: readonly Contest[]): Chain {
  const of = new Map<string, Contest[]>();
  for (const contest of contests)
    for (const { user } of contest.near) of.set(user.key, [...(of.get(user.key) ?? []), contest]);
  return (user, but) => {
    const reached = new Map([[user.key, user]]);
    for (const one of reached.values())
      for (const contest of of.get(one.key) ?? [])
        if (contest !== but) for (const { user: next } of contest.near) reached.set(next.key, next);
    return [...reached.values()];
  };
}

/**
 * Joins what a contact says of the units of one person, but for those whom a chain leads to somebody who differs from a
 * surer one here. Where some are against others, uses of the contact alone are the first holder's.
 */
function joinSegment(
  contest: Contest,
  chain: Chain,
  units: ReadonlyMap<string, Unit>,
  unitOf: readonly (Unit | undefined)[],
  join: Join,
): void {
  const { segment, claims } = contest;
  const alone = segment.uses.flatMap(({ event, bundle }) => (bundle ? [] : (unitOf[event] ?? [])));
  const around = new Map(claims.map(({ user }) => [user.key, chain(user, contest)]));
  const against = (one: Claim, other: Claim): boolean =>
    around.get(one.user.key)?.some((a) => around.get(other.user.key)?.some((b) => differ(a, b))) === true;
  // Whether one stays here is not known where its chains contradict a surer one, nor where it differs from such a one.
  const [core, open]: [Claim[], Claim[]] = [[], []];
  for (const claim of claims) {
    const differs = ({ user }: Claim): boolean => differ(user, claim.user);
    if (core.some(differs)) continue;
    if (open.some(differs) || core.some((surer) => against(claim, surer))) open.push(claim);
    else core.push(claim);
  }
  const members = core.flatMap(({ user }) => (user.bundle ? (units.get(user.key) ?? []) : []));
  for (const one of members) for (const other of members) join(one, other);
  if (core.length === claims.length) {
    for (const one of alone) for (const other of [...members, ...alone]) join(one, other);
    return;
  }
  const strongest = Math.max(...core.map(({ strength }) => strength));
  const disputes = claims.filter((one) => !core.includes(one) && one.strength >= Math.min(3, strongest));
  const holders = [...core, ...disputes].sort((a, b) => a.first - b.first);
  const [first] = holders;
  if (!first || open.includes(first)) return;
  const side = core.includes(first) ? core : [first];
  // A name said with the contact alone may stand against the holder: whose these uses are is then not known.
  const clear = alone.filter((unit) => side.every(({ user }) => !differ(unit, user)));
  for (const { user } of side)
    for (const one of clear) for (const other of [units.get(user.key), ...clear]) join(one, other);
}

/** Orders, receipts, devices and payments: whose they are, where all who name them are known to be one. */
function joinThings(units: readonly Unit[], setOf: (unit: Unit) => string, chain: Chain, join: Join): void {
  const named = new Map<string, Unit[]>();
  for (const unit of units) {
    if (unit.what === 'attached' || unit.what === 'nothing') continue;
    for (const thing of unit.things) named.set(thing, [...(named.get(thing) ?? []), unit]);
  }
  const targets = (unit: Unit): Unit[] =>
    [...unit.things].flatMap((thing) => (named.get(thing) ?? []).filter((one) => one !== unit));
  const one = (found: readonly Unit[]): Unit | undefined =>
    new Set(found.map(setOf)).size === 1 ? found[0] : undefined;
  const clashes = (payer: Unit, target: Unit): boolean =>
    chain({ ...target, bundle: null }, null).some((user) => differ(user, payer));
  for (const unit of units.filter(({ what }) => what === 'payer')) {
    const found = targets(unit);
    if (!found.some((target) => clashes(unit, target))) join(unit, one(found));
  }
  for (const unit of units) if (unit.what === 'attached') join(unit, one(targets(unit)));
}

/** Pairs of events of one person that the evidence does not allow, by what is lacking. */
export type Beyond = {
  /** No identifier leads from one to the other. */
  unlinked: number;
  /** One of them bears nothing but values that join nobody. */
  nobody: number;
  /** Only what others bear too leads there, and it is theirs as much. */
  contested: number;
};

export function beyond({ units, setOf }: Allowed): Beyond {
  const lacking: Beyond = { unlinked: 0, nobody: 0, contested: 0 };
  const linked = makeSets();
  for (const { key, person, bears, things } of units) {
    for (const one of bears) linked.join(key, `${person} ${one.split('#')[0]}`);
    for (const one of things) linked.join(key, `${person} ${one}`);
  }
  const byPerson = new Map<number, Unit[]>();
  for (const unit of units) byPerson.set(unit.person, [...(byPerson.get(unit.person) ?? []), unit]);
  for (const own of byPerson.values()) {
    for (const [at, a] of own.entries()) {
      for (const b of own.slice(at + 1)) {
        if (setOf(a) === setOf(b)) continue;
        const nobody = a.what === 'nothing' || b.what === 'nothing';
        const what = nobody ? 'nobody' : linked.find(a.key) === linked.find(b.key) ? 'contested' : 'unlinked';
        lacking[what] += a.events.length * b.events.length;
      }
    }
  }
  return lacking;
}
