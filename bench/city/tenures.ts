import { type NaiveParty, type NaiveUse, naiveTenures } from '../../test/identity/naive-tenure.ts';
import type { Bundle, Use } from './evidence.ts';
import { relateAll, type Said } from './names.ts';

/** What tells two apart whoever bears what: a name, or another value of a kind of which a person has one. */
export type Sides = {
  names: readonly Said[];
  ones: ReadonlyMap<string, ReadonlySet<string>>;
  cards: ReadonlySet<string>;
};

export function otherOne(a: Pick<Sides, 'ones'>, b: Pick<Sides, 'ones'>): boolean {
  return [...a.ones].some(([slot, values]) => {
    const others = b.ones.get(slot);
    return others !== undefined && ![...values].some((value) => others.has(value));
  });
}

export const differ = (a: Sides, b: Sides): boolean => relateAll(a.names, b.names) === 'differ' || otherOne(a, b);

/** One who used a contact: a bundle, or a name said with the contact alone. */
export type User = Sides & { key: string; bundle: Bundle | null };

export function userOf({ bundle, said }: Use): User | null {
  if (bundle) return { ...bundle, key: `b${bundle.id}`, bundle };
  if (!said) return null;
  return { key: `n${said.text}`, names: [said], ones: new Map(), cards: new Set(), bundle: null };
}

export function usersOf(uses: readonly Use[]): User[] {
  return [...new Map(uses.flatMap((use) => userOf(use) ?? []).map((user) => [user.key, user])).values()];
}

/** A contact within the time of one holder, from `from` on (epoch ms); `all`: its uses at any time. */
export type Segment = { name: string; from: number; uses: Use[]; all: readonly Use[] };

/**
 * Who held a number when, by the plain telling of CONTRACT §3 Tenure that the tests of identity hold the product
 * against. A bundle belongs to the tenures that it took part in, else to those its uses fall into.
 */
export function segmentsOf(contact: string, uses: readonly Use[]): Segment[] {
  // An address does not pass on, nor does what one user alone bore.
  if (contact.includes('@') || usersOf(uses).length < 2) {
    return [{ name: `${contact}#0`, from: Number.NEGATIVE_INFINITY, uses: [...uses], all: uses }];
  }
  const tenures = naiveTenures(uses.filter(({ ours }) => !ours).map(naiveUse));
  const at = (time: number): number => tenures.filter(({ from }) => from <= time).length - 1;
  return tenures.map(({ members, from }, index) => ({
    name: `${contact}#${index}`,
    from,
    all: uses,
    uses: uses.filter((use) => {
      const key = use.bundle ? `b${use.bundle.id}` : '';
      const took = tenures.some((one) => one.members.includes(key));
      return took ? members.includes(key) : at(use.time) === index;
    }),
  }));
}

function naiveUse(use: Use): NaiveUse {
  const { time, registers, event } = use;
  const first = { received: time, time, key: String(event).padStart(9, '0') };
  return { party: partyOf(userOf(use)), run: { start: time, end: time, registered: registers ? time : null, first } };
}

function partyOf(user: User | null): NaiveParty | null {
  if (!user) return null;
  const ones = [...user.ones].flatMap(([slot, values]) => [...values].map((value): [string, string] => [slot, value]));
  return {
    ...{ id: user.key, own: user.bundle !== null, names: [...new Set(user.names.map(({ text }) => text))], ones },
    cards: [...user.cards].map((card): [string, string] => ['brand', card]),
  };
}
