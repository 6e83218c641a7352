import type { IdentifierInput, OrderItem } from '../schemas/event.ts';
import { formatAmount, isAmount, parseAmount } from '../schemas/money.ts';
import type { Item, MapContext, MappedEvent, Outcome } from './channel.ts';
import { drop } from './door.ts';
import { type Fields, filled, firstOf, listAt, textAt } from './pick.ts';
import { localTime } from './time.ts';

/** What a trade of taobao.trade.fullinfo.get becomes: an event for its state, and one for its payment. */
const CURRENCY = 'CNY';
/** The state in which a trade is once it was paid: the payment is told under it, whenever it is told. */
const PAID = 'WAIT_SELLER_SEND_GOODS';

const TYPES = new Map([
  ...['TRADE_NO_CREATE_PAY', 'WAIT_BUYER_PAY', 'PAY_PENDING', 'WAIT_PRE_AUTH_CONFIRM'].map(
    (status): [string, string] => [status, 'order_created'],
  ),
  [PAID, 'order_paid'],
  ['PAID_FORBID_CONSIGN', 'order_paid'],
  ['SELLER_CONSIGNED_PART', 'order_shipped'],
  ['WAIT_BUYER_CONFIRM_GOODS', 'order_shipped'],
  ['TRADE_BUYER_SIGNED', 'order_shipped'],
  ['TRADE_FINISHED', 'order_completed'],
  ['TRADE_CLOSED', 'order_cancelled'],
  ['TRADE_CLOSED_BY_TAOBAO', 'order_cancelled'],
]);

/** The field that says when a state began. */
const MOMENTS = new Map([
  ['order_created', 'created'],
  ['order_paid', 'pay_time'],
  ['order_shipped', 'consign_time'],
  ['order_completed', 'end_time'],
  ['order_cancelled', 'end_time'],
]);

export const TRADE_QUERYABLE = [
  ...['status', 'type', 'trade_from', 'shipping_type', 'step_trade_status', 'post_fee', 'total_fee', 'discount_fee'],
  ...['adjust_fee', 'received_payment', 'step_paid_fee', 'seller_flag'],
];

/**
 * The buyer's three ids, each for its own circle. The nickname is masked, and an OAID is made of the receiver and the
 * week: neither is an id.
 */
export function buyerIds(told: Fields, meta: Item['meta']): IdentifierInput[] {
  const ids: IdentifierInput[] = [
    { kind: 'taobao_ouid', scope: meta.shop ?? null, value: textAt(told, 'ouid') },
    { kind: 'taobao_omid', scope: meta.brand ?? null, value: textAt(told, 'omid') },
    { kind: 'taobao_buyer_open_uid', scope: meta.appKey ?? null, value: textAt(told, 'buyer_open_uid') },
  ];
  return ids.filter(({ value }) => value !== '');
}

function itemOf(line: unknown): OrderItem {
  const sku = firstOf(...['outer_sku_id', 'outer_iid', 'sku_id', 'num_iid'].map((name) => textAt(line, name)));
  const name = textAt(line, 'title');
  return {
    ...(sku === '' ? {} : { sku }),
    ...(name === '' ? {} : { name }),
    quantity: textAt(line, 'num'),
    price: textAt(line, 'price'),
  };
}

/** `payment` is what the buyer pays, postage included; `total_fee` the goods before anything is taken off. */
function orderOf(trade: Fields, id: string): NonNullable<MappedEvent['order']> {
  const total = textAt(trade, 'payment');
  const items = listAt(trade, 'orders', 'order').map(itemOf);
  const sums = [textAt(trade, 'total_fee'), firstOf(textAt(trade, 'post_fee'), '0'), total];
  const [goods = 0n, postage = 0n, paid = 0n] = sums.every(isAmount) ? sums.map(parseAmount) : [];
  const off = goods + postage - paid;
  return {
    ...{ id, currency: CURRENCY },
    ...(total === '' ? {} : { total }),
    ...(off > 0n ? { discount: formatAmount(off, CURRENCY) } : {}),
    ...(items.length === 0 ? {} : { items }),
  };
}

/** The receiver may be anybody, and what is told of them is masked or a number that ends with the parcel. */
function receiverOf(trade: Fields): Fields {
  const at = (name: string): string => textAt(trade, `receiver_${name}`);
  return filled({
    ...{ name: at('name'), mobile: at('mobile'), phone: at('phone'), province: at('state'), city: at('city') },
    ...{ district: at('district'), town: at('town'), address: at('address'), postal_code: at('zip') },
    oaid: textAt(trade, 'oaid'),
  });
}

const lineOf = (line: unknown): Fields =>
  filled({
    oid: firstOf(textAt(line, 'oid_str'), textAt(line, 'oid')),
    ...{ status: textAt(line, 'status'), refund_status: textAt(line, 'refund_status') },
    refund_id: textAt(line, 'refund_id'),
  });

/** Told elsewhere in the event. */
const NOT_PROPERTIES = new Set(['tid', 'tid_str', 'payment', 'buyer_open_uid', 'ouid', 'omid', 'oaid', 'orders']);

function propertiesOf(trade: Fields): Fields {
  const rest = Object.entries(trade).filter(([name]) => !NOT_PROPERTIES.has(name) && !name.startsWith('receiver_'));
  const lines = listAt(trade, 'orders', 'order').map(lineOf);
  return filled({ ...Object.fromEntries(rest), lines, receiver: receiverOf(trade) });
}

function timeOf(trade: Fields, type: string): string | null {
  const told = [MOMENTS.get(type) ?? 'modified', 'modified', 'created'].map((name) => localTime(textAt(trade, name)));
  return told.find((time) => time !== null) ?? null;
}

/**
 * A trade first seen in a later state was paid all the same: then its payment is told beside its state, under the id
 * that it has where it is seen in time; not while it waits for the buyer, who may have paid a deposit alone. A repeat
 * differs only where type or total do: memos change all the time.
 */
export function mapTrade(trade: Fields, { channel, source, meta }: MapContext): Outcome[] {
  const id = firstOf(textAt(trade, 'tid_str'), textAt(trade, 'tid'));
  const status = textAt(trade, 'status');
  if (id === '') return drop('dead-letter', 'event_malformed', 'trade.tid');
  if (status === '') return drop('dead-letter', 'event_malformed', 'trade.status');
  const type = TYPES.get(status) ?? 'custom:taobao.trade';
  const time = timeOf(trade, type);
  if (time === null) return drop('dead-letter', 'event_malformed', 'trade.modified');
  const order = orderOf(trade, id);
  const base = { channel, source, identifiers: buyerIds(trade, meta), order, properties: propertiesOf(trade) };
  const paid = localTime(textAt(trade, 'pay_time'));
  const events: MappedEvent[] = [{ ...base, id: `${id}:${status}`, time, type }];
  if (paid !== null && !['order_created', 'order_paid'].includes(type)) {
    events.unshift({ ...base, id: `${id}:${PAID}`, time: paid, type: 'order_paid' });
  }
  return events.map((event) => ({
    ...{ kind: 'event', event, queryable: TRADE_QUERYABLE },
    content: JSON.stringify([event.type, id, order.total ?? null]),
  }));
}
