import type { OrderItem } from '../schemas/event.ts';
import { fenToYuan, isAmount, parseAmount } from '../schemas/money.ts';
import type { MapContext, MappedEvent, Outcome } from './channel.ts';
import { drop } from './door.ts';
import { unlisted } from './fields.ts';
import { PDD_CONTENT_FIELDS, PDD_ORDER_FIELDS, PDD_REFUND_FIELDS } from './pdd-fields.ts';
import { yuan } from './pdd-yuan.ts';
import { type Fields, fieldsAt, filled, firstOf, listAt, textAt } from './pick.ts';
import { beijingTime, epochMs, localTime } from './time.ts';

/**
 * Messages, orders and refunds of Pinduoduo. None of them bears an id of the buyer, so no event has an identifier but
 * its order. The receiver is not the buyer: ciphertext, its search index and the mask of a receiver's telephone are
 * encrypted properties and join nobody, and the empty texts that stand there after shipping say nothing.
 */
const NAME = 'pdd';
const CURRENCY = 'CNY';

const QUERYABLE = [
  ...[
    'message_type',
    'mall_id',
    'order_status',
    'refund_status',
    'confirm_status',
    'group_status',
    'after_sales_status',
  ],
  ...['pay_type', 'trade_type', 'risk_control_status', 'is_lucky_flag', 'postage', 'platform_discount'],
  ...['seller_discount', 'refund_fee', 'bill_type', 'operation', 'after_sales_type'],
];

/** Messages that say all of what they tell; the others name an order whose record tells the rest. */
const MESSAGES = new Map([
  ['pdd_trade_TradeSellerShip', 'order_shipped'],
  ['pdd_trade_TradeSuccess', 'order_completed'],
]);

const word = (text: string): string => text.replace(/[^\w.-]+/g, '_').slice(0, 100);
const custom = (what: string): string => `custom:${NAME}.${word(what)}`;

/** refund_fee of a message is whole fen, where orders are in yuan. */
const fenAt = (root: unknown, name: string): string => {
  const text = textAt(root, name);
  return /^\d+$/.test(text) ? fenToYuan(text) : text;
};
const yuanAt = (root: unknown, name: string): string => {
  const text = textAt(root, name);
  return text === '' ? '' : yuan(text);
};

export function messageEvent(frame: unknown, { channel, source, received, meta }: MapContext): Outcome[] {
  const id = textAt(frame, 'id');
  const sent = textAt(frame, 'message', 'type');
  const content = fieldsAt(frame, 'message', 'content');
  if (id === '') return drop('dead-letter', 'event_malformed', 'id');
  if (sent === '') return drop('dead-letter', 'event_malformed', 'message.type');
  const order = firstOf(textAt(content, 'tid'), textAt(content, 'order_sn'));
  if (order === '') return drop('ignored', 'type_not_used', `${word(sent)} names no order`);
  const moments = [textAt(content, 'modified'), textAt(frame, 'sendTime'), textAt(frame, 'time')];
  const told = moments.map(epochMs).find((ms) => ms > 0);
  const time = beijingTime(told ?? received);
  if (time === null) return drop('dead-letter', 'event_malformed', 'sendTime');
  const event: MappedEvent = {
    ...{ id, channel, source, time, type: MESSAGES.get(sent) ?? custom(sent), identifiers: [] },
    order: { id: order, currency: CURRENCY },
    properties: filled({
      ...unlisted(content, PDD_CONTENT_FIELDS),
      ...{ message_type: word(sent), mall_id: firstOf(textAt(content, 'mall_id'), textAt(frame, 'message', 'mallID')) },
      ...{ refund_id: content.refund_id, refund_fee: fenAt(content, 'refund_fee'), bill_type: content.bill_type },
      operation: content.operation,
    }),
  };
  // Sent again, a message bears another sendTime: it is the same as long as its content is.
  const same = JSON.stringify([sent, content]);
  const ask: Outcome[] = meta.ask === 'yes' ? [{ kind: 'ask', ask: { name: 'order', params: { order } } }] : [];
  return [{ kind: 'event', event, content: same, queryable: QUERYABLE }, ...ask];
}

/** The state of an order, as it stands in the event's id, and what it is. 成交状态 2 and 成团状态 2: it fell through. */
function stateOf(order: Fields): { state: string; type: string } {
  const status = textAt(order, 'order_status');
  if (textAt(order, 'confirm_status') === '2' || textAt(order, 'group_status') === '2') {
    return { state: 'cancelled', type: 'order_cancelled' };
  }
  if (textAt(order, 'confirm_status') === '0') return { state: 'created', type: 'order_created' };
  const types = new Map([
    ['1', 'order_paid'],
    ['2', 'order_shipped'],
    ['3', 'order_completed'],
  ]);
  return { state: status, type: types.get(status) ?? custom('order') };
}

const MOMENTS = new Map([
  ['order_created', ['created_time']],
  ['order_paid', ['pay_time', 'confirm_time']],
  ['order_shipped', ['shipping_time']],
  ['order_completed', ['receive_time']],
]);

/** Local time in most answers, an epoch in some. */
function momentOf(text: string): string | null {
  const ms = epochMs(text);
  return ms > 0 ? beijingTime(ms) : localTime(text);
}
const timeAt = (record: Fields, names: readonly string[], received: number): string | null =>
  names.map((name) => momentOf(textAt(record, name))).find((time) => time !== null) ?? beijingTime(received);

function itemOf(line: unknown): OrderItem {
  const sku = firstOf(...['outer_id', 'sku_id', 'goods_id'].map((name) => textAt(line, name)));
  const name = textAt(line, 'goods_name');
  return {
    ...(sku === '' ? {} : { sku }),
    ...(name === '' ? {} : { name }),
    quantity: textAt(line, 'goods_count'),
    price: yuanAt(line, 'goods_price'),
  };
}

function orderOf(order: Fields): MappedEvent['order'] {
  const total = yuanAt(order, 'pay_amount');
  const discount = yuanAt(order, 'discount_amount');
  const items = listAt(order, 'item_list').map(itemOf);
  return {
    ...{ id: textAt(order, 'order_sn'), currency: CURRENCY },
    ...(total === '' ? {} : { total }),
    ...(isAmount(discount) && parseAmount(discount) > 0n ? { discount } : {}),
    ...(items.length === 0 ? {} : { items }),
  };
}

/** `$index$cipher$1$$` or `~cipher~index~1~~`; older ones have no index. */
const CIPHERTEXT = /^[$~].*[$~]$/;
const INDEX = /^\$([^$]+)\$[^$]+\$\d+\$+$/;

function receiverOf(order: Fields): Fields {
  const told = (name: string, field: string): Fields => {
    const text = textAt(order, field);
    const masked = textAt(order, `${field}_mask`);
    return { [CIPHERTEXT.test(text) ? `${name}_cipher` : name]: text, [`${name}_masked`]: masked };
  };
  return filled({
    ...{ ...told('name', 'receiver_name'), ...told('mobile', 'receiver_phone') },
    ...told('address', textAt(order, 'receiver_address') === '' ? 'address' : 'receiver_address'),
    mobile_index: INDEX.exec(textAt(order, 'receiver_phone'))?.[1],
    ...{ country: textAt(order, 'country'), province: textAt(order, 'province'), city: textAt(order, 'city') },
    ...{ district: textAt(order, 'town'), address_id: textAt(order, 'open_address_id') },
  });
}

function propertiesOf(order: Fields): Fields {
  const kept = [
    ...['mall_id', 'order_status', 'refund_status', 'confirm_status', 'group_status', 'after_sales_status'],
    ...['pay_type', 'pay_no', 'trade_type', 'risk_control_status', 'is_lucky_flag', 'tracking_number', 'logistics_id'],
    ...['buyer_memo', 'remark'],
  ];
  return filled({
    ...unlisted(order, PDD_ORDER_FIELDS),
    ...Object.fromEntries(kept.map((name) => [name, order[name]])),
    ...{ postage: yuanAt(order, 'postage'), platform_discount: yuanAt(order, 'platform_discount') },
    ...{ seller_discount: yuanAt(order, 'seller_discount'), receiver: receiverOf(order) },
  });
}

/** One event for each state an order is seen in, `{order_sn}:{state}`, and one for each step of its after-sales. */
export function orderEvents(value: unknown, { channel, source, received }: MapContext): Outcome[] {
  const order = fieldsAt(value, 'order');
  const sn = textAt(order, 'order_sn');
  const { state, type } = stateOf(order);
  if (sn === '') return drop('dead-letter', 'event_malformed', 'order_sn');
  if (state === '') return drop('dead-letter', 'event_malformed', 'order_status');
  const time = timeAt(order, [...(MOMENTS.get(type) ?? []), 'updated_at', 'confirm_time', 'created_time'], received);
  const updated = timeAt(order, ['updated_at', 'confirm_time', 'created_time'], received);
  if (time === null || updated === null) return drop('dead-letter', 'event_malformed', 'updated_at');
  const told = orderOf(order);
  const base = { channel, source, identifiers: [] };
  const event: MappedEvent = {
    ...{ ...base, id: `${sn}:${state}`, time, type, order: told },
    properties: propertiesOf(order),
  };
  // Seen again, a state may have newer remarks, times and no receiver any more: it is the same state all the same.
  const content = JSON.stringify([sn, state, told?.total]);
  const outcomes: Outcome[] = [{ kind: 'event', event, content, queryable: QUERYABLE }];
  const refund = textAt(order, 'refund_status');
  if (!['2', '3', '4'].includes(refund)) return outcomes;
  const step: MappedEvent = {
    ...{ ...base, id: `${sn}:refund_status:${refund}`, time: updated, type: custom('refund_status') },
    order: { id: sn, currency: CURRENCY },
    properties: filled({ refund_status: refund, after_sales_status: order.after_sales_status }),
  };
  const same = JSON.stringify([sn, refund]);
  return [...outcomes, { kind: 'event', event: step, content: same, queryable: QUERYABLE }];
}

/** A refund that came through. `refund_amount` is yuan, other than the fen of refund_fee in messages. */
export function refundEvent(value: unknown, { channel, source, received }: MapContext): Outcome[] {
  const refund = fieldsAt(value, 'refund');
  const id = textAt(refund, 'id');
  const sn = textAt(refund, 'order_sn');
  if (id === '') return drop('dead-letter', 'event_malformed', 'id');
  if (sn === '') return drop('dead-letter', 'event_malformed', 'order_sn');
  const total = yuanAt(refund, 'refund_amount');
  if (textAt(refund, 'after_sales_status') !== '10' || (isAmount(total) && parseAmount(total) === 0n)) {
    return drop('ignored', 'type_not_used', 'no money was given back');
  }
  const time = timeAt(refund, ['updated_time', 'confirm_time', 'created_time'], received);
  if (time === null) return drop('dead-letter', 'event_malformed', 'updated_time');
  const event: MappedEvent = {
    ...{ id: `${sn}:refund:${id}`, channel, source, time, type: 'order_refunded', identifiers: [] },
    order: { id, currency: CURRENCY, total, original_id: sn },
    properties: filled({
      ...unlisted(refund, PDD_REFUND_FIELDS),
      ...{ after_sales_status: refund.after_sales_status, after_sales_type: refund.after_sales_type },
      ...{ reason: refund.after_sale_reason, goods_name: refund.goods_name, outer_id: refund.outer_id },
    }),
  };
  return [{ kind: 'event', event, content: JSON.stringify([sn, id, total]), queryable: QUERYABLE }];
}
