import type { CustomerView } from '../schemas/customer.ts';
import type { ConflictView } from './identity/port.ts';
import type { DeadLetterView, EventResult, ImportView, JobView, SourceView } from './port.ts';

/** Examples of the documentation. The person is nobody; a test holds each against its schema. */
const AT = '2026-03-01T02:00:00.000Z';
const POS = { channel: 'pos', source: 'beijing' };

export const CUSTOMER: CustomerView = {
  id: 'Zk3v0cQ2m1x8Yw5a7LrTdg',
  aliases: [],
  type: 'person',
  created: AT,
  updated: AT,
  first_seen: AT,
  last_seen: AT,
  identifiers: [
    {
      kind: 'mobile',
      scope: null,
      value: '+86139****1234',
      verified: true,
      state: 'active',
      first_seen: AT,
      last_seen: AT,
      sources: [POS],
    },
  ],
  traits: { name: { value: '陈**', ...POS, event: 'BJ001:20260301-17', time: AT, rule: 'only', others: [] } },
  metrics: {
    events: 1,
    orders: 1,
    refunds: 0,
    spend: { CNY: '1299.00' },
    first_order: AT,
    last_order: AT,
    channels: { pos: { events: 1, orders: 1, last_seen: AT } },
  },
  consents: [{ purpose: 'marketing', channel: 'sms', state: 'withdrawn', time: AT, event: 'BJ001:20260301-17' }],
  conflicts: [],
};

export const EVENT = {
  id: 'BJ001:20260301-17',
  ...POS,
  time: '2026-03-01T10:00:00+08:00',
  type: 'order_paid',
  identifiers: [{ kind: 'member_card', scope: 'brand', value: '0000008901' }],
  order: {
    id: 'BJ001:20260301-17',
    currency: 'CNY',
    total: '1299.00',
    items: [{ sku: 'A-1', name: '羽绒服', quantity: '1', price: '1299.00' }],
  },
};

export const EVENT_RESULT: EventResult = { id: 'BJ001:20260301-17', fate: 'accepted', customer_id: CUSTOMER.id };

export const IMPORT: ImportView = {
  id: 'imp_1',
  state: 'done',
  kind: 'sales',
  encoding: 'gb18030',
  rows: 13,
  fates: { accepted: 12, ignored: 1 },
  reasons: { total_row: 1 },
  rejects: '/v1/imports/imp_1/rejects',
  ...POS,
  name: 'sales-march.csv',
  created: AT,
  bytes: 1_846,
  read: 1_846,
};

export const JOB: JobView = {
  id: 'pull-1',
  kind: 'pull:pospal',
  state: 'done',
  done: 250,
  total: null,
  started: AT,
  ended: AT,
  result: { items: 250 },
};

export const SOURCE: SourceView = {
  channel: 'wechat-mp',
  source: 'main',
  title: '品牌公众号',
  settings: { appid: 'wx0000000000000001', token: '***', openPlatform: 'default' },
};

export const NODE = { kind: 'mobile', scope: null, value: '+86139****1234' };
export const TIME = AT;
export const SOURCE_REF = POS;

export const CONFLICT: ConflictView = {
  id: 'cfl_1',
  state: 'open',
  rule: 'one_per_customer',
  customers: [CUSTOMER.id, 'b0Yw5a7LrTdgZk3v0cQ2m1'],
  nodes: [NODE],
  evidence: [{ event: EVENT.id, ...POS, time: AT }],
  opened: AT,
};

export const LETTER: DeadLetterView = {
  id: '01017723304000000-17',
  ...POS,
  received: AT,
  fate: 'dead-letter',
  reason: 'event_malformed',
  detail: 'order.total: an amount is ^\\d{1,15}(\\.\\d{1,4})?$',
  payload: '{"id":"***","total":"***"}',
  encoding: 'text',
};
