import { createHash } from 'node:crypto';
import { isAmount, parseAmount } from '../../schemas/money.ts';
import {
  type BadItem,
  type Channel,
  type DoorRequest,
  defineChannel,
  type Item,
  type MapContext,
  type MappedEvent,
  type Outcome,
  type Verdict,
} from '../channel.ts';
import { deadItem, decodeUtf8, drop, jsonReply, type Read, readAgain, refused, tryJson } from '../door.ts';
import { DETAIL, type DoudianSettings, doudianSettings, orderDetail } from '../doudian-api.ts';
import { DOUDIAN_DATA_FIELDS, DOUDIAN_FIELDS } from '../doudian-fields.ts';
import { BY_STATUS, buyerOf, detailEvent, epochAt, NAME, storeOf, yuanAt } from '../doudian-order.ts';
import { DOUDIAN_PAGE } from '../doudian-page.ts';
import { unlisted } from '../fields.ts';
import { type Fields, fieldsAt, filled, firstOf, isFields, listAt, textAt } from '../pick.ts';
import { sameText } from '../signature.ts';
import { beijingTime } from '../time.ts';

/**
 * Doudian message push (抖店开放平台消息推送): op.jinritemai.com. One POST bears an array of messages; `event-sign` is
 * md5 over the app key, the raw body and the app secret, and covers no time.
 */
const TEST_TAG = '0';

/** Tags that speak of an order's state; their order_status, where they bear one, has the last word. */
const BY_TAG = new Map([
  ['100', 'order_created'],
  ['101', 'order_paid'],
  ['102', 'order_shipped'],
  ['103', 'order_completed'],
  ['106', 'order_cancelled'],
]);
/** Applied for, agreed to, sent back, refused, closed: of after-sale tags these give no money back. */
const NO_MONEY_TAGS = new Set(['200', '201', '202', '203', '204', '205', '207', '208']);
const REFUND_TAG = '206';
/** aftersale_status 12 is the refund agreed to; 27, 28 and 29 are refused and closed. */
const REFUNDED = '12';
const CLOSED = new Set(['27', '28', '29']);

const QUERYABLE = [
  ...['tag', 'api', 'order_status', 'main_status', 'order_type', 'order_level', 'biz', 'pay_type', 'shop_id'],
  ...['aftersale_status', 'aftersale_type', 'after_sale_status', 'reason_code', 'refund_amount', 'refund_post_amount'],
  ...['post_amount'],
];

/** `data` is JSON in a string, or the object itself. */
function readData(element: Fields): Read {
  const { data } = element;
  if (textAt(element, 'tag') === TEST_TAG || data === undefined || data === null || data === '') {
    return { ok: true, value: {} };
  }
  const read: Read = typeof data === 'string' ? tryJson(data) : { ok: true, value: data };
  if (!read.ok || isFields(read.value)) return read;
  return { ok: false, reason: 'unreadable', detail: 'data is no object' };
}

/** One message of a push, on its own: its neighbours neither help nor harm it. */
function cut(element: unknown, meta: Item['meta']): Item | BadItem {
  const body = JSON.stringify(element) ?? 'null';
  if (!isFields(element) || textAt(element, 'tag') === '') {
    return deadItem(body, meta, 'unreadable', 'a message without a tag');
  }
  const data = readData(element);
  return data.ok ? { body, meta } : deadItem(body, meta, data.reason, data.detail);
}

function accept(request: DoorRequest, given: DoudianSettings): Verdict {
  const came = request.headers['event-sign'];
  const ought = createHash('md5').update(given.appKey).update(request.body).update(given.appSecret).digest('hex');
  if (request.method !== 'POST' || came === undefined || !sameText(came.trim().toLowerCase(), ought)) {
    return refused('signature_wrong', 'event-sign is missing or wrong');
  }
  const meta = { shop: given.shop, ...(given.askOrders === false ? { ask: 'no' } : {}) };
  const taken = (...items: (Item | BadItem)[]): Verdict => ({
    ...{ verdict: 'taken', items },
    reply: jsonReply('{"code":0,"msg":"success"}'),
  });
  const text = decodeUtf8(request.body);
  if (text === null) return taken(deadItem(request.body, meta, 'unreadable', 'no UTF-8'));
  const push = tryJson(text);
  if (!push.ok) return taken(deadItem(text, meta, push.reason, push.detail));
  const messages = Array.isArray(push.value) ? push.value : [push.value];
  if (messages.length === 0) return taken(deadItem(text, meta, 'unreadable', 'a push without a message'));
  return taken(...messages.map((element) => cut(element, meta)));
}

function read({ body, meta }: Item): unknown {
  const value = readAgain(tryJson(body));
  if (meta.api === DETAIL) return value;
  const element = fieldsAt(value);
  return { ...element, data: readAgain(readData(element)) };
}

const isAfterSale = (data: Fields): boolean =>
  textAt(data, 'aftersale_id') !== '' || textAt(data, 'aftersale_status') !== '' || 'refund_amount' in data;

/** Money went back: the message says when, or is the one about it. A claim for 0, such as an exchange, gives none. */
function isRefund(tag: string, data: Fields): boolean {
  const amount = yuanAt(data, 'refund_amount');
  const status = textAt(data, 'aftersale_status');
  if (CLOSED.has(status) || amount === '' || (isAmount(amount) && parseAmount(amount) === 0n)) return false;
  if (tag === REFUND_TAG || epochAt(data, ['success_time']) !== null) return true;
  return status === REFUNDED && !NO_MONEY_TAGS.has(tag);
}

/** The tag as a word of an event type. */
const word = (tag: string): string => tag.replace(/[^\w.-]+/g, '_').slice(0, 64);

function typeOf(tag: string, data: Fields): string {
  const custom = `custom:${NAME}.${word(tag)}`;
  if (isAfterSale(data)) return isRefund(tag, data) ? 'order_refunded' : custom;
  const byTag = BY_TAG.get(tag);
  if (byTag === undefined) return custom;
  const type = BY_STATUS.get(textAt(data, 'order_status')) ?? byTag;
  // An order is created or paid for with its sum, which not every message tells: the answer of the API does.
  const needsSum = type === 'order_created' || type === 'order_paid';
  return needsSum && sumOf(data) === '' ? custom : type;
}

const sumOf = (data: Fields): string => firstOf(yuanAt(data, 'pay_amount'), yuanAt(data, 'order_amount'));

function orderOf(type: string, id: string, data: Fields): MappedEvent['order'] {
  const currency = 'CNY';
  if (type === 'order_refunded') {
    const claim = textAt(data, 'aftersale_id');
    const total = yuanAt(data, 'refund_amount');
    return claim === '' ? { id, currency, total } : { id: claim, currency, total, original_id: id };
  }
  const total = type.startsWith('order_') ? sumOf(data) : '';
  return { id, currency, ...(total === '' ? {} : { total }), ...storeOf(data) };
}

function propertiesOf(tag: string, data: Fields): Fields {
  const as = (name: string): unknown => data[name];
  return filled({
    ...unlisted(data, DOUDIAN_DATA_FIELDS),
    ...{ tag: word(tag), order_status: as('order_status'), order_type: as('order_type'), biz: as('biz') },
    ...{ pay_type: as('pay_type'), shop_id: as('shop_id'), cancel_reason: as('cancel_reason') },
    shop_order_ids: [...listAt(data, 's_ids'), ...listAt(data, 's_id')].map(String),
    ...{ aftersale_id: as('aftersale_id'), aftersale_status: as('aftersale_status'), reason: as('reason') },
    ...{ aftersale_type: as('aftersale_type'), reason_code: as('reason_code'), latest_record: as('latest_record') },
    ...{ refund_amount: yuanAt(data, 'refund_amount'), refund_post_amount: yuanAt(data, 'refund_post_amount') },
    ...{ logistics: as('logistics_msg'), receiver: as('receiver_msg'), open_id: as('open_id') },
  });
}

const MOMENTS = new Map([
  ['order_created', ['create_time']],
  ['order_paid', ['pay_time']],
  ['order_completed', ['complete_time', 'finish_time']],
  ['order_cancelled', ['cancel_time']],
  ['order_refunded', ['success_time']],
]);
const ANY_MOMENT = [
  ...['update_time', 'success_time', 'close_time', 'agree_time', 'refuse_time', 'return_time', 'apply_time'],
  ...['complete_time', 'cancel_time', 'pay_time', 'create_time'],
];

/** What the push bears no person of, the API tells: the order's buyer. */
function asksFor(order: string, data: Fields, meta: Item['meta']): Outcome[] {
  if (order === '' || meta.ask === 'no' || isAfterSale(data)) return [];
  return [{ kind: 'ask', ask: { name: DETAIL, params: { order, shop: textAt(data, 'shop_id') } } }];
}

function pushed(value: unknown, { channel, source, received, meta }: MapContext): Outcome[] {
  const tag = textAt(value, 'tag');
  const id = textAt(value, 'msg_id');
  if (tag === TEST_TAG) return drop('ignored', 'test_payload', 'tag 0');
  if (tag === '') return drop('dead-letter', 'event_malformed', 'tag');
  if (id === '') return drop('dead-letter', 'event_malformed', 'msg_id');
  const data = fieldsAt(value, 'data');
  const orderId = firstOf(textAt(data, 'p_id'), textAt(data, 'order_id'));
  const identifiers = buyerOf(data, meta.shop ?? '');
  if (orderId === '' && identifiers.length === 0) {
    return drop('ignored', 'type_not_used', `tag ${word(tag)} names neither an order nor a person`);
  }
  const type = orderId === '' ? `custom:${NAME}.${word(tag)}` : typeOf(tag, data);
  const told = epochAt(data, [...(MOMENTS.get(type) ?? []), ...ANY_MOMENT]);
  const time = told ?? beijingTime(received);
  if (time === null) return drop('dead-letter', 'event_malformed', 'data.update_time');
  const event: MappedEvent = {
    ...{ id, channel, source, time, type, identifiers },
    ...(orderId === '' ? {} : { order: orderOf(type, orderId, data) }),
    properties: propertiesOf(tag, data),
  };
  const content = told === null ? { content: JSON.stringify([tag, data]) } : {};
  return [{ kind: 'event', event, ...content, queryable: QUERYABLE }, ...asksFor(orderId, data, meta)];
}

export const doudian: Channel = defineChannel<DoudianSettings>({
  ...{ name: NAME, ...DOUDIAN_PAGE, settings: doudianSettings, secrets: ['appSecret', 'accessToken'] },
  ...{ accept, read, fields: DOUDIAN_FIELDS },
  map: (value, context) =>
    context.meta.api === DETAIL ? detailEvent(value, context, QUERYABLE) : pushed(value, context),
  asks: { [DETAIL]: { callsPerSecond: 10, answer: orderDetail } },
});
