import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type IdentifierInput, type OrderItem, parseTime } from '../../schemas/event.ts';
import { formatAmount, isAmount, parseAmount } from '../../schemas/money.ts';
import {
  type Channel,
  type DoorRequest,
  defineChannel,
  type Item,
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
  listAt,
  textAt,
  WECHAT_PAYMENT,
} from '../pick.ts';
import { stableJson } from '../prepare.ts';
import { sameText } from '../signature.ts';
import { beijingTime, localTime } from '../time.ts';
import { WOOCOMMERCE_FIELDS } from '../woocommerce-fields.ts';
import { WOOCOMMERCE_PAGE } from '../woocommerce-page.ts';

/**
 * WooCommerce webhooks (woocommerce.com, "Webhooks"; bodies are those of its REST API v3). HMAC-SHA256 of the body, in
 * base64; no time is signed. A new webhook is tried with an unsigned form, `webhook_id=17`: it says nothing, so it is
 * the one thing taken without a signature.
 *
 * Event ids: the delivery id, then `<delivery id>#2`, … An order makes an event by its status, and each of its refunds
 * one of its own behind it; once the order is refunded altogether its refunds are all there is to tell, and the first
 * of them bears the delivery id.
 */
const NAME = 'woocommerce';
const PING = /^webhook_id=(\d{1,20})$/;
const PING_BYTES = 31;

const settings = z.object({ shop: settingText, secret: settingText, maxAge });
type Settings = z.infer<typeof settings>;

const STATUSES = new Map(
  Object.entries({
    pending: 'order_created',
    'on-hold': 'order_created',
    processing: 'order_paid',
    completed: 'order_completed',
    cancelled: 'order_cancelled',
    failed: 'order_cancelled',
    refunded: 'order_refunded',
  }),
);

const QUERYABLE = [
  ...['topic', 'status', 'order_number', 'payment_method', 'payment_method_title', 'created_via', 'shipping_total'],
  ...['role', 'is_paying_customer'],
];

function accept(request: DoorRequest, given: Settings): Verdict {
  const { headers, body } = request;
  const came = headers['x-wc-webhook-signature'];
  const ping = body.length <= PING_BYTES && PING.test(body.toString('latin1'));
  const unsigned = ping && came === undefined;
  const ought = createHmac('sha256', given.secret).update(body).digest('base64');
  if (request.method !== 'POST' || !(unsigned || sameText(came ?? '', ought))) {
    return refused('signature_wrong', 'X-WC-Webhook-Signature is missing or wrong');
  }
  const { 'x-wc-webhook-topic': topic = '', 'x-wc-webhook-delivery-id': delivery = '' } = headers;
  const meta = { shop: given.shop, topic, delivery, ...(ping ? { ping: 'true' } : {}) };
  const taken = (item: Item): Verdict => ({ verdict: 'taken', items: [item], reply: textReply('') });
  const text = decodeUtf8(body);
  if (text === null) return taken(deadItem(body, meta, 'unreadable', 'no UTF-8'));
  const read = ping ? null : tryJson(text);
  return taken(read && !read.ok ? deadItem(text, meta, read.reason, read.detail) : { body: text, meta });
}

/** WooCommerce's codes CN1 to CN32, in their order. */
const PROVINCES = [
  ...['云南省', '北京市', '天津市', '河北省', '山西省', '内蒙古自治区', '辽宁省', '吉林省', '黑龙江省', '上海市'],
  ...['江苏省', '浙江省', '安徽省', '福建省', '江西省', '山东省', '河南省', '湖北省', '湖南省', '广东省'],
  ...['广西壮族自治区', '海南省', '重庆市', '四川省', '贵州省', '陕西省', '甘肃省', '青海省', '宁夏回族自治区'],
  ...['澳门特别行政区', '西藏自治区', '新疆维吾尔自治区'],
];

function provinceOf(address: Fields): string {
  const state = textAt(address, 'state');
  const code = /^CN(\d{1,2})$/.exec(state)?.[1];
  return code === undefined ? state : (PROVINCES[Number(code) - 1] ?? state);
}

const isCustomer = (topic: string): boolean => topic.startsWith('customer.');

function identifiersOf(topic: string, body: Fields, shop: string): IdentifierInput[] {
  const customer = isCustomer(topic);
  const id = textAt(body, customer ? 'id' : 'customer_id');
  const emails = [customer ? textAt(body, 'email') : '', textAt(body, 'billing', 'email')];
  const phone = textAt(body, 'billing', 'phone');
  const payment = textAt(body, 'transaction_id');
  return [
    // Guests are customer 0.
    ...(id === '' || id === '0' ? [] : [{ kind: 'woo_customer', scope: shop, value: id }]),
    ...(phone === '' ? [] : [{ kind: 'mobile', value: phone }]),
    ...[...new Set(emails)].filter((value) => value !== '').map((value) => ({ kind: 'email', value, verified: false })),
    ...(WECHAT_PAYMENT.test(payment) ? [{ kind: 'payment_id', scope: 'wechat-pay', value: payment }] : []),
  ];
}

/** What the buyer says of themselves, in the billing address; the shipping address is a receiver's. */
function traitsOf(topic: string, body: Fields): Record<string, string> {
  const billing = fieldsAt(body, 'billing');
  const place = (name: string): string => (/^\p{Script=Han}{2,}$/u.test(name) ? name : '');
  const told = {
    name: firstOf(isCustomer(topic) ? fullName(body) : '', fullName(billing)),
    province: place(provinceOf(billing)),
    city: place(textAt(billing, 'city')),
  };
  return filledTexts(told);
}

/** An amount as its currency shows it; what is none stays as it is, for the event's own check to refuse. */
const money = (text: string, currency: string): string =>
  isAmount(text) ? formatAmount(parseAmount(text), currency) : text;

/** Unit prices are quotients with all their digits: rounded half up to the fourth. */
function priceOf(line: unknown, currency: string): string {
  const price = textAt(line, 'price');
  const [, tail] = /^\d{1,15}\.\d{4}(\d)\d*$/.exec(price) ?? [];
  if (tail === undefined) return money(price, currency);
  return formatAmount(parseAmount(price) + (tail >= '5' ? 1n : 0n), currency);
}

function itemOf(line: unknown, currency: string): OrderItem {
  const at = (name: string): string => textAt(line, name);
  // A product without variations has variation 0.
  const optional = {
    sku: firstOf(at('sku'), at('variation_id').replace(/^0$/, ''), at('product_id')),
    name: at('name'),
  };
  return { ...filledTexts(optional), quantity: at('quantity'), price: priceOf(line, currency) };
}

type Order = NonNullable<MappedEvent['order']>;

function orderOf(body: Fields, type: string): Order {
  const at = (name: string): string => textAt(body, name);
  const currency = at('currency');
  const total = money(at('total'), currency);
  const head: Order = { id: at('id'), currency, ...(total === '' ? {} : { total }) };
  // Named as its own original, so that however often it is told it is one refund.
  if (type === 'order_refunded') return { ...head, original_id: head.id };
  const items = listAt(body, 'line_items').map((line) => itemOf(line, currency));
  const discount = at('discount_total');
  const store = listAt(body, 'meta_data').find((entry) => textAt(entry, 'key') === '_store_id');
  return {
    ...head,
    ...(isAmount(discount) && parseAmount(discount) > 0n ? { discount: money(discount, currency) } : {}),
    ...(items.length === 0 ? {} : { items }),
    ...(textAt(store, 'value') === '' ? {} : { store: textAt(store, 'value') }),
  };
}

/** Totals of refunds are negative. One that gives no money back is a note about stock. */
function refundsOf(body: Fields): { order: Order; reason: string }[] {
  const currency = textAt(body, 'currency');
  return listAt(body, 'refunds')
    .map((refund) => ({
      order: {
        ...{ id: textAt(refund, 'id'), original_id: textAt(body, 'id'), currency },
        total: money(textAt(refund, 'total').replace(/^-/, ''), currency),
      },
      reason: textAt(refund, 'reason'),
    }))
    .filter(({ order }) => !/^0+(\.0+)?$/.test(order.total));
}

function addressOf(body: Fields, field: 'billing' | 'shipping'): Fields {
  const address = fieldsAt(body, field);
  const at = (name: string): string => textAt(address, name);
  return filled({
    ...{ name: fullName(address), company: at('company'), mobile: at('phone'), email: at('email') },
    ...{ country: at('country'), province: provinceOf(address), city: at('city'), postal_code: at('postcode') },
    address: [at('address_1'), at('address_2')].filter((line) => line !== '').join(' '),
  });
}

function propertiesOf(topic: string, body: Fields): Fields {
  const as = (name: string): unknown => body[name];
  // Plugins keep their own facts here; Object.fromEntries takes a key such as `__proto__` for the plain data it is.
  const meta = listAt(body, 'meta_data').map((entry): [string, unknown] => {
    return [textAt(entry, 'key'), fieldsAt(entry).value];
  });
  return filled({
    ...unlisted(body, WOOCOMMERCE_FIELDS),
    ...{ topic, status: as('status'), order_number: as('number'), created_via: as('created_via') },
    ...{ payment_method: as('payment_method'), payment_method_title: as('payment_method_title') },
    ...{ transaction_id: as('transaction_id'), shipping_total: as('shipping_total'), note: as('customer_note') },
    ...{ role: as('role'), username: as('username'), is_paying_customer: as('is_paying_customer') },
    ...{ coupons: listAt(body, 'coupon_lines').map((one) => textAt(one, 'code')), meta: Object.fromEntries(meta) },
    ...{ receiver: addressOf(body, 'shipping'), billing: addressOf(body, 'billing') },
  });
}

/** Statuses that an order has only some time after it was made. */
const LATER = new Set(['processing', 'completed', 'cancelled', 'failed', 'refunded']);

/** UTC before the shop's own clock, which says no zone: that is taken for China's. */
function timeOf(topic: string, body: Fields): string | null {
  const made = ['date_created'];
  const changed = ['date_modified', 'date_completed', 'date_paid', 'date_created'];
  const fields = topic.endsWith('.created') && !LATER.has(textAt(body, 'status')) ? made : changed;
  const utc = fields.map((field) => zoned(textAt(body, `${field}_gmt`), (text) => `${text}Z`));
  const local = fields.map((field) => zoned(textAt(body, field), (text) => localTime(text) ?? ''));
  return [...utc, ...local].find((time) => time !== null) ?? null;
}

function zoned(text: string, zone: (text: string) => string): string | null {
  const time = /(Z|[+-]\d{2}:\d{2})$/i.test(text) ? text : zone(text);
  return Number.isNaN(parseTime(time)) ? null : time;
}

function typeOf(topic: string, status: string): string {
  if (topic.startsWith('order.')) return STATUSES.get(status) ?? customType(NAME, topic);
  return isCustomer(topic) && topic !== 'customer.deleted' ? 'member_updated' : customType(NAME, topic);
}

type Draft = Pick<MappedEvent, 'type' | 'order' | 'properties' | 'traits'>;

function draftsOf(topic: string, body: Fields, nobody: boolean): Draft[] {
  const status = textAt(body, 'status').replace(/^wc-/, '');
  const type = typeOf(topic, status);
  const ordered = type.startsWith('order_');
  const told = { traits: traitsOf(topic, body), properties: propertiesOf(topic, body) };
  const refunds = (topic.startsWith('order.') ? refundsOf(body) : []).map(({ order, reason }): Draft => {
    return { type: 'order_refunded', order, properties: filled({ topic, status, reason }) };
  });
  if (nobody && !ordered) return refunds;
  if (type === 'order_refunded' && refunds.length > 0) {
    return refunds.map((draft, at) =>
      at === 0 ? { ...draft, ...told, properties: { ...told.properties, ...draft.properties } } : draft,
    );
  }
  return [{ type, ...told, ...(ordered ? { order: orderOf(body, type) } : {}) }, ...refunds];
}

function map(value: unknown, { channel, source, received, meta }: MapContext): Outcome[] {
  const { topic = '', delivery: id = '', shop = '', ping } = meta;
  if (ping) return drop('ignored', 'test_payload', 'the ping of a new webhook');
  if (topic === '') return drop('dead-letter', 'event_malformed', 'X-WC-Webhook-Topic');
  if (id === '') return drop('dead-letter', 'event_malformed', 'X-WC-Webhook-Delivery-ID');
  const body = fieldsAt(value);
  const told = timeOf(topic, body);
  const time = told ?? beijingTime(received);
  if (time === null) return drop('dead-letter', 'event_malformed', 'date_modified_gmt');
  const identifiers = identifiersOf(topic, body, shop);
  const drafts = draftsOf(topic, body, identifiers.length === 0);
  if (drafts.length === 0) return drop('ignored', 'type_not_used', `${topic} names no person`);
  return drafts.map((draft, at): Outcome => {
    const event = { id: at === 0 ? id : `${id}#${at + 1}`, channel, source, time, identifiers, ...draft };
    // A time of arrival is no part of what was told: told again, it is the same.
    const content = told === null ? { content: stableJson({ ...event, time: '' }) } : {};
    return { kind: 'event', event, queryable: QUERYABLE, ...content };
  });
}

export const woocommerce: Channel = defineChannel<Settings>({
  name: NAME,
  ...WOOCOMMERCE_PAGE,
  settings,
  secrets: ['secret'],
  accept,
  read: ({ body, meta }) => (meta.ping ? {} : readAgain(tryJson(body))),
  fields: WOOCOMMERCE_FIELDS,
  map,
});
