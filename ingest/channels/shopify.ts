import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type IdentifierInput, type OrderItem, parseTime } from '../../schemas/event.ts';
import { formatAmount, isAmount, parseAmount } from '../../schemas/money.ts';
import {
  type Channel,
  type DoorRequest,
  defineChannel,
  type MapContext,
  type MappedEvent,
  type Outcome,
  type Verdict,
} from '../channel.ts';
import { deadItem, decodeUtf8, drop, maxAge, readAgain, refused, settingText, textReply, tryJson } from '../door.ts';
import { unlisted } from '../fields.ts';
import {
  customType,
  type Fields,
  fieldsAt,
  filled,
  filledTexts,
  firstOf,
  fullName,
  HAN,
  isTrue,
  listAt,
  textAt,
} from '../pick.ts';
import { SHOPIFY_FIELDS } from '../shopify-fields.ts';
import { SHOPIFY_PAGE } from '../shopify-page.ts';
import { isStale, sameText } from '../signature.ts';
import { beijingTime } from '../time.ts';

/** Shopify webhooks: shopify.dev, "Verify webhook deliveries", "Privacy law compliance". HMAC-SHA256 of the body. */
const NAME = 'shopify';

const settings = z.object({ shop: settingText, apiSecret: settingText, maxAge });
type Settings = z.infer<typeof settings>;

const ORDER_TOPICS = new Set(['orders/create', 'orders/updated', 'orders/paid']);
const CLOSING = 'customers/redact';
/** A request to hand out what is known: about a person, but nothing that person changed. */
const OWN_WORDS = new Set(['customers/data_request']);

const QUERYABLE = [
  ...[
    'topic',
    'financial_status',
    'fulfillment_status',
    'source_name',
    'order_name',
    'order_number',
    'customer_locale',
    'test',
  ],
  ...[
    'buyer_accepts_marketing',
    'state',
    'cancel_reason',
    'discount_codes',
    'email_marketing_state',
    'sms_marketing_state',
  ],
];

function accept(request: DoorRequest, given: Settings): Verdict {
  const { headers } = request;
  const came = headers['x-shopify-hmac-sha256'];
  const ought = createHmac('sha256', given.apiSecret).update(request.body).digest('base64');
  if (request.method !== 'POST' || came === undefined || !sameText(came, ought)) {
    return refused('signature_wrong', 'X-Shopify-Hmac-Sha256 is missing or wrong');
  }
  const triggered = headers['x-shopify-triggered-at'] ?? '';
  if (isStale(parseTime(triggered), given.maxAge, request.now)) {
    return refused('signature_stale', `X-Shopify-Triggered-At is older than ${given.maxAge} s`);
  }
  const meta = {
    ...{ shop: given.shop, topic: headers['x-shopify-topic'] ?? '', triggered },
    event: firstOf(headers['x-shopify-event-id'] ?? '', headers['x-shopify-webhook-id'] ?? ''),
  };
  const text = decodeUtf8(request.body);
  const read = text === null ? null : tryJson(text);
  const detail = read === null ? 'no UTF-8' : read.ok ? '' : read.detail;
  const item =
    text !== null && detail === '' ? { body: text, meta } : deadItem(request.body, meta, 'unreadable', detail);
  return { verdict: 'taken', items: [item], reply: textReply('') };
}

function typeOf(topic: string, body: Fields): string {
  if (ORDER_TOPICS.has(topic)) return textAt(body, 'financial_status') === 'paid' ? 'order_paid' : 'order_created';
  if (topic === 'orders/cancelled') return 'order_cancelled';
  if (topic === 'refunds/create') return 'order_refunded';
  if (topic === CLOSING) return 'account_closed';
  if (topic.startsWith('customers/') && !OWN_WORDS.has(topic)) return 'member_updated';
  return customType(NAME, topic.replace(/[\s/]+/g, '_'));
}

/** The buyer's own record: part of an order, or the body itself where the topic is about customers. */
function customerOf(topic: string, body: Fields): Fields {
  const customer = fieldsAt(body, 'customer');
  if (Object.keys(customer).length > 0) return customer;
  return /^customers\/(?!redact|data_request)/.test(topic) ? body : {};
}

/** Topics whose own e-mail and telephone are a buyer's; elsewhere they are the shop's, an app's, a location's. */
const BUYERS = /^(orders|draft_orders|checkouts|customers\w*)\//;

function identifiersOf(topic: string, body: Fields, shop: string): IdentifierInput[] {
  const top = BUYERS.test(topic) ? body : {};
  const customer = customerOf(topic, body);
  const own = textAt(customer, 'email').toLowerCase();
  const emails = [textAt(top, 'email'), textAt(top, 'contact_email'), textAt(customer, 'email')];
  const phones = [textAt(customer, 'phone'), textAt(top, 'phone')];
  const verified = (email: string): boolean => customer.verified_email === true && email.toLowerCase() === own;
  const once = (texts: string[]): string[] => [...new Set(texts)].filter((text) => text !== '');
  const id = firstOf(textAt(customer, 'id'), textAt(body, 'customer_id'));
  return [
    ...once([id]).map((value) => ({ kind: 'shopify_customer', scope: shop, value })),
    ...once(phones).map((value) => ({ kind: 'mobile', value })),
    ...once(emails).map((value) => ({ kind: 'email', value, verified: verified(value) })),
  ];
}

function traitsOf(topic: string, body: Fields): Record<string, string> {
  const customer = customerOf(topic, body);
  if (topic === CLOSING || OWN_WORDS.has(topic)) return {};
  // The address a customer keeps on file is theirs; that of an order is its receiver's.
  const address = topic.startsWith('customers/') ? fieldsAt(customer, 'default_address') : {};
  const place = (field: string): string => (HAN.test(textAt(address, field)) ? textAt(address, field) : '');
  const told = { name: fullName(customer), province: place('province'), city: place('city') };
  return filledTexts(told);
}

function itemOf(line: unknown): OrderItem {
  const optional = {
    sku: firstOf(textAt(line, 'sku'), textAt(line, 'variant_id')),
    ...{ name: textAt(line, 'title'), brand: textAt(line, 'vendor') },
  };
  return { ...filledTexts(optional), quantity: textAt(line, 'quantity'), price: textAt(line, 'price') };
}

function orderOf(body: Fields): MappedEvent['order'] {
  const items = listAt(body, 'line_items').map(itemOf);
  const total = textAt(body, 'total_price');
  const discount = textAt(body, 'total_discounts');
  const store = textAt(body, 'location_id');
  return {
    ...{ id: textAt(body, 'id'), currency: textAt(body, 'currency') },
    ...(total === '' ? {} : { total }),
    ...(isAmount(discount) && parseAmount(discount) > 0n ? { discount } : {}),
    ...(items.length === 0 ? {} : { items }),
    ...(store === '' ? {} : { store }),
  };
}

const sum = (amounts: string[]): bigint =>
  amounts.filter(isAmount).reduce((all, amount) => all + parseAmount(amount), 0n);

/** What went back to the buyer: the refund transactions that came through, else what the lines were worth. */
function refundOf(body: Fields): { units: bigint; order: MappedEvent['order'] } {
  const transactions = listAt(body, 'transactions');
  const back = transactions.filter(
    (one) => textAt(one, 'kind') === 'refund' && ['', 'success'].includes(textAt(one, 'status')),
  );
  const lines = listAt(body, 'refund_line_items').flatMap((line) => [
    textAt(line, 'subtotal'),
    textAt(line, 'total_tax'),
  ]);
  const units = body.transactions === undefined ? sum(lines) : sum(back.map((one) => textAt(one, 'amount')));
  const [first] = transactions;
  const currency = firstOf(textAt(first, 'currency'), textAt(body, 'currency'), 'CNY');
  const order = { id: textAt(body, 'id'), currency, total: formatAmount(units, currency) };
  return { units, order: { ...order, original_id: textAt(body, 'order_id') } };
}

function addressOf(body: Fields, field: string): Fields {
  const at = (name: string): string => textAt(body, field, name);
  return filled({
    ...{
      name: at('name'),
      mobile: at('phone'),
      country: at('country_code'),
      province: at('province'),
      city: at('city'),
    },
    ...{ address: [at('address1'), at('address2')].filter((line) => line !== '').join(' '), postal_code: at('zip') },
  });
}

function propertiesOf(topic: string, body: Fields): Fields {
  const as = (name: string): unknown => body[name];
  return filled({
    ...unlisted(body, SHOPIFY_FIELDS),
    ...{ topic, test: isTrue(body.test) ? true : null, order_name: topic.startsWith('orders/') ? as('name') : null },
    ...{ order_number: as('order_number'), financial_status: as('financial_status'), source_name: as('source_name') },
    ...{ fulfillment_status: as('fulfillment_status'), customer_locale: as('customer_locale'), state: as('state') },
    ...{ buyer_accepts_marketing: as('buyer_accepts_marketing'), cancel_reason: as('cancel_reason'), note: as('note') },
    ...{ email_marketing_state: textAt(body, 'email_marketing_consent', 'state') },
    ...{ sms_marketing_state: textAt(body, 'sms_marketing_consent', 'state'), tags: as('tags') },
    ...{ discount_codes: listAt(body, 'discount_codes').map((one) => textAt(one, 'code')) },
    ...{ receiver: addressOf(body, 'shipping_address'), billing: addressOf(body, 'billing_address') },
    ...{ orders: firstOfLists(listAt(body, 'orders_requested'), listAt(body, 'orders_to_redact')).map(String) },
  });
}

const firstOfLists = (a: unknown[], b: unknown[]): unknown[] => (a.length > 0 ? a : b);

/** The field that says when the thing happened; what triggered the webhook stands in for it. */
const MOMENTS = new Map([
  ['orders/create', ['created_at']],
  ['orders/cancelled', ['cancelled_at', 'updated_at']],
  ['refunds/create', ['processed_at', 'created_at']],
]);

function timeOf(topic: string, body: Fields, triggered: string): string | null {
  const fields = MOMENTS.get(topic) ?? ['updated_at', 'created_at'];
  const told = fields.map((field) => textAt(body, field)).find((time) => !Number.isNaN(parseTime(time)));
  return told ?? beijingTime(parseTime(triggered));
}

function map(value: unknown, context: MapContext): Outcome[] {
  const { topic = '', event: id = '', shop = '', triggered = '' } = context.meta;
  const body = fieldsAt(value);
  if (topic === '') return drop('dead-letter', 'event_malformed', 'X-Shopify-Topic');
  if (id === '') return drop('dead-letter', 'event_malformed', 'X-Shopify-Event-Id');
  const time = timeOf(topic, body, triggered) ?? beijingTime(context.received);
  if (time === null) return drop('dead-letter', 'event_malformed', 'X-Shopify-Triggered-At');
  const type = typeOf(topic, body);
  const identifiers = identifiersOf(topic, body, shop);
  const order = type.startsWith('order_');
  if (!order && identifiers.length === 0) return drop('ignored', 'type_not_used', `${topic} names no person`);
  const refund = type === 'order_refunded' ? refundOf(body) : null;
  if (refund?.units === 0n) return drop('ignored', 'type_not_used', 'no money was given back');
  const event: MappedEvent = {
    ...{ id, channel: context.channel, source: context.source, time, type, identifiers },
    traits: traitsOf(topic, body),
    ...(order ? { order: refund ? refund.order : orderOf(body) } : {}),
    properties: propertiesOf(topic, body),
  };
  return [{ kind: 'event', event, queryable: QUERYABLE }];
}

export const shopify: Channel = defineChannel<Settings>({
  name: NAME,
  ...SHOPIFY_PAGE,
  settings,
  secrets: ['apiSecret'],
  accept,
  read: ({ body }) => readAgain(tryJson(body)),
  fields: SHOPIFY_FIELDS,
  map,
});
