import { z } from 'zod';
import { isAmount } from './money.ts';

/** The canonical event, as `POST /v1/events` takes it and as every connector makes it. */
export const EVENT_TYPES = [
  ...['follow', 'unfollow', 'message', 'click', 'view', 'scan', 'location', 'card_received', 'member_joined'],
  ...['member_updated', 'form_submitted', 'identified', 'order_created', 'order_paid', 'order_shipped'],
  ...['order_completed', 'order_cancelled', 'order_refunded', 'store_visited', 'survey_answered', 'complaint_opened'],
  ...['complaint_resolved', 'service_contacted', 'payment_received', 'payment_refunded', 'campaign_sent'],
  ...['campaign_opened', 'campaign_clicked', 'coupon_issued', 'coupon_redeemed', 'consent_changed', 'referral_made'],
  'account_closed',
];
const TYPES = new Set(EVENT_TYPES);

/** Types in which the person registered what they say of themselves; all others only mention it. */
export const REGISTERING_TYPES = new Set(['member_joined', 'member_updated', 'form_submitted', 'identified']);

/** The holder of a number told that it is theirs no more: its tenure ends there (CONTRACT §3 Tenure). */
export const NUMBER_LOST = 'custom:number_lost';

/** Types that are our own doing: they prove no use of a number by its holder. */
export const SENT_BY_US = new Set(['campaign_sent']);

const OFFSET_TIME = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are just what an id may not hold
const CONTROL = /[\u0000-\u001f\u007f]/;

/** RFC 3339 with offset to epoch ms; NaN where it is none. `Date.parse` alone takes far more than RFC 3339. */
export function parseTime(text: string): number {
  if (!OFFSET_TIME.test(text)) return Number.NaN;
  const ms = Date.parse(text.replace(' ', 'T'));
  const day = Number(text.slice(8, 10));
  const month = Number(text.slice(5, 7));
  // Date.parse rolls 30 February over to March: a day the calendar does not have is refused.
  return day <= new Date(Date.UTC(Number(text.slice(0, 4)), month, 0)).getUTCDate() ? ms : Number.NaN;
}

/** A string, or a bare JSON number taken as its digits (the reader keeps 64-bit ones as text). */
const digits = z.union([z.string(), z.number().int().transform(String)]);
const id = digits.refine(
  (s) => s.length >= 1 && s.length <= 256 && !CONTROL.test(s),
  '1–256 characters, none of control',
);
const amount = z
  .union([z.string(), z.number().transform(String)])
  .refine(isAmount, 'an amount is ^\\d{1,15}(\\.\\d{1,4})?$');
const quantity = z
  .union([z.string(), z.number().transform(String)])
  .refine((s) => /^\d{1,12}(\.\d{1,4})?$/.test(s), 'a quantity is a decimal of at most 12 digits');
/** A plain object of the caller, passed through untouched: copying would lose keys such as `__proto__`. */
const bag = z.custom<Record<string, unknown>>(
  (v) => typeof v === 'object' && v !== null && !Array.isArray(v),
  'an object',
);
const scalarBag = bag.refine(
  (o) => Object.values(o).every((v) => v === null || ['string', 'number', 'boolean'].includes(typeof v)),
  'trait values are strings, numbers, booleans or null',
);
const text = (max: number) => z.string().max(max);

export const channelName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/);
export const sourceName = z.string().regex(/^[a-z0-9A-Z][a-zA-Z0-9_.-]{0,63}$/);
export const eventType = z.string().refine((t) => TYPES.has(t) || /^custom:[^\s]{1,128}$/.test(t), 'an event type');

export const identifierInput = z.object({
  kind: text(64).min(1),
  scope: text(256).nullish(),
  value: digits.refine((s) => s.length <= 1024, 'at most 1,024 characters'),
  verified: z.boolean().nullish(),
});
export type IdentifierInput = z.infer<typeof identifierInput>;

const orderItem = z.object({
  sku: digits.nullish(),
  name: text(1000).nullish(),
  category: text(200).nullish(),
  brand: text(200).nullish(),
  quantity,
  price: amount,
});
export type OrderItem = z.infer<typeof orderItem>;

const order = z.object({
  id,
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code'),
  /** Some platforms tell that an order ended without telling its sum again: then the sum told before holds. */
  total: amount.nullish(),
  discount: amount.nullish(),
  items: z.array(orderItem).max(1000).nullish(),
  store: digits.nullish(),
  original_id: id.nullish(),
});

const consent = z.object({
  purpose: text(64).regex(/^[\w.:-]+$/, 'letters, digits, . : _ -'),
  channel: text(64)
    .regex(/^[\w.:-]+$/, 'letters, digits, . : _ -')
    .nullish(),
  state: z.enum(['granted', 'withdrawn']),
  evidence: text(4000).nullish(),
});

/** Types that say nothing without the amount. */
const NEEDS_TOTAL = new Set(['order_created', 'order_paid', 'order_refunded']);

const eventShape = z.object({
  id: id.nullish(),
  channel: channelName,
  source: sourceName,
  time: z.string().refine((s) => !Number.isNaN(parseTime(s)), 'RFC 3339 with offset'),
  type: eventType,
  identifiers: z.array(identifierInput).max(100).nullish(),
  traits: scalarBag.nullish(),
  order: order.nullish(),
  consent: consent.nullish(),
  properties: bag.nullish(),
});

export const eventInput = eventShape.refine(
  (event) => !event.order || !NEEDS_TOTAL.has(event.type) || event.order.total != null,
  {
    path: ['order', 'total'],
    message: 'this type needs the amount',
  },
);
/** A canonical event as it stands in the log and in answers; the id is always there once it was taken. */
export type EventInput = z.infer<typeof eventInput>;
export type CanonicalEvent = EventInput & { id: string };

/**
 * The clear key of an event: U+0001 sorts before every character a channel, source or id may hold, so keys sort as the
 * three do.
 */
export function eventKey(channel: string, source: string, id: string): string {
  return `${channel}\u0001${source}\u0001${id}`;
}

/** The parts of a clear event key. */
export function splitEventKey(key: string): { channel: string; source: string; id: string } {
  const [channel = '', source = '', ...id] = key.split('\u0001');
  return { channel, source, id: id.join('\u0001') };
}
