import type { RulesDocument } from '../schemas/rules.ts';
import type { AnchorEvidence, Decision } from './evidence.ts';
import type { NodeState } from './work.ts';

/**
 * The rows of the identity store. One transaction writes them all: links, evidence, owners, fragments, seen events,
 * positions. Keys are keyed hashes; clear values stand only in fields said to be sealed. Times are epoch ms.
 */

/** Before all times, as JSON can say it: the least ECMAScript date. */
export const ALWAYS = -8_640_000_000_000_000;

/** An event as it was taken. `e:<event hash>` */
export type EventRow = {
  received: number;
  time: number;
  /** Null: anonymous. */
  anchor: string | null;
  fate: 'accepted' | 'quarantined' | 'dead-letter' | 'ignored';
  reason: string | null;
  /** Keyed hash of the content, to tell a repeat from another telling. */
  content: string;
  /** Business date of a receipt. */
  day: string | null;
  /** Hashes of the orders it speaks of, the refunded one first. */
  orders: string[];
  /** Hashes of the other identifiers it names that join nobody: receipts, payments, devices, e-mails. */
  things: string[];
  /** Sealed: the canonical event as JSON text. */
  body: string;
  /** Property names that may be asked for; null: all that are not private. */
  queryable: string[] | null;
  /** Where it stood before it was corrected, the first place first: the analytic store may show it there still. */
  past?: [anchor: string, time: number][];
};

/** What one anchor contributed within one span of ownership: counters here, claims in the sealed part of the anchor. */
export type Fragment = {
  events: number;
  first: number;
  last: number;
  /** Greatest `received` of what changed it. */
  updated: number;
  orders: number;
  refunds: number;
  /** Currency to units of 1/10,000, as digits, and the number of orders that count in it; gone when that is none. */
  spend: Record<string, [string, number]>;
  first_order: number | null;
  last_order: number | null;
  /** Channel to events, orders, last seen. */
  channels: Record<string, [number, number, number]>;
};

/** One value that one source said of one trait, from when to when. Rank: 0 mentioned, 1 registered, 2 verified. */
export type Claim = {
  value: string | number | boolean;
  channel: string;
  source: string;
  rank: number;
  first: number;
  firstKey: string;
  last: number;
  lastKey: string;
};
export type Told = { time: number; key: string };
export type Claims = {
  traits: Record<string, Claim[]>;
  /** `<purpose>|<channel>` to the latest decision of the person. */
  consents: Record<string, Told & { state: 'granted' | 'withdrawn' }>;
  /** `<channel>|<source>` to whether the latest word was follow or unfollow. */
  follows: Record<string, Told & { follows: boolean }>;
  /** Who told any of the events. */
  sources: [string, string][];
};

export type Span = { from: number; owner: string | null };
/** An identifier that is shown or attaches, but joins nobody: e-mail, masked and virtual numbers, devices. */
export type Extra = {
  node: string;
  kind: string;
  scope: string;
  first: number;
  last: number;
  sources: [string, string][];
};

/** `a:<anchor>` */
export type AnchorRow = {
  /** True where it has only attaching identifiers; then `nodes` of the evidence are these. */
  attached: boolean;
  /** Hashes of the nodes, in clear: what a lookup walks along. */
  nodes: string[];
  spans: Span[];
  fragments: Fragment[];
  sources: [string, string][];
  extras: Extra[];
  decisions: string[];
  /** Nobody else bears its contacts: a further use within a run changes nothing. */
  quiet: boolean;
  /** The version of the rules it was clustered under last; absent: the preset. */
  ruled?: number;
  /** Payers (see payers.ts) of what this anchor's events tell of. */
  payers?: string[];
  /** True when attached anchors follow it: the list `d:<anchor>`, and `f:<anchor>` of their events. */
  followed: boolean;
  /** Attached, and orders count in it: it stands in the lists `b:<anchor>` of those it points to. */
  buys: boolean;
  /** Attached, and it claims or shows something: it stands in the lists `s:<anchor>`. */
  says: boolean;
  /** Grows with each change of the spans. */
  version: number;
  /** True when all its events were taken back: it is no evidence, and keeps only what is to be known if it returns. */
  gone?: true;
  /** Sealed on disk: evidence (names, event keys) and claims, one Claims per span. */
  evidence: AnchorEvidence;
  claims: Claims[];
};

/**
 * `n:<node>` of a joining identifier. The first anchors that bear it stand in the row, further ones in the list
 * `n:<node>`.
 */
export type NodeRow = {
  kind: string;
  scope: string;
  /** Sealed. */
  value: string;
  suspended: 'hot' | 'blocked' | null;
  /** What a person said of it; absent: nothing. */
  said?: 'block' | 'allow';
  /** `received` of what was said last. */
  saidAt?: number;
  /** The version of the rules it was judged under last; absent: the preset. */
  ruled?: number;
  /** Of a hashed mobile: the node of the number, once that is known. */
  clear?: string;
  /** Of a mobile: the nodes of its hashes that were ever told. */
  hashes?: string[];
  /** Who answers for it, by time. */
  spans: Span[];
  shared: boolean;
  decisions: string[];
  anchors: string[];
  /** True when the list has more. */
  more: boolean;
};

/** `t:<node>` of an attaching identifier: orders, receipts, payments, devices. */
export type ThingRow = {
  kind: string;
  scope: string;
  /** Clear where nothing personal stands in it, else sealed with a leading `~`. */
  value: string;
  /**
   * Joining anchors that named it, with the event time at which each first did, and for payments the earliest
   * `received`; at most MAX_POINTERS are kept, further ones stand in the list `p:<node>`.
   */
  pointers: [anchor: string, time: number, received?: number][];
  /** True when attached anchors wait on it: the list `w:<node>`. */
  awaited: boolean;
  order: OrderState | null;
};
export const MAX_POINTERS = 64;

/** An order as its events tell it. Keys are event keys for ties; where they are personal, a hash of them. */
export type OrderState = {
  channel: string;
  total: (Told & { amount: string; currency: string }) | null;
  decided: (Told & { counts: boolean }) | null;
  /** Earliest event of the order. */
  placed: number | null;
  /** Who named it, by anchor: the first event of each that speaks of the order, else the first that gave money back. */
  namers: Record<string, Namer>;
  refunds: Record<string, Told & { amount: string; currency: string }>;
  /** What it contributes now, and where. */
  applied: Contribution | null;
  version: number;
};
/** `tells`: it spoke of the order; `joined`: by identifiers that join. */
export type Namer = Told & { tells: boolean; joined: boolean };
export type Contribution = {
  anchor: string;
  /** The time by which the span of the anchor is chosen. */
  at: number;
  /** Order time, null when it does not count. */
  placed: number | null;
  channel: string;
  orders: number;
  refunds: number;
  currency: string;
  spend: string;
  total: string;
  refunded: string;
};

/** `c:<customer>`; with `anchors` empty it is an id that lives on only as an alias. */
export type CustomerRow = {
  /** The event the id was made of: where an alias finds its present owner. */
  origin: { anchor: string; time: number };
  created: number;
  updated: number;
  anchors: { anchor: string; from: number }[];
  nodes: [string, NodeState][];
  aliases: string[];
  conflicts: string[];
  /** Sum of the fragments, attached anchors included. */
  totals: Fragment;
  version: number;
};

/** `k:<conflict>` */
export type ConflictRow = {
  rule: string;
  nodes: [string, string];
  anchor: string;
  customers: [string, string];
  state: 'open' | 'merged' | 'kept_apart' | 'later';
  opened: number;
};

/** `y:<node of a hashed mobile>`: the number it would be the hash of. */
export type HashRow = { mobile: string };

/**
 * `u:<channel>|<source>`: fields of payloads that no channel lists, counted by source and path: how many payloads had
 * it, and the first and the last `received` (epoch ms) of these. Sums and extremes: the order of arrival makes no
 * difference.
 */
export type Seen = { count: number; first: number; last: number };
export type DriftRow = [path: string, seen: Seen][];

/** `r:now`: the rules in force, and the version since which sources have the ranks of these; absent: ever since. */
export type RulesRow = { version: number; document: RulesDocument; ranked?: number };

/** `d:<decision>`: what a person decided, as it stood in the log; the reason is sealed. */
export type DecisionRow = Decision & { actor: string; reason: string; undone: boolean };

/** What `resolve` tells of an event or a decision: whose it is, and what else changed hands. */
export type Resolution = {
  anchor: string | null;
  owner: string | null;
  /** Anchors whose spans changed, with the spans before. */
  moved: { anchor: string; before: Span[] }[];
  /** Customers whose anchors changed. */
  touched: Set<string>;
  /** For the change feed: `other` is the alias of a merge, the one that came back of a split. */
  told: { what: 'created' | 'merged' | 'split'; id: string; other?: string }[];
};

/**
 * Why and when a component is clustered anew: told in history and changes. `at` is the `received` of the cause.
 * `evidence` is sealed: clear event keys, or the reason a person gave.
 */
export type Cause = { at: number; actor: string; rule: string; evidence: string[] };
export type Change = Pick<Resolution, 'moved' | 'touched' | 'told'> & {
  /** Conflicts that opened by it. */
  held?: { rule: string; customers: readonly [string, string] }[];
};
