import { type IdentifierInput, parseTime } from '../schemas/event.ts';
import { isAmount, parseAmount } from '../schemas/money.ts';
import type { Item, MapContext, MappedEvent, Outcome } from './channel.ts';
import { drop } from './door.ts';
import { unlisted } from './fields.ts';
import { typeMobile } from './mobile.ts';
import { customType, type Fields, fieldsAt, filled, firstOf, textAt } from './pick.ts';
import { TAOBAO_FIELDS } from './taobao-fields.ts';
import { buyerIds } from './taobao-trade.ts';
import { beijingTime, epochMs, localTime } from './time.ts';

/** What a message of Taobao (TMC) becomes. Websocket and HTTP call name the frame differently; the content is one. */
const TYPES = new Map(
  Object.entries({
    taobao_trade_TradeCreate: 'order_created',
    taobao_trade_TradeBuyerPay: 'order_paid',
    taobao_trade_TradePartlySellerShip: 'order_shipped',
    taobao_trade_TradeSellerShip: 'order_shipped',
    taobao_trade_TradeSuccess: 'order_completed',
    taobao_trade_TradeClose: 'order_cancelled',
    taobao_refund_RefundSuccess: 'order_refunded',
    taobao_opencrm_MemberJoin: 'member_joined',
    taobao_opencrm_MemberJoinPrivate: 'member_joined',
    taobao_opencrm_MemberGradeChange: 'member_updated',
    tmall_mei_CrmBind: 'identified',
  }),
);
/** Types that say nothing without their amount. */
const NEED_TOTAL = new Set(['order_created', 'order_paid', 'order_refunded']);
const MEMBERS = /^(taobao_opencrm|tmall_mei)_/;
const CURRENCY = 'CNY';

export const MESSAGE_QUERYABLE = [
  ...['topic', 'status', 'type', 'post_fee', 'adjust_fee', 'refund_phase', 'bill_type', 'point', 'biz_type', 'grade'],
];

/** `2026-03-02T20:15:09.000+0800`, `2026-03-02 20:15:09` or epoch ms, to the second. */
function frameTime(text: string): string | null {
  const offset = text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2');
  return localTime(text) ?? beijingTime(parseTime(offset)) ?? beijingTime(epochMs(text));
}

/** In MemberJoinPrivate `user` is the ouid; in MemberJoin it is a nickname. No whole number is taken from anywhere. */
function identifiersOf(topic: string, content: Fields, meta: Item['meta']): IdentifierInput[] {
  const member = MEMBERS.test(topic);
  const user = topic === 'taobao_opencrm_MemberJoinPrivate' ? textAt(content, 'user') : '';
  const open = member ? textAt(content, 'open_uid') : '';
  const told = {
    ...{ ouid: firstOf(textAt(content, 'ouid'), user), omid: textAt(content, 'omid') },
    buyer_open_uid: firstOf(textAt(content, 'buyer_open_uid'), open),
  };
  const masked = [textAt(content, 'mix_mobile'), textAt(content, 'mobile')].filter(
    (number) => typeMobile(number).status === 'masked',
  );
  return [
    ...buyerIds(told, meta),
    ...[...new Set(member ? masked : [])].map((value) => ({ kind: 'masked_mobile', value })),
  ];
}

/**
 * The sum of a message about one line of several may be that line's: it is taken for the trade's only where the trade
 * has no other, or the type says nothing without it; trades read in full tell the rest.
 */
function orderOf(type: string, content: Fields): MappedEvent['order'] {
  const id = textAt(content, 'tid');
  if (id === '') return null;
  if (type === 'order_refunded') {
    const refund = textAt(content, 'refund_id');
    const given = { currency: CURRENCY, total: textAt(content, 'refund_fee') };
    return refund === '' ? { id, ...given } : { id: refund, ...given, original_id: id };
  }
  const whole = NEED_TOTAL.has(type) || ['', id].includes(textAt(content, 'oid'));
  const total = type.startsWith('order_') && whole ? textAt(content, 'payment') : '';
  return { id, currency: CURRENCY, ...(total === '' ? {} : { total }) };
}

/** Told elsewhere in the event. */
const NOT_PROPERTIES = new Set([
  ...['tid', 'payment', 'refund_id', 'refund_fee', 'buyer_open_uid', 'open_uid', 'ouid', 'omid', 'join_time'],
]);

function propertiesOf(topic: string, frame: Fields, content: Fields): Fields {
  const hidden = topic === 'taobao_opencrm_MemberJoinPrivate' ? 'user' : '';
  const rest = Object.entries(content).filter(([name]) => !NOT_PROPERTIES.has(name) && name !== hidden);
  return filled({ ...unlisted(frame, TAOBAO_FIELDS), ...Object.fromEntries(rest), topic });
}

function typeOf(topic: string, content: Fields): string {
  const custom = customType('taobao', topic);
  const unbound = topic === 'tmall_mei_CrmBind' && textAt(content, 'type') === '2';
  const type = unbound ? custom : (TYPES.get(topic) ?? custom);
  const amount = textAt(content, type === 'order_refunded' ? 'refund_fee' : 'payment');
  return NEED_TOTAL.has(type) && amount === '' ? custom : type;
}

/** The trade is asked for in full once it is paid, and where a message tells no sum. */
function asksFor(topic: string, type: string, content: Fields): Outcome[] {
  const tid = textAt(content, 'tid');
  const wanted = type === 'order_paid' || (NEED_TOTAL.has(TYPES.get(topic) ?? '') && type.startsWith('custom:'));
  return wanted && tid !== '' ? [{ kind: 'ask', ask: { name: 'trade.fullinfo', params: { tid } } }] : [];
}

export function mapMessage(frame: Fields, { channel, source, meta }: MapContext): Outcome[] {
  const content = fieldsAt(frame, 'content');
  const id = firstOf(textAt(frame, 'id'), textAt(frame, 'dataid'));
  const topic = textAt(frame, 'topic');
  if (id === '') return drop('dead-letter', 'event_malformed', 'id');
  if (topic === '') return drop('dead-letter', 'event_malformed', 'topic');
  const type = typeOf(topic, content);
  const moments = [textAt(content, 'join_time'), textAt(content, 'modified')].map(frameTime);
  const sent = [textAt(frame, 'time'), textAt(frame, 'pub_time')].map(frameTime);
  const time = [...moments, ...sent].find((one) => one !== null);
  if (!time) return drop('dead-letter', 'event_malformed', 'time');
  const identifiers = identifiersOf(topic, content, meta);
  const order = orderOf(type, content);
  if (!order && type.startsWith('order_')) return drop('dead-letter', 'event_malformed', 'content.tid');
  const joining = identifiers.some(({ kind }) => kind !== 'masked_mobile');
  if (!order && !joining) return drop('ignored', 'type_not_used', `${topic.slice(0, 100)} names no person`);
  const amount = order?.total ?? '';
  if (type === 'order_refunded' && isAmount(amount) && parseAmount(amount) === 0n) {
    return drop('ignored', 'type_not_used', 'no money was given back');
  }
  const grade = textAt(content, 'grade');
  const event: MappedEvent = {
    ...{ id, channel, source, time, type, identifiers },
    ...(type === 'member_updated' && grade !== '' ? { traits: { level: grade } } : {}),
    ...(order ? { order } : {}),
    properties: propertiesOf(topic, frame, content),
  };
  return [{ kind: 'event', event, queryable: MESSAGE_QUERYABLE }, ...asksFor(topic, type, content)];
}
