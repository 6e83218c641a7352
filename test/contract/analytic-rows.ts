import type {
  AnalyticCustomer,
  EventRow,
  FilterContext,
  OrderRow,
  OwnerRow,
  SetQuery,
  Writes,
} from '../../profiles/store/port.ts';
import { MIN_TIME } from '../../profiles/store/port.ts';

/** Rows for tests of the analytic store, with what a test leaves out filled in. */
export const NOW = Date.parse('2024-06-01T00:00:00.000Z');
export const DAY = 86_400_000;

export const customer = (id: string, more: Partial<AnalyticCustomer> = {}): AnalyticCustomer => ({
  id,
  deleted: false,
  type: 'person',
  created: NOW - 100 * DAY,
  first_seen: NOW - 100 * DAY,
  last_seen: NOW - DAY,
  traits: {},
  events: 0,
  orders: 0,
  refunds: 0,
  spend: {},
  first_order: null,
  last_order: null,
  channels: {},
  identifiers: [],
  consents: {},
  following: {},
  tokens: [],
  version: 1,
  ...more,
});

export const event = (key: string, anchor: string, more: Partial<EventRow> = {}): EventRow => ({
  key,
  anchor,
  time: NOW - DAY,
  type: 'order_paid',
  channel: 'pos',
  source: 'beijing',
  order_key: '',
  order_id: '',
  order_store: '',
  currency: '',
  total: null,
  items: [],
  properties: {},
  version: 1,
  ...more,
});

export const order = (key: string, anchor: string, more: Partial<OrderRow> = {}): OrderRow => ({
  order_key: key,
  anchor,
  time: NOW - DAY,
  currency: 'CNY',
  total: '100',
  refunded: '0',
  counted: true,
  version: 1,
  ...more,
});

export const owner = (anchor: string, of: string, more: Partial<OwnerRow> = {}): OwnerRow => ({
  anchor,
  from: MIN_TIME,
  customer: of,
  deleted: false,
  version: 1,
  ...more,
});

export const writes = (more: Partial<Writes>): Writes => ({
  events: [],
  orders: [],
  owners: [],
  customers: [],
  ...more,
});

/** A context whose nodes are readable; `pii` as a key would have it. */
export const context = (pii = false): FilterContext => ({
  now: NOW,
  node: (kind, scope, value) => (value === 'impossible' ? null : [kind, scope ?? '', value].join('|')),
  pii,
});

/** A question with what a test leaves out filled in. */
export const asked = (more: Partial<SetQuery>): SetQuery => ({
  where: null,
  fields: [],
  sort: [],
  limit: 50,
  after: null,
  ...more,
});
export const iso = (ms: number): string => new Date(ms).toISOString();
