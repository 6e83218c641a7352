import { createHash } from 'node:crypto';
import type { CanonicalEvent, IdentifierInput } from '../../schemas/event.ts';
import { type Dice, diceOf } from './dice.ts';
import { type Form, type Name, nameBy, type Said, spell } from './names.ts';

/**
 * A quarter of the city: the neighbourhood of one store, some hundred people. Only what people type in place of a
 * number is common to several quarters, so the truth about a city is told quarter by quarter.
 */
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** First and last day of the city's story. */
export const FIRST = Date.UTC(2022, 0, 3, 2);
export const LAST = Date.UTC(2025, 5, 30, 2);
export const MINI = 'wx1mini';
export const MP = 'wx1mp';
/** Typed where a number is asked for: nobody's. */
export const PLACEHOLDER = '13800138000';

export type Person = {
  /** Number in the quarter. */
  at: number;
  trap: string;
  name: Name;
  /** Numbers used from a time on; the first from the beginning. */
  numbers: { from: number; value: string }[];
  card: string;
  mini: string;
  mp: string;
  /** Null for one whose WeChat never gave a UnionID. */
  unionid: string | null;
  account: string;
};

/** An event with what it does not say: whose it is. `received`: when it was delivered; duplicates come more often. */
export type Told = { person: number; event: CanonicalEvent; received: number[] };

export type Quarter = {
  index: number;
  dice: Dice;
  people: Person[];
  told: Told[];
  /** What the names in the events say, by their text. */
  said: Map<string, Said>;
  /** Numbers by their hash. */
  hashes: Map<string, string>;
  clerks: readonly string[];
  line: string;
  /** Numbers, receipts and payments given out. */
  given: { numbers: number; things: number };
};

const PREFIXES = ['139', '138', '150', '186', '177', '199', '136', '158'];

/** A number that nobody else has; numbers given out one after the other differ in a digit. */
export function newNumber({ index, given }: Pick<Quarter, 'index' | 'given'>): string {
  given.numbers += 1;
  return `${PREFIXES[index % PREFIXES.length]}${(index + 1).toString().padStart(5, '0')}${given.numbers + 100}`;
}

export function emptyQuarter(seed: number, index: number): Quarter {
  const base = { index, given: { numbers: 0, things: 0 } };
  const clerks = [newNumber(base), newNumber(base)];
  const dice = diceOf(seed * 1_000_003 + index);
  return { ...base, dice, people: [], told: [], said: new Map(), hashes: new Map(), clerks, line: newNumber(base) };
}

export function newPerson(quarter: Quarter, trap: string, kin?: Person): Person {
  const { index, dice, people } = quarter;
  const id = `${index}x${people.length}`;
  const person: Person = {
    ...{ at: people.length, trap, card: `88${index.toString().padStart(6, '0')}${(people.length + 100).toString()}` },
    name: nameBy(dice, kin && dice.chance(0.3) ? kin.name.surname : undefined),
    numbers: [{ from: 0, value: newNumber(quarter) }],
    ...{ mini: `oMini${id}`, mp: `oMp${id}`, account: id },
    unionid: dice.chance(0.85) ? `uUnion${id}` : null,
  };
  people.push(person);
  return person;
}

export const numberAt = ({ numbers }: Person, time: number): string =>
  numbers.filter(({ from }) => from <= time).at(-1)?.value ?? '';

/** A number as people write it. */
function written(dice: Dice, number: string): string {
  const grouped = `${number.slice(0, 3)} ${number.slice(3, 7)} ${number.slice(7)}`;
  return dice.pick([number, number, number, `+86${number}`, grouped, grouped.replaceAll(' ', '-'), `0086${number}`]);
}

export const mobile = ({ dice }: Quarter, number: string, verified = false): IdentifierInput =>
  verified ? { kind: 'mobile', value: `+86${number}`, verified } : { kind: 'mobile', value: written(dice, number) };
export const card = (value: string): IdentifierInput => ({ kind: 'member_card', scope: 'brand', value });
export const openid = (scope: string, value: string): IdentifierInput => ({ kind: 'wechat_openid', scope, value });
export const unionid = (value: string): IdentifierInput => ({ kind: 'wechat_unionid', scope: 'open', value });
export const own = (kind: string, scope: string, { account }: Person): IdentifierInput => ({
  ...{ kind, scope, value: `${kind.slice(0, 2)}-${account}` },
});

/** A number as platforms give it that may not give it. */
export function hashed(quarter: Quarter, number: string): IdentifierInput {
  const scope = quarter.dice.pick(['md5', 'sha256', 'sm3']);
  const value = createHash(scope).update(number).digest('hex');
  quarter.hashes.set(value, number);
  return { kind: 'hashed_mobile', scope, value };
}

/** What is told of one event. `name`: a form of the person's name, or a text that is no name. */
export type Telling = Omit<CanonicalEvent, 'id' | 'time' | 'traits' | 'identifiers'> & {
  time: number;
  ids: readonly IdentifierInput[];
  name?: { form: Form } | { text: string };
};

/** Adds an event of a person, with its delivery: mostly at once, sometimes days or months late, sometimes twice. */
export function tell(quarter: Quarter, { at, name }: Person, telling: Telling): void {
  const { index, dice, told, said } = quarter;
  const { time, ids, name: called, ...rest } = telling;
  const spelled = called && 'form' in called ? spell(name, called.form) : null;
  if (spelled) said.set(spelled.text, spelled);
  const text = spelled?.text ?? (called && 'text' in called ? called.text : undefined);
  const delay = dice.chance(0.85)
    ? dice.below(60_000)
    : dice.chance(0.8)
      ? dice.below(9 * DAY)
      : 20 * DAY + dice.below(180 * DAY);
  const received = time + 1_000 + delay;
  const event: CanonicalEvent = {
    ...{ id: `q${index}e${told.length}`, time: new Date(time).toISOString(), ...rest, identifiers: [...ids] },
    ...(text === undefined ? {} : { traits: { name: text } }),
  };
  const again = dice.chance(0.02) ? [received + dice.below(3 * DAY)] : [];
  told.push({ person: at, event, received: [received, ...again] });
}

export const thing = (quarter: Quarter, what: string): string => {
  quarter.given.things += 1;
  return `${what}${quarter.index}-${quarter.given.things}`;
};
