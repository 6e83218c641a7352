import type { IdentifierInput, OrderItem } from '../schemas/event.ts';
import { fenToYuan, isAmount, parseAmount } from '../schemas/money.ts';
import type { MapContext, MappedEvent, Outcome } from './channel.ts';
import { drop } from './door.ts';
import { DOUDIAN_ORDER_FIELDS } from './doudian-fields.ts';
import { unlisted } from './fields.ts';
import { type Fields, fieldsAt, filled, firstOf, isTrue, listAt, textAt } from './pick.ts';
import { beijingTime, epochMs } from './time.ts';

/** Orders of order.orderDetail, and what a Doudian order is in pushes and answers alike. Amounts are whole fen. */
export const NAME = 'doudian';
const CURRENCY = 'CNY';

/** order_status: 订单状态 of order.orderDetail; 105 paid, 101 shipped in part. */
export const BY_STATUS = new Map(
  [
    ...[
      ['1', 'order_created'],
      ['105', 'order_paid'],
      ['2', 'order_paid'],
      ['101', 'order_shipped'],
    ],
    ...[
      ['3', 'order_shipped'],
      ['4', 'order_cancelled'],
      ['5', 'order_completed'],
    ],
  ].map(([status = '', type = '']): [string, string] => [status, type]),
);

/** Fen to yuan; empty where there is none, and as it came where it is no whole number of fen. */
export function yuanAt(root: unknown, name: string): string {
  const text = textAt(root, name);
  return /^\d+$/.test(text) ? fenToYuan(text) : text;
}

/** The first of some epochs (s) that is one: 0 stands for never. */
export function epochAt(root: unknown, names: readonly string[]): string | null {
  const ms = names.map((name) => epochMs(textAt(root, name))).find((epoch) => epoch > 0);
  return ms === undefined ? null : beijingTime(ms);
}

export function buyerOf(root: unknown, shop: string): IdentifierInput[] {
  const value = textAt(root, 'doudian_open_id');
  return value === '' ? [] : [{ kind: 'doudian_open_id', scope: shop, value }];
}

/** `0` and nothing alike say that there is no store. */
export const storeOf = (root: unknown): { store?: string } => {
  const store = textAt(root, 'store_id');
  return store === '' || store === '0' ? {} : { store };
};

function itemOf(line: unknown): OrderItem {
  const sku = firstOf(...['code', 'sku_id', 'product_id_str', 'product_id'].map((name) => textAt(line, name)));
  const name = textAt(line, 'product_name');
  return {
    ...(sku === '' || sku === '0' ? {} : { sku }),
    ...(name === '' ? {} : { name }),
    quantity: textAt(line, 'item_num'),
    price: firstOf(yuanAt(line, 'origin_amount'), yuanAt(line, 'order_amount')),
  };
}

function orderOf(order: Fields, type: string): MappedEvent['order'] {
  const paid = yuanAt(order, 'pay_amount');
  // Before it is paid an order may say 0 here; what is asked for stands in order_amount.
  const unpaid = type === 'order_created' && (!isAmount(paid) || parseAmount(paid) === 0n);
  const total = unpaid ? firstOf(yuanAt(order, 'order_amount'), paid) : paid;
  const discount = yuanAt(order, 'promotion_amount');
  const items = listAt(order, 'sku_order_list').map(itemOf);
  return {
    ...{ id: textAt(order, 'order_id'), currency: CURRENCY },
    ...(total === '' ? {} : { total }),
    ...(isAmount(discount) && parseAmount(discount) > 0n ? { discount } : {}),
    ...(items.length === 0 ? {} : { items }),
    ...storeOf(order),
  };
}

/** `$index$cipher$1$$`: the first part is the same for the same number. */
const INDEX = /^\$([^$]+)\$[^$]+\$\d+\$+$/;

/**
 * The receiver, who may be anybody: an encrypted property and never an identifier, be it the ciphertext, its search
 * index (the same number has the same one: still the receiver's number), the mask, or what order.batchDecrypt gave. A
 * virtual number ends at `virtual_until` and is somebody else's afterwards.
 */
function receiverOf(order: Fields, infos: unknown[]): Fields {
  const at = (...path: string[]): string => textAt(order, ...path);
  const opened = (cipher: string): unknown =>
    infos.find((info) => cipher !== '' && textAt(info, 'cipher_text') === cipher && textAt(info, 'err_no') === '0');
  const tel = opened(at('encrypt_post_tel'));
  const virtual = isTrue(fieldsAt(tel).is_virtual_tel);
  const number = textAt(tel, 'decrypt_text');
  return filled({
    ...{ name: textAt(opened(at('encrypt_post_receiver')), 'decrypt_text'), mobile: virtual ? '' : number },
    ...{ virtual_mobile: virtual ? number : '', virtual_until: virtual ? epochAt(tel, ['expire_time']) : null },
    ...{ mobile_cipher: at('encrypt_post_tel'), mobile_index: INDEX.exec(at('encrypt_post_tel'))?.[1] },
    ...{ mobile_masked: at('mask_post_tel'), name_cipher: at('encrypt_post_receiver') },
    ...{ name_masked: at('mask_post_receiver'), address_cipher: at('post_addr', 'encrypt_detail') },
    ...{ province: at('post_addr', 'province', 'name'), city: at('post_addr', 'city', 'name') },
    ...{ district: at('post_addr', 'town', 'name'), street: at('post_addr', 'street', 'name') },
    address_id: at('open_address_id'),
  });
}

function propertiesOf(order: Fields, infos: unknown[]): Fields {
  const as = (name: string): unknown => order[name];
  return filled({
    ...unlisted(order, DOUDIAN_ORDER_FIELDS),
    ...{ api: 'order.orderDetail', order_status: as('order_status'), main_status: as('main_status') },
    ...{ order_type: as('order_type'), order_level: as('order_level'), biz: as('biz'), pay_type: as('pay_type') },
    ...{ shop_id: as('shop_id'), open_id: as('open_id'), cancel_reason: as('cancel_reason') },
    ...{ buyer_words: as('buyer_words'), seller_words: as('seller_words'), post_amount: yuanAt(order, 'post_amount') },
    shop_order_ids: listAt(order, 'sku_order_list').map((line) => textAt(line, 'order_id')),
    after_sale_status: listAt(order, 'sku_order_list')
      .map((line) => textAt(line, 'after_sale_info', 'after_sale_status'))
      .filter((status) => status !== '' && status !== '0'),
    receiver: receiverOf(order, infos),
  });
}

const MOMENTS = new Map([
  ['order_created', ['create_time']],
  ['order_paid', ['pay_time', 'update_time']],
  ['order_shipped', ['ship_time', 'update_time']],
  ['order_completed', ['finish_time', 'update_time']],
]);

/** One event for each state that an order is seen in: `{order id}:{order_status}`. */
export function detailEvent(value: unknown, context: MapContext, queryable: readonly string[]): Outcome[] {
  const order = fieldsAt(value, 'order');
  const id = textAt(order, 'order_id');
  if (id === '') return drop('dead-letter', 'event_malformed', 'order_id');
  const status = textAt(order, 'order_status');
  const type = BY_STATUS.get(status) ?? `custom:${NAME}.order`;
  const moments = [...(MOMENTS.get(type) ?? []), 'update_time', 'create_time'];
  const time = epochAt(order, moments) ?? beijingTime(context.received);
  if (time === null) return drop('dead-letter', 'event_malformed', 'update_time');
  const identifiers = buyerOf(order, context.meta.shop ?? '');
  const told = orderOf(order, type);
  const event: MappedEvent = {
    ...{ id: `${id}:${status}`, channel: context.channel, source: context.source, time, type, identifiers },
    order: told,
    properties: propertiesOf(order, listAt(value, 'decrypt_infos')),
  };
  // Asked for again, a state may show newer remarks and times: it is the same state as long as these are the same.
  const content = JSON.stringify([id, status, told?.total, identifiers]);
  return [{ kind: 'event', event, content, queryable }];
}
