import type { Readable } from 'node:stream';
import type { CustomerView } from '../schemas/customer.ts';
import type { CanonicalEvent } from '../schemas/event.ts';
import type { Fate, LookupFate, RefusedIdentifier } from '../schemas/fate.ts';
import type { IdentifierRef } from '../schemas/identifier.ts';
import type { RulesDocument } from '../schemas/rules.ts';
import type {
  ConflictView,
  ExplainView,
  HistoryView,
  LinkView,
  QualityView,
  RuleRow,
  RulesView,
  SuggestionView,
  ValueEffect,
  ValueView,
} from './identity/port.ts';

/**
 * Everything the routes need, as functions. main.ts wires them; the api imports no other room.
 * Views come whole and unmasked: the api masks them for keys without `pii:read`. Lookups that find nothing give null.
 */
export type Wait = 'none' | 'applied' | 'queryable';
export type Page<T> = { items: T[]; next: string | null };
export type PageQuery = { after: string | null; limit: number };
export type Actor = string;

export type EventResult = {
  id: string | null;
  fate: LookupFate;
  reason?: string;
  detail?: string;
  identifiers?: RefusedIdentifier[];
  customer_id?: string | null;
};
export type TimelineEvent = CanonicalEvent & { fate: Fate; received: string };

export type ImportView = {
  id: string;
  state: 'running' | 'done' | 'failed';
  kind: string | null;
  encoding: string | null;
  rows: number;
  fates: Partial<Record<Fate, number>>;
  reasons: Record<string, number>;
  rejects: string;
  channel: string;
  source: string;
  name: string | null;
  created: string;
  /** Size of the file, and how far the reading under way is: one of receipts is read more than once. */
  bytes: number;
  read: number;
  /** Why it failed. */
  error?: string;
};

export type DeadLetterView = {
  id: string;
  channel: string;
  source: string;
  received: string;
  fate: Fate;
  reason: string;
  detail: string;
  /** The raw body, in base64 where it is no text; the api masks it. */
  payload: string;
  encoding: 'text' | 'base64';
};
/** What a replay would make of a dead letter now. */
export type DeadLetterTry = {
  fate: Fate;
  reason: string | null;
  detail: string | null;
  type: string | null;
  id: string | null;
};
export type DeadLetterWhole = DeadLetterView & { meta: Record<string, string>; now: DeadLetterTry[] };

export type SourceFields = {
  items: { path: string; count: number; first_seen: string; last_seen: string }[];
  changed: { path: string; count: number; last: string; detail: string }[];
};

export type ChangeView = {
  seq: string;
  time: string;
  what: 'created' | 'updated' | 'merged' | 'split' | 'erased' | 'entered' | 'left';
  id: string;
  other?: string;
};

/** Times are RFC 3339; an error names codes and hosts. */
export type PullView = {
  name: string;
  /** The settings have all that it needs. */
  ready: boolean;
  last_turn: string | null;
  last_success: string | null;
  next_turn: string | null;
  items: number;
  error: { why: string; detail: string; time: string } | null;
};
export type SourceView = {
  channel: string;
  source: string;
  title: string | null;
  settings: Record<string, unknown>;
  /** What it reads by itself, and how much its platform is still to be asked. */
  pulls?: PullView[];
  asks_waiting?: Record<string, number>;
};
export type JobView = {
  id: string;
  kind: string;
  state: 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';
  done: number;
  total: number | null;
  started: string | null;
  ended: string | null;
  result?: unknown;
  error?: string;
};
export type KeyView = { id: string; name: string; scopes: string[]; created: string };
export type KeyGrant = { id: string; scopes: readonly string[]; admin: boolean };
export type RawRequest = {
  method: 'GET' | 'POST';
  query: Record<string, string>;
  headers: Record<string, string>;
  body: Buffer;
};
export type RawReply = { status: number; contentType: string; body: string };

export interface Services {
  /** Epoch ms. */
  now(): number;
  /** Throws Problem source_unknown, signature_wrong, signature_stale, source_incomplete, storage_full, overloaded. */
  door(channel: string, source: string, request: RawRequest, wait: Wait): Promise<RawReply>;
  events: {
    /** `items` as the caller sent them, read losslessly. `done` false: the wait ran out (202). */
    accept(items: readonly unknown[], wait: Wait): Promise<{ done: boolean; results: EventResult[] }>;
    lookup(keys: readonly { channel: string; source: string; id: string }[]): Promise<EventResult[]>;
  };
  imports: {
    /** Resolves when the import is done or 10 s after its body came, whichever is first. */
    run(
      channel: string,
      source: string,
      options: { kind: string; name: string | null },
      body: Readable,
    ): Promise<ImportView>;
    get(id: string): Promise<ImportView | null>;
    /** Newest first. */
    list(page: PageQuery): Promise<Page<ImportView>>;
    rejects(id: string): Promise<Readable | null>;
  };
  sources: {
    /** Secrets come as `***`. */
    list(): Promise<SourceView[]>;
    /** Throws Problem source_unknown (no such channel) or body_malformed (settings that do not fit). */
    put(
      channel: string,
      source: string,
      body: { title?: string | null; settings: Record<string, unknown> },
    ): Promise<SourceView>;
  };
  customers: {
    get(id: string): Promise<CustomerView | null>;
    /** Throws Problem identifier_malformed. `at` epoch ms or null for now. */
    find(ref: IdentifierRef, at: number | null): Promise<string | null>;
    timeline(id: string, page: PageQuery): Promise<Page<TimelineEvent> | null>;
    links(id: string): Promise<{ items: LinkView[] } | null>;
    history(id: string): Promise<{ items: HistoryView[] } | null>;
    /** `other` is a customer id or an identifier. */
    explain(id: string, other: string | IdentifierRef): Promise<ExplainView | null>;
    merge(
      id: string,
      other: string,
      reason: string,
      actor: Actor,
    ): Promise<{ id: string; merge: string | null; merged: string[] }>;
    splitNodes(
      id: string,
      nodes: readonly IdentifierRef[],
      reason: string,
      actor: Actor,
    ): Promise<{ customers: string[] }>;
    /** Throws Problem merge_unknown, merge_undone. */
    splitMerge(id: string, merge: string, reason: string, actor: Actor): Promise<{ customers: string[] }>;
  };
  conflicts: {
    list(state: string | null, page: PageQuery): Promise<Page<ConflictView>>;
    decide(id: string, decision: 'merge' | 'keep_apart' | 'later', reason: string, actor: Actor): Promise<ConflictView>;
  };
  suggestions: {
    /** Queues a job that looks for probable duplicates. */
    run(): Promise<JobView>;
    /** At least so probable; `state` null: open and later. Throws Problem cursor_invalid. */
    list(
      filter: { min: number; state: SuggestionView['state'] | null },
      page: PageQuery,
    ): Promise<Page<SuggestionView>>;
    /** Throws Problem suggestion_unknown, customer_unknown. */
    decide(
      id: string,
      decision: 'merge' | 'keep_apart' | 'later',
      reason: string,
      actor: Actor,
    ): Promise<SuggestionView>;
  };
  rules: {
    get(): Promise<RulesView>;
    /** Keeps a draft, which nothing uses. */
    put(
      document: RulesDocument,
      actor: Actor,
    ): Promise<{ version: number; state: 'draft'; document: RulesDocument; table: RuleRow[] }>;
    /** Throws Problem rules_unknown. */
    preview(version: number, sample: number, actor: Actor): Promise<JobView>;
    /** Throws Problem rules_unknown, rules_in_force. */
    apply(version: number, reason: string, actor: Actor): Promise<JobView>;
  };
  values: {
    /** `state` null: hot and blocked ones. */
    list(state: 'hot' | 'blocked' | 'denied' | null, page: PageQuery): Promise<Page<ValueView>>;
    /** Throws Problem identifier_malformed. With `preview` nothing changes. */
    decide(
      ref: IdentifierRef,
      decision: 'block' | 'allow' | 'auto',
      by: { reason: string; actor: Actor },
      preview: boolean,
    ): Promise<ValueEffect>;
  };
  quality(): Promise<QualityView>;
  sets: {
    /** `fields` may name encrypted traits when `pii` is true. */
    query(body: unknown, pii: boolean): Promise<Page<Record<string, unknown>> & { total: number }>;
    aggregate(body: unknown, pii: boolean): Promise<{ rows: Record<string, unknown>[] }>;
    /** Ranked ids. */
    search(body: { text: string; where?: unknown; limit: number }, pii: boolean): Promise<string[]>;
  };
  /** How its payloads differ from what the channel lists; null for a source that is not configured. */
  fields(channel: string, source: string): Promise<SourceFields | null>;
  fates(filter: { channel?: string; source?: string }): Promise<{
    items: { channel: string; source: string; fate: Fate; reason: string | null; count: number }[];
    pending: number;
  }>;
  deadletters: {
    list(
      filter: { channel?: string; source?: string; reason?: string; fate?: string },
      page: PageQuery,
    ): Promise<Page<DeadLetterView>>;
    get(id: string): Promise<DeadLetterWhole | null>;
    /** No ids or no conditions: nothing, or all. */
    replay(
      which: { ids: string[] } | { where: { channel?: string; source?: string; reason?: string; fate?: string } },
    ): Promise<Record<string, number>>;
  };
  jobs: {
    /** Newest first; the cursor is the id of the last. */
    list(page: PageQuery): Promise<Page<JobView>>;
    get(id: string): Promise<JobView | null>;
    /** The job as it stands afterwards: one that is at its end stays as it is. */
    steer(id: string, how: 'pause' | 'resume' | 'cancel'): Promise<JobView | null>;
  };
  pulls: {
    /**
     * Queues a job that reads now from where the last turn ended or, with `from` and `to` (epoch ms), a part of the
     * past again. Throws Problem source_unknown, source_incomplete, body_malformed.
     */
    run(
      channel: string,
      source: string,
      name: string,
      range: { from: number | null; to: number | null },
    ): Promise<JobView>;
  };
  /** Waits up to `waitMs` for a first change after `after`. `next` is always a seq to go on from. */
  changes(after: string | null, limit: number, waitMs: number): Promise<{ items: ChangeView[]; next: string }>;
  keys: {
    create(name: string, scopes: readonly string[]): Promise<{ id: string; key: string }>;
    list(): Promise<KeyView[]>;
    remove(id: string): Promise<boolean>;
    /** Null for an unknown or revoked key. Fast: it stands before every request. */
    authenticate(key: string): Promise<KeyGrant | null> | KeyGrant | null;
  };
  /** Parts that are down, empty when ready. */
  down(): string[];
  /** Prometheus text. */
  metrics(): Promise<string>;
}

/** How bodies are read: lossless for 64-bit integers, keys named `__proto__` as plain data. */
export type JsonReader = {
  /** Throws anything but a Problem where the text is no JSON. */
  readJson(text: string): unknown;
  /** Throws Problem json_too_complex: deeper than 64, or an object of more than 10,000 keys. */
  checkComplexity(bytes: Buffer): void;
};
