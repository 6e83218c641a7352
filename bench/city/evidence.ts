import { REGISTERING_TYPES } from '../../schemas/event.ts';
import { relate, type Said } from './names.ts';
import { PLACEHOLDER, type Quarter, type Told } from './quarter.ts';

/**
 * What was sent, read as CONTRACT §2 reads it, without the product: a bundle is what is known to be one person without
 * any contact. Strengths: 1 typed, 2 derived, 3 registered, 4 verified.
 */
export type Bundle = {
  id: number;
  /** Whose it is in truth. */
  person: number;
  events: number[];
  names: Said[];
  /** Values of kinds of which a customer has one, and cards, by kind and scope. */
  ones: Map<string, Set<string>>;
  cards: Set<string>;
  /** Payments, where the bundle is one OpenID known by nothing else; else null. */
  pays: Set<string> | null;
};

/** A contact in an event. `anchor`: the set of identifiers of the event. `bundle` is null where there is no other. */
export type Use = {
  event: number;
  person: number;
  bundle: Bundle | null;
  said: Said | null;
  time: number;
  strength: number;
  registers: boolean;
  /** Sent by us: no use by the holder. */
  ours: boolean;
  anchor: string;
};
export type Reading = {
  bundles: Bundle[];
  /** By event; null for those that bear contacts or attaching identifiers alone. */
  bundleOf: (Bundle | null)[];
  /** Uses by contact, hot ones left out. */
  contacts: Map<string, Use[]>;
  hot: Set<string>;
  /** By event: whether it bears an identifier that joins, be it hot. */
  joins: boolean[];
  /** Attaching identifiers by event. */
  thingsOf: string[][];
};

type Id = { kind: string; key: string; slot: string; strength: number };
type Read = { core: Id[]; contacts: Id[]; things: string[]; verified: boolean };

const CONTACTS = new Set(['mobile', 'hashed_mobile', 'email']);
const ATTACHING = new Set(['receipt', 'payment_id', 'device', 'cookie', 'order']);
const ONE = new Set(['wechat_unionid', 'wechat_openid']);
const RANK = ['wechat_unionid', 'wechat_openid', 'user_id', 'member_card'];
const rank = ({ kind }: Id): number => (RANK.includes(kind) ? RANK.indexOf(kind) : RANK.length);

/** The digits of a number; null for one that may not lead to a person. */
export function digitsOf(written: string): string | null {
  if (written.includes('*') || /\d{11}-\d{3,4}$/.test(written)) return null;
  const digits = written.replace(/\D/g, '').replace(/^(00)?86(?=1\d{10}$)/, '');
  return digits === PLACEHOLDER ? null : digits;
}

function readEvent({ hashes }: Quarter, { event }: Told): Read {
  const read: Read = { core: [], contacts: [], things: [], verified: false };
  const registers = REGISTERING_TYPES.has(event.type);
  for (const { kind, scope, value, verified } of event.identifiers ?? []) {
    const slot = `${kind}@${scope ?? ''}`;
    if (ATTACHING.has(kind)) read.things.push(`${slot}=${value}`);
    else if (CONTACTS.has(kind)) {
      const contact = kind === 'mobile' ? digitsOf(value) : kind === 'email' ? value : (hashes.get(value) ?? null);
      const strength = verified ? 4 : registers ? 3 : kind === 'hashed_mobile' ? 2 : 1;
      if (contact !== null) read.contacts.push({ kind, key: contact, slot, strength });
      read.verified ||= verified === true && kind === 'mobile';
    } else {
      const claimed = kind === 'member_card' || kind === 'user_id';
      read.core.push({ kind, key: `${slot}=${value}`, slot, strength: claimed ? (registers ? 3 : 1) : 4 });
    }
  }
  for (const id of [event.order?.id, event.order?.original_id])
    if (id) read.things.push(`order@${event.channel}:${event.source}=${id}`);
  read.core.sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1));
  return read;
}

/** Sets of texts that are joined two by two. */
export function makeSets(): { find(text: string): string; join(a: string, b: string): void } {
  const up = new Map<string, string>();
  const find = (text: string): string => {
    let at = text;
    for (let next = up.get(at); next !== undefined; next = up.get(at)) at = next;
    if (at !== text) up.set(text, at);
    return at;
  };
  return {
    find,
    join: (a, b) => {
      const [one, other] = [find(a), find(b)].sort();
      if (one !== undefined && other !== undefined && one !== other) up.set(other, one);
    },
  };
}

export function readQuarter(quarter: Quarter): Reading {
  const told = quarter.told.map((one) => readEvent(quarter, one));
  const hot = new Set([...hotOf(told), ...lentOf(quarter, told)]);
  const reads = told.map((read) => ({ ...read, core: read.core.filter(({ key }) => !hot.has(key)) }));
  const bundleOf = bundlesOf(quarter, reads);
  const contacts = new Map<string, Use[]>();
  const joins = told.map((read) => read.core.length + read.contacts.length > 0);
  for (const [event, { event: told, person }] of quarter.told.entries()) {
    const read = reads[event];
    if (!read) continue;
    const base = { event, person, bundle: bundleOf[event] ?? null, said: saidIn(quarter, event) };
    const [top] = read.core;
    const anchor = [...read.core, ...read.contacts]
      .map(({ key }) => key)
      .sort()
      .join(' ');
    for (const { key, strength } of read.contacts) {
      if (hot.has(key)) continue;
      const registers = read.verified || REGISTERING_TYPES.has(told.type);
      const more = { registers, ours: told.type === 'campaign_sent', anchor, time: Date.parse(told.time) };
      const uses = contacts.get(key) ?? [];
      contacts.set(key, uses);
      uses.push({ ...base, ...more, strength: Math.min(strength, top?.strength ?? strength) });
    }
  }
  for (const uses of contacts.values()) uses.sort((a, b) => a.time - b.time || a.event - b.event);
  const bundles = [...new Set(bundleOf.flatMap((bundle) => bundle ?? []))];
  return { bundles, bundleOf, contacts, hot, joins, thingsOf: reads.map(({ things }) => things) };
}

export const saidIn = ({ said, told }: Quarter, event: number): Said | null =>
  said.get(String(told[event]?.event.traits?.name ?? '')) ?? null;

/** Over its cap of distinct partners a contact joins nobody: 8 cards or 5 UnionIDs, 3 of any kind for an e-mail. */
function hotOf(reads: readonly Read[]): Set<string> {
  const partners = new Map<string, Set<string>>();
  const kinds = new Map<string, string>();
  for (const { core, contacts } of reads) {
    for (const { kind, key } of contacts) {
      kinds.set(key, kind);
      for (const other of core) {
        const pair = `${key} ${other.kind}`;
        partners.set(pair, (partners.get(pair) ?? new Set<string>()).add(other.key));
      }
    }
  }
  const hot = new Set<string>();
  for (const [pair, values] of partners) {
    const [contact = '', kind = ''] = pair.split(' ');
    const caps: Record<string, number> = { member_card: 8, wechat_unionid: 5 };
    const cap = kinds.get(contact) === 'email' ? 3 : (caps[kind] ?? Number.POSITIVE_INFINITY);
    if (values.size > cap) hot.add(contact);
  }
  return hot;
}

/** Accounts that more than five people's names came with, no two of which one person could bear. */
function lentOf(quarter: Quarter, reads: readonly Read[]): string[] {
  const names = new Map<string, Map<string, Said>>();
  for (const [event, { core }] of reads.entries()) {
    const said = saidIn(quarter, event);
    if (!said) continue;
    for (const { key } of core) names.set(key, (names.get(key) ?? new Map<string, Said>()).set(said.text, said));
  }
  return [...names].filter(([, said]) => strangersIn([...said.values()]) > 5).map(([key]) => key);
}

/** The size of the greatest set of names of which every two differ. */
function strangersIn(names: readonly Said[]): number {
  const sizes = names.map(
    (name, at) => 1 + strangersIn(names.slice(at + 1).filter((other) => relate(name, other) === 'differ')),
  );
  return Math.max(0, ...sizes);
}

function bundlesOf(quarter: Quarter, reads: readonly Read[]): (Bundle | null)[] {
  const sets = makeSets();
  const same = makeSets();
  for (const [at, { core }] of reads.entries()) {
    const [first, ...rest] = core;
    for (const other of rest) if (first) sets.join(first.key, other.key);
    // Two OpenIDs of one app in one event: the account moved, and they count as one.
    const moved = core.filter(({ kind }) => kind === 'wechat_openid');
    const [a, b] = moved;
    if (a && b && a.slot === b.slot && quarter.told[at]?.event.type === 'identified') same.join(a.key, b.key);
  }
  const bundles = new Map<string, Bundle>();
  const other = new Set<string>();
  const bundleOf = reads.map(({ core, contacts, things }, event): Bundle | null => {
    const told = quarter.told[event];
    const [top] = core;
    if (!top || !told) return null;
    const id = sets.find(top.key);
    const bundle = bundles.get(id) ?? newBundle(bundles.size, told.person);
    bundles.set(id, bundle);
    if (bundle.person !== told.person) throw new Error('the city gave one account to two people');
    bundle.events.push(event);
    const said = saidIn(quarter, event);
    if (said) bundle.names.push(said);
    for (const { kind, key, slot } of core) {
      if (kind === 'member_card') bundle.cards.add(key);
      if (ONE.has(kind)) bundle.ones.set(slot, (bundle.ones.get(slot) ?? new Set<string>()).add(same.find(key)));
    }
    if (core.length > 1 || contacts.length > 0 || top.kind !== 'wechat_openid') other.add(id);
    for (const thing of things) if (thing.startsWith('payment_id')) bundle.pays?.add(thing);
    return bundle;
  });
  for (const [id, bundle] of bundles) if (other.has(id) || bundle.pays?.size === 0) bundle.pays = null;
  return bundleOf;
}

const newBundle = (id: number, person: number): Bundle => ({
  ...{ id, person, events: [], names: [] },
  ...{ ones: new Map(), cards: new Set(), pays: new Set() },
});
