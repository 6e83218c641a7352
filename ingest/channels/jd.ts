import { z } from 'zod';
import type { IdentifierInput, OrderItem } from '../../schemas/event.ts';
import { formatAmount, isAmount, parseAmount } from '../../schemas/money.ts';
import { type Channel, defineChannel, type MapContext, type MappedEvent, type Outcome } from '../channel.ts';
import { drop, optionalText, readAgain, settingText, tryJson } from '../door.ts';
import { type JdSettings, nextOrders } from '../jd-api.ts';
import { JD_FIELDS } from '../jd-fields.ts';
import { JD_PAGE } from '../jd-page.ts';
import { type Fields, fieldsAt, filled, firstOf, isTrue, listAt, snakeKeys, textAt } from '../pick.ts';
import { localTime } from '../time.ts';

/** JD (open.jd.com), the shops of merchants. It has no webhook: orders are asked for. */
const settings: z.ZodType<JdSettings> = z.object({
  ...{ appKey: settingText, appSecret: settingText, shop: settingText },
  ...{ accessToken: optionalText, baseUrl: optionalText },
});

const CURRENCY = 'CNY';
/** The state of an order once it was paid: the payment is told under it, whenever it is told. */
const PAID = 'WAIT_SELLER_STOCK_OUT';

const TYPES = new Map([
  [PAID, 'order_paid'],
  ['WAIT_SELLER_DELIVERY', 'order_paid'],
  ['WAIT_GOODS_RECEIVE_CONFIRM', 'order_shipped'],
  ['SEND_TO_DISTRIBUTION_CENER', 'order_shipped'],
  ['DISTRIBUTION_CENTER_RECEIVED', 'order_shipped'],
  ['RECEIPTS_CONFIRM', 'order_shipped'],
  ['FINISHED_L', 'order_completed'],
  ['TRADE_CANCELED', 'order_cancelled'],
]);
const OTHER = 'custom:jd.order';

const MOMENTS = new Map([
  ['order_created', ['orderStartTime']],
  ['order_paid', ['paymentConfirmTime', 'orderStartTime']],
  ['order_completed', ['orderEndTime']],
  ['order_cancelled', ['orderEndTime']],
]);

const QUERYABLE = [
  ...['order_state', 'order_type', 'pay_type', 'vender_id', 'order_total_price', 'order_seller_price', 'freight_price'],
  ...['seller_discount', 'balance_used', 'delivery_type', 'return_order', 'store_order', 'order_source'],
];

/**
 * open_id_buyer and xid_buyer are JD's own pseudonyms of one buyer. Both are told where both come, so that an order
 * with one alone finds its buyer; a buyer may have many ids in a shop. The pin is encrypted, and whether always alike
 * nobody says: it stands in only where there is neither.
 */
function identifiersOf(order: Fields, shop: string | undefined): IdentifierInput[] {
  const stable = [textAt(order, 'open_id_buyer'), textAt(order, 'xid_buyer')].filter((id) => id !== '');
  const ids = stable.length > 0 ? stable : [textAt(order, 'pin')].filter((id) => id !== '');
  return [...new Set(ids)].map((value) => ({ kind: 'jd_open_id', scope: shop ?? null, value }));
}

function itemOf(line: unknown): OrderItem {
  const sku = firstOf(textAt(line, 'outerSkuId'), textAt(line, 'skuId'));
  const name = textAt(line, 'skuName');
  return {
    ...(sku === '' ? {} : { sku }),
    ...(name === '' ? {} : { name }),
    quantity: textAt(line, 'itemTotal'),
    price: textAt(line, 'jdPrice'),
  };
}

const sum = (amounts: string[]): bigint =>
  amounts.filter(isAmount).reduce((all, amount) => all + parseAmount(amount), 0n);

/**
 * JD: orderPayment = goods − discounts − balance + freight + taxes + fees. What came out of the buyer's balance was
 * paid as well, so both make the total; freight is in it already. Without either: the goods after the shop's discount,
 * and freight. An amount that is none goes as it is, for the schema to refuse.
 */
function totalOf(order: Fields): string {
  const payment = textAt(order, 'orderPayment');
  const goods = textAt(order, 'orderSellerPrice');
  const [base, more] = payment === '' ? [goods, 'freightPrice'] : [payment, 'balanceUsed'];
  return isAmount(base) ? formatAmount(sum([base, textAt(order, more)]), CURRENCY) : base;
}

/** The list names every coupon, the shop's own included; sellerDiscount is the shop's share alone. */
function discountOf(order: Fields): bigint {
  const coupons = listAt(order, 'couponDetailList').map((coupon) => textAt(coupon, 'couponPrice'));
  return sum(coupons.length > 0 ? coupons : [textAt(order, 'sellerDiscount')]);
}

function orderOf(order: Fields, id: string): NonNullable<MappedEvent['order']> {
  const items = listAt(order, 'itemInfoList').map(itemOf);
  const total = totalOf(order);
  const off = discountOf(order);
  return {
    ...{ id, currency: CURRENCY },
    ...(total === '' ? {} : { total }),
    ...(off > 0n ? { discount: formatAmount(off, CURRENCY) } : {}),
    ...(items.length === 0 ? {} : { items }),
  };
}

/** Told elsewhere in the event. */
const NOT_PROPERTIES = new Set([
  ...['orderId', 'orderPayment', 'open_id_buyer', 'xid_buyer', 'consigneeInfo', 'itemInfoList', 'couponDetailList'],
]);

const snake = (fields: Fields): Fields => filled(snakeKeys(fields));

function propertiesOf(order: Fields): Fields {
  const rest = Object.entries(order).filter(([name]) => !NOT_PROPERTIES.has(name));
  const coupons = listAt(order, 'couponDetailList').map((coupon) => {
    const { orderId: _, ...told } = fieldsAt(coupon);
    return snake(told);
  });
  return filled({
    ...snake(Object.fromEntries(rest)),
    ...{ coupons, receiver: snake(fieldsAt(order, 'consigneeInfo')) },
  });
}

/** `1-货到付款`: the money comes with the parcel. */
const isOnDelivery = (order: Fields): boolean => /^1(\D|$)/.test(textAt(order, 'payType'));

function typeOf(order: Fields, state: string): string {
  const type = isTrue(order.returnOrder) ? OTHER : (TYPES.get(state) ?? OTHER);
  const unpaid = isOnDelivery(order) && localTime(textAt(order, 'paymentConfirmTime')) === null;
  return type === 'order_paid' && unpaid ? 'order_created' : type;
}

function timeOf(order: Fields, type: string): string | null {
  const names = [...(MOMENTS.get(type) ?? []), 'modified', 'orderStartTime'];
  return names.map((name) => localTime(textAt(order, name))).find((time) => time !== null) ?? null;
}

/**
 * An event for the state of an order, and for one first seen in a later state its payment beside it, under the id that
 * this has where it is seen in time. A repeat differs only where type or total do: remarks change all the time.
 */
function map(value: unknown, { channel, source, meta }: MapContext): Outcome[] {
  const told = fieldsAt(value);
  const id = textAt(told, 'orderId');
  const state = textAt(told, 'orderState');
  if (id === '') return drop('dead-letter', 'event_malformed', 'orderId');
  if (state === '') return drop('dead-letter', 'event_malformed', 'orderState');
  const type = typeOf(told, state);
  const time = timeOf(told, type);
  if (time === null) return drop('dead-letter', 'event_malformed', 'modified');
  const order = orderOf(told, id);
  const base = { channel, source, identifiers: identifiersOf(told, meta.shop), order, properties: propertiesOf(told) };
  const paid = localTime(textAt(told, 'paymentConfirmTime'));
  const events: MappedEvent[] = [{ ...base, id: `${id}:${state}`, time, type }];
  if (paid !== null && type !== 'order_paid' && !isTrue(told.returnOrder) && !isOnDelivery(told)) {
    events.unshift({ ...base, id: `${id}:${PAID}`, time: paid, type: 'order_paid' });
  }
  return events.map((event) => ({
    ...{ kind: 'event', event, queryable: QUERYABLE },
    content: JSON.stringify([event.type, id, order.total ?? null]),
  }));
}

export const jd: Channel = defineChannel<JdSettings>({
  name: 'jd',
  ...JD_PAGE,
  settings,
  secrets: ['appSecret', 'accessToken'],
  read: ({ body }) => readAgain(tryJson(body)),
  fields: JD_FIELDS,
  map,
  pulls: [
    {
      name: 'orders',
      title: { zh: '有变化的订单', en: 'Orders that changed' },
      ...{ everySeconds: 300, callsPerSecond: 5, ranged: true, next: nextOrders },
      ready: ({ accessToken }) => Boolean(accessToken),
    },
  ],
});
