import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { IdentifierInput } from '../../schemas/event.ts';
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
import {
  deadItem,
  decodeUtf8,
  drop,
  jsonReply,
  maxAge,
  optionalText,
  readAgain,
  refused,
  settingText,
  tryJson,
} from '../door.ts';
import { unlisted } from '../fields.ts';
import {
  customType,
  type Fields,
  fieldsAt,
  filled,
  filledTexts,
  firstOf,
  isTrue,
  listAt,
  textAt,
  valueAt,
  WECHAT_PAYMENT,
} from '../pick.ts';
import { sameText } from '../signature.ts';
import { beijingTime, epochMs, localTime } from '../time.ts';
import { YOUZAN_FIELDS } from '../youzan-fields.ts';
import { YOUZAN_PAGE } from '../youzan-page.ts';
import { type Push, readMsg, receiverOf, refundOrder, tradeOrder } from '../youzan-trade.ts';

/** Youzan message push (有赞云消息推送): doc.youzanyun.com. The signature covers the raw body and bears no time. */
const NAME = 'youzan';

const settings = z.object({
  ...{
    clientId: settingText,
    clientSecret: settingText,
    kdtId: optionalText,
    wechatAppid: optionalText,
  },
  maxAge,
});
type Settings = z.infer<typeof settings>;

const TYPES = new Map(
  Object.entries({
    trade_TradeCreate: 'order_created',
    trade_TradePaid: 'order_paid',
    trade_TradeBuyerPay: 'order_paid',
    trade_TradePartlySellerShip: 'order_shipped',
    trade_PartlySellerShip: 'order_shipped',
    trade_TradeSellerShip: 'order_shipped',
    trade_SellerShip: 'order_shipped',
    trade_TradeSuccess: 'order_completed',
    trade_TradeClose: 'order_cancelled',
    trade_refund_RefundSuccess: 'order_refunded',
    trade_refund_SysRefund: 'order_refunded',
    youzan_trade_RefundSuccess: 'order_refunded',
    SCRM_CUSTOMER_EVENT: 'member_updated',
  }),
);

/** The moment each type speaks of, by its field in order_info or in the message itself. */
const MOMENTS = new Map([
  ['order_created', 'created'],
  ['order_paid', 'pay_time'],
  ['order_completed', 'success_time'],
]);

const QUERYABLE = [
  ...[
    'event',
    'status',
    'order_status',
    'pay_type',
    'pay_type_str',
    'kdt_id',
    'root_kdt_id',
    'is_retail_order',
    'express_type',
  ],
  ...[
    'order_mark',
    'platform',
    'wx_entrance',
    'is_offline_order',
    'close_type',
    'refund_type',
    'refund_reason',
    'refund_state',
  ],
  ...['account_type', 'is_member', 'post_fee', 'points', 'amount'],
];
/** Deterministic inside a shop: the same number has the same ciphertext. */
const CIPHERTEXT = /^\$.+\$\d+\$$/;

function accept(request: DoorRequest, given: Settings): Verdict {
  const came = request.headers['event-sign'];
  const ought = createHash('md5').update(given.clientId).update(request.body).update(given.clientSecret).digest('hex');
  if (request.method !== 'POST' || came === undefined || !sameText(came.toLowerCase(), ought)) {
    return refused('signature_wrong', 'Event-Sign is missing or wrong');
  }
  const meta = filledTexts({ clientId: given.clientId, kdtId: given.kdtId, wechatAppid: given.wechatAppid });
  const taken = (item: Item): Verdict => ({
    ...{ verdict: 'taken', items: [item] },
    reply: jsonReply('{"code":0,"msg":"success"}'),
  });
  const text = decodeUtf8(request.body);
  if (text === null) return taken(deadItem(request.body, meta, 'unreadable', 'no UTF-8'));
  const envelope = tryJson(text);
  const msg = envelope.ok ? readMsg(valueAt(envelope.value, 'msg')) : envelope;
  return taken(msg.ok ? { body: text, meta } : deadItem(text, meta, msg.reason, msg.detail));
}

function paymentIds(trade: Fields): IdentifierInput[] {
  const numbers = [...listAt(trade, 'pay_info', 'outer_transactions'), ...listAt(trade, 'pay_info', 'transaction')];
  const wechat = numbers.filter(
    (number): number is string => typeof number === 'string' && WECHAT_PAYMENT.test(number),
  );
  return [...new Set(wechat)].map((value) => ({ kind: 'payment_id', scope: 'wechat-pay', value }));
}

function identifiersOf({ envelope, msg, trade, meta }: Push): IdentifierInput[] {
  const buyer = fieldsAt(trade, 'buyer_info');
  const phone = firstOf(textAt(buyer, 'buyer_phone'), textAt(msg, 'mobile'), textAt(msg, 'buyer_phone'));
  const shop = firstOf(meta.kdtId ?? '', textAt(envelope, 'kdt_id'));
  const found: IdentifierInput[] = [
    {
      ...{ kind: 'youzan_open_id', scope: meta.clientId ?? '' },
      value: firstOf(textAt(buyer, 'yz_open_id'), textAt(msg, 'yz_open_id')),
    },
    {
      ...{ kind: 'wechat_openid', scope: meta.wechatAppid ?? null },
      value: firstOf(textAt(buyer, 'outer_user_id'), textAt(msg, 'outer_user_id')),
    },
    CIPHERTEXT.test(phone)
      ? { kind: 'cipher', scope: `${NAME}:${shop}`, value: phone }
      : { kind: 'mobile', value: phone },
  ];
  return [...found.filter(({ value }) => value !== ''), ...paymentIds(trade)];
}

function traitsOf({ msg, info, trade, sent }: Push): Record<string, string> {
  const customer = sent.startsWith('SCRM_CUSTOMER');
  const name = firstOf(textAt(info, 'order_extra', 'buyer_name'), customer ? textAt(msg, 'name') : '');
  const nickname = textAt(trade, 'buyer_info', 'fans_nickname');
  const gender = ['', 'male', 'female'][Number(textAt(msg, 'gender'))] ?? '';
  const birthday = /^\d{4}-\d{2}-\d{2}/.exec(textAt(msg, 'birthday'))?.[0] ?? '';
  const clear = (text: string): string => (CIPHERTEXT.test(text) ? '' : text);
  const place = (field: string): string => (customer ? clear(textAt(msg, field)) : '');
  return filledTexts({
    ...{ name: clear(name), nickname: clear(nickname) },
    ...(customer
      ? { gender, birthday, province: place('province'), city: place('city'), district: place('district') }
      : {}),
  });
}

/** Told elsewhere in the event. */
const NOT_PROPERTIES = new Set([
  ...['full_order_info', 'tid', 'refund_id', 'refunded_fee', 'yz_open_id', 'outer_user_id', 'mobile', 'name', 'gender'],
  ...['buyer_phone', 'birthday', 'update_time', 'version'],
]);

function propertiesOf({ envelope, msg, info, trade, sent }: Push): Fields {
  const rest = Object.entries(msg).filter(([name]) => !NOT_PROPERTIES.has(name));
  const source = fieldsAt(trade, 'source_info');
  return filled({
    ...unlisted(envelope, YOUZAN_FIELDS),
    ...Object.fromEntries(rest),
    ...{ event: sent, status: textAt(envelope, 'status'), order_status: textAt(info, 'status') },
    ...{ kdt_id: textAt(envelope, 'kdt_id'), root_kdt_id: textAt(envelope, 'root_kdt_id') },
    ...{ pay_type: info.pay_type, pay_type_str: info.pay_type_str, express_type: info.express_type },
    ...{ is_retail_order: info.is_retail_order, refund_state: info.refund_state },
    ...{ post_fee: textAt(trade, 'pay_info', 'post_fee'), order_mark: textAt(source, 'order_mark') },
    ...{ is_offline_order: source.is_offline_order, platform: textAt(source, 'source', 'platform') },
    ...{ wx_entrance: textAt(source, 'source', 'wx_entrance') },
    ...{ remark: filled(fieldsAt(trade, 'remark_info')), receiver: receiverOf(trade) },
  });
}

function timeOf({ envelope, msg, info, type }: Push): string | null {
  const moment = MOMENTS.get(type) ?? 'update_time';
  const told = [info[moment], msg[moment], msg.update_time, info.update_time].map((text) =>
    localTime(String(text ?? '')),
  );
  // The version is an epoch, in s for trades and in ms for customers.
  return told.find((time) => time !== null) ?? beijingTime(epochMs(textAt(envelope, 'version')));
}

function typeOf(sent: string, msg: Fields): string {
  if (sent.startsWith('SCRM_CUSTOMER') && isTrue(msg.is_log_off)) return 'account_closed';
  return TYPES.get(sent) ?? customType(NAME, sent);
}

/** The envelope with its `msg` decoded. */
function read({ body }: Item): unknown {
  const envelope = fieldsAt(readAgain(tryJson(body)));
  return { ...envelope, msg: readAgain(readMsg(envelope.msg)) };
}

function readPush(value: unknown, meta: Item['meta']): Push {
  const envelope = fieldsAt(value);
  const msg = fieldsAt(envelope, 'msg');
  const trade = fieldsAt(msg, 'full_order_info');
  const sent = textAt(envelope, 'type');
  return { envelope, msg, trade, info: fieldsAt(trade, 'order_info'), meta, sent, type: typeOf(sent, msg) };
}

function map(value: unknown, { channel, source, meta }: MapContext): Outcome[] {
  const push = readPush(value, meta);
  const id = textAt(push.envelope, 'msg_id');
  if (isTrue(push.envelope.test)) return drop('ignored', 'test_payload', 'test is true');
  if (push.sent === '') return drop('dead-letter', 'event_malformed', 'type');
  if (id === '') return drop('dead-letter', 'event_malformed', 'msg_id');
  const time = timeOf(push);
  if (time === null) return drop('dead-letter', 'event_malformed', 'msg.update_time');
  const identifiers = identifiersOf(push);
  const order = push.type.startsWith('order_');
  if (!order && identifiers.length === 0) return drop('ignored', 'type_not_used', `${push.sent} names no person`);
  const refund = push.type === 'order_refunded';
  if (refund && /^0+(\.0+)?$/.test(textAt(push.msg, 'refunded_fee'))) {
    return drop('ignored', 'type_not_used', 'no money was given back');
  }
  const event: MappedEvent = {
    ...{ id, channel, source, time, type: push.type, identifiers },
    traits: traitsOf(push),
    ...(order ? { order: refund ? refundOrder(push) : tradeOrder(push) } : {}),
    properties: propertiesOf(push),
  };
  return [{ kind: 'event', event, queryable: QUERYABLE }];
}

export const youzan: Channel = defineChannel<Settings>({
  name: NAME,
  ...YOUZAN_PAGE,
  settings,
  secrets: ['clientSecret'],
  accept,
  read,
  fields: YOUZAN_FIELDS,
  map,
});
