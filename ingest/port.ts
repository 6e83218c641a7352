import type { CanonicalEvent } from '../schemas/event.ts';
import type { Fate, Reason, RefusedIdentifier } from '../schemas/fate.ts';
import type { Identifier } from '../schemas/identifier.ts';
import type { RulesDocument } from '../schemas/rules.ts';
import type { Ask, Item } from './channel.ts';

/**
 * A record of the log: one event, one item of a payload, or one decision, sealed as a whole. `received` (epoch ms) is
 * the stamp that the door gave; ids come from it, so it is kept through replays and rebuilds.
 */
export type Entry =
  | { kind: 'event'; received: number; event: unknown; replay?: string }
  | {
      kind: 'item';
      received: number;
      channel: string;
      source: string;
      item: Item;
      dead?: Dead;
      replay?: string;
      /** Member of the list of asks that this item answers, the last of its answer. */
      answers?: string;
      /** The rows of a file that this item was made of. */
      import?: ImportPart;
    }
  | { kind: 'decision'; received: number; decision: DecisionEntry };
/**
 * Which rows of which import an entry stands for: `lines` share its fate. Batches are numbered from 1 on, each one call
 * of append, so that the last number applied tells how much of the file is in.
 */
export type ImportPart = { id: string; batch: number; lines: number[] };
/** What became of an entry, with the detail that a refusal has. */
export type Verdict = { fate: Fate; reason: Reason | null; detail: string };
export type Dead = { fate: Exclude<Fate, 'accepted' | 'duplicate'>; reason: Reason; detail: string };

/** What a person decided, in terms of anchors and nodes as they stood. */
export type DecisionEntry =
  | {
      what: 'link';
      id: string;
      anchors: [string, string];
      times: [number, number];
      actor: string;
      reason: string;
      conflict?: string;
    }
  | { what: 'apart'; id: string; sides: [Side, Side]; actor: string; reason: string; conflict?: string }
  | { what: 'undo'; id: string; of: string; actor: string; reason: string }
  | { what: 'later'; id: string; actor: string; reason: string; conflict: string }
  /** Puts a version of the rules in force, for all that is clustered from then on. */
  | { what: 'rules'; id: string; version: number; document: RulesDocument; actor: string; reason: string }
  /** Clusters the components of these anchors anew under the rules in force: a step of a retroactive run. */
  | { what: 'rerun'; id: string; version: number; anchors: string[]; actor: string; reason: string }
  | {
      what: 'value';
      id: string;
      node: string;
      kind: string;
      scope: string;
      value: string;
      decision: 'block' | 'allow' | 'auto';
      actor: string;
      reason: string;
    };
type Side = { anchors: string[]; nodes: string[] };

/** An event ready to be applied: its key and identifiers known by hash, its content comparable. Times are epoch ms. */
export type Prepared = {
  event: CanonicalEvent;
  /** The canonical event as JSON text: what is kept. */
  body: string;
  key: string;
  hash: string;
  content: string;
  time: number;
  received: number;
  identifiers: Identifier[];
  refused: RefusedIdentifier[];
  /** Hashes of the orders it names, the one it speaks of first. */
  orders: string[];
  /** What makes a refund one refund. */
  refund: string;
  queryable: string[] | null;
  retold: { id: string; day: string | null } | null;
};
/**
 * What the consumer works with: identity and profiles in one store transaction, handed in by main.ts. Nothing is
 * written before `commit`; `forget` drops what an interrupted batch left.
 */
export type ChangeNote = { what: 'created' | 'merged' | 'split' | 'updated'; id: string; other?: string };
/** What a commit made durable: the event hashes it applied, the customers it changed. */
export type Committed = { partition: number; next: number; applied: readonly string[]; customers: readonly string[] };
export type Names = { channel: string; source: string };
export type KnownEvent = { fate: string; content: string; day: string | null; received: number };

export type Hands = {
  /** First offset that is not applied yet. */
  position(partition: number): Promise<number>;
  prefetch(events: readonly Prepared[]): Promise<void>;
  known(hash: string): Promise<KnownEvent | null>;
  /** The same event under the id of another telling. */
  retell(prepared: Prepared): Prepared;
  /** Applies an event; gives its customer, null for anonymous. */
  apply(prepared: Prepared, notes: ChangeNote[]): Promise<string | null>;
  /** Puts an event in the place of the one that stands under its key, as if it had come first; `at`: epoch ms. */
  correct(prepared: Prepared, at: number, notes: ChangeNote[]): Promise<string | null>;
  decide(decision: DecisionEntry, received: number, notes: ChangeNote[]): Promise<void>;
  /** An event that is kept but not applied, so that it can be asked for. */
  setAside(prepared: Prepared, reason: Reason): void;
  count(names: Names, fate: Fate, reason: Reason | null): void;
  /** Counts the rows of an import, once an entry, and lists those that were refused. */
  imported(part: ImportPart, told: Verdict): void;
  /** `corrects`: hash of the event that a replay of the letter would correct. */
  keepDead(
    id: string,
    entry: Entry,
    names: Names,
    dead: { fate: Fate; reason: Reason; detail: string; corrects?: string },
  ): void;
  /** Something to ask the platform; it waits in the list of asks until an item answers it. */
  ask(id: string, names: Names, ask: Ask, received: number): void;
  answered(id: string): void;
  /** A replayed dead letter leaves the list, and its count. Null: it had left it before, so this replay is void. */
  takeDead(id: string): Promise<{ corrects: string | null } | null>;
  /** Counts the fields of a payload that its channel does not list. */
  drift(names: Names, paths: readonly string[], received: number): void;
  /** Null: another process was faster, nothing was written. */
  commit(partition: number, next: number, notes: readonly ChangeNote[]): Promise<Committed | null>;
  forget(): void;
};
