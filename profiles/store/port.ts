/**
 * The analytic store: what sets and sums are asked of. ClickHouse by URL, chDB (the same engine) in process.
 * Rows come under keys and versions, so that writing them again is harmless; the greatest version of a key stands.
 * Times are epoch ms, money and quantities plain decimal strings with at most four digits after the point.
 */
export type EventRow = {
  /** Keyed hash of (channel, source, event id): the key of the row. */
  key: string;
  /** Empty for an anonymous event. */
  anchor: string;
  time: number;
  type: string;
  channel: string;
  source: string;
  /** Keyed hash of the order the event speaks of (for a refund: the refunded one); empty where there is none. */
  order_key: string;
  order_id: string;
  order_store: string;
  currency: string;
  total: string | null;
  items: { sku: string; name: string; category: string; brand: string; quantity: string; price: string }[];
  /** Queryable properties only. */
  properties: Record<string, string>;
  version: number;
  /** The row counts no more: a correction gave the event another time or anchor, or it was erased. */
  deleted?: boolean;
};

/** An order as it stands: whether it counts, what it is worth, what was given back. Key: order_key. */
export type OrderRow = {
  order_key: string;
  anchor: string;
  time: number;
  currency: string;
  total: string;
  /** Given back so far, at most the total. */
  refunded: string;
  counted: boolean;
  version: number;
};

/** Whose the events of an anchor are from a time on (epoch ms; the first is MIN_TIME). Key: anchor and from. */
export type OwnerRow = {
  anchor: string;
  from: number;
  /** Empty: nobody's. */
  customer: string;
  deleted: boolean;
  version: number;
};

export type AnalyticCustomer = {
  id: string;
  /** True for an id that became an alias or lost all its events: it counts nowhere. */
  deleted: boolean;
  type: string;
  created: number;
  first_seen: number;
  last_seen: number;
  /** Clear traits only. */
  traits: Record<string, string>;
  events: number;
  orders: number;
  refunds: number;
  spend: Record<string, string>;
  first_order: number | null;
  last_order: number | null;
  channels: Record<string, { events: number; orders: number; last_seen: number }>;
  /** Kinds and keyed hashes of the customer's identifiers. */
  identifiers: { kind: string; node: string }[];
  /** `<purpose>` and `<purpose>.<channel>` to granted or withdrawn. */
  consents: Record<string, string>;
  /** Channel to whether the customer follows it; absent when never heard. */
  following: Record<string, boolean>;
  /** Keyed hashes of what the search box may ask: see profiles/tokens.ts. */
  tokens: string[];
  version: number;
};

/** The time before all times, for the first owner of an anchor; ClickHouse's DateTime64(3) begins at 1900. */
export const MIN_TIME = Date.UTC(1900, 0, 1);

export type Writes = {
  events: readonly EventRow[];
  orders: readonly OrderRow[];
  owners: readonly OwnerRow[];
  customers: readonly AnalyticCustomer[];
  compared?: readonly ComparedRow[];
};

/** What probable duplicates are found by. Key: id. */
export type ComparedRow = {
  id: string;
  deleted: boolean;
  /** Keyed hashes, decimal digits of UInt64, ascending: see profiles/blocks.ts. */
  blocks: readonly string[];
  /** One ciphertext of all that is compared, in base64. */
  sealed: string;
  version: number;
};
/** The filter language of CONTRACT §5 Query, as zod gives it in profiles/segments.ts. */
export type SetQuery = {
  where: unknown;
  fields: readonly string[];
  sort: readonly { field: string; dir: 'asc' | 'desc' }[];
  limit: number;
  after: string | null;
};
export type SetAggregate = { where: unknown; group_by: readonly string[]; measures: readonly string[] };

/** Clock and keys that a filter needs: `identifiers.<kind>` eq compares keyed hashes. */
export type FilterContext = {
  now: number;
  /** Keyed hash of an identifier as a caller wrote it; null when the value can be no key of the kind. */
  node(kind: string, scope: string | null, value: string): string | null;
  /** Whether `identifiers.<kind>` may be compared by value (`pii:read`). */
  pii: boolean;
};

export interface AnalyticStore {
  /** Writes events and orders, then owners, then customers, each table in one insert. Safe to repeat. */
  write(rows: Writes): Promise<void>;
  /** Throws Problem `field_unknown`, `body_malformed` or `cursor_invalid` on a filter it cannot take. */
  query(
    query: SetQuery,
    context: FilterContext,
  ): Promise<{ items: Record<string, unknown>[]; total: number; next: string | null }>;
  aggregate(query: SetAggregate, context: FilterContext): Promise<{ rows: Record<string, unknown>[] }>;
  /**
   * Ids of customers who bear every one of the token groups (any token of a group), latest seen first.
   * `where` is a filter as in `query`, or null.
   */
  search(
    groups: readonly (readonly string[])[],
    where: unknown,
    limit: number,
    context: FilterContext,
  ): Promise<string[]>;
  /** Anchors in order, after one: for work that goes over the whole past. */
  anchors(after: string, limit: number): Promise<string[]>;
  /** Customers by how many identifiers they have, and by the channels they are known in. */
  quality(): Promise<{
    total: number;
    identifiers: { identifiers: number; customers: number }[];
    channels: { channel: string; customers: number; alone: number }[];
  }>;
  compared: {
    count(): Promise<number>;
    /**
     * In order of the ids, after one; at most so many, sometimes fewer. `next` goes on, null at the end. The rows as
     * compared-rows.ts reads them.
     */
    page(after: string, limit: number): Promise<{ rows: Uint8Array; next: string | null }>;
  };
  ping(): Promise<void>;
  close(): Promise<void>;
}
