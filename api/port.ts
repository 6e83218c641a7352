import type { Readable } from 'node:stream';
import type { CustomerView, IdentifierState } from '../schemas/customer.ts';
import type { CanonicalEvent } from '../schemas/event.ts';
import type { Fate, LookupFate, RefusedIdentifier } from '../schemas/fate.ts';
import type { IdentifierRef } from '../schemas/identifier.ts';

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

export type LinkView = {
  kind: string;
  scope: string | null;
  value: string;
  state: IdentifierState | 'attached' | 'paid_for';
  evidence: {
    with: { kind: string; scope: string | null; value: string };
    rule: string;
    strength: string;
    source: { channel: string; source: string };
    first_seen: string;
    last_seen: string;
    count: number;
    events: string[];
  }[];
};

export type HistoryView = {
  time: string;
  what: 'created' | 'merged' | 'split' | 'held' | 'tenure' | 'decided';
  from: string[];
  to: string[];
  rule: string;
  actor: string;
  evidence: string[];
};

export type ExplainView = {
  same: boolean;
  because: { rule: string; text: string; evidence: string[] }[];
  path?: IdentifierRef[];
  held?: string[];
};

export type ConflictView = {
  id: string;
  state: 'open' | 'merged' | 'kept_apart' | 'later';
  rule: string;
  customers: string[];
  nodes: IdentifierRef[];
  evidence: { event: string; channel: string; source: string; time: string }[];
  opened: string;
};

export type ImportView = {
  id: string;
  state: 'running' | 'done' | 'failed';
  kind: string | null;
  encoding: string | null;
  rows: number;
  fates: Partial<Record<Fate, number>>;
  reasons: Record<string, number>;
  rejects: string;
};

export type DeadLetterView = {
  id: string;
  channel: string;
  source: string;
  received: string;
  fate: Fate;
  reason: string;
  detail: string;
  /** The raw body; the api masks it. */
  payload: string;
};

export type ChangeView = {
  seq: string;
  time: string;
  what: 'created' | 'updated' | 'merged' | 'split' | 'erased' | 'entered' | 'left';
  id: string;
  other?: string;
};

export type SourceView = { channel: string; source: string; title: string | null; settings: Record<string, unknown> };
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
    /** Resolves when the import is done or after 10 s, whichever is first. */
    run(
      channel: string,
      source: string,
      options: { kind: string; name: string | null },
      body: Readable,
    ): Promise<ImportView>;
    get(id: string): Promise<ImportView | null>;
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
  sets: {
    /** `fields` may name encrypted traits when `pii` is true. */
    query(body: unknown, pii: boolean): Promise<Page<Record<string, unknown>> & { total: number }>;
    aggregate(body: unknown, pii: boolean): Promise<{ rows: Record<string, unknown>[] }>;
    /** Ranked ids. */
    search(body: { text: string; where?: unknown; limit: number }, pii: boolean): Promise<string[]>;
  };
  fates(filter: { channel?: string; source?: string }): Promise<{
    items: { channel: string; source: string; fate: Fate; reason: string | null; count: number }[];
    pending: number;
  }>;
  deadletters: {
    list(
      filter: { channel?: string; source?: string; reason?: string; fate?: string },
      page: PageQuery,
    ): Promise<Page<DeadLetterView>>;
    replay(
      which: { ids: string[] } | { where: { channel?: string; reason?: string } },
    ): Promise<Record<string, number>>;
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
