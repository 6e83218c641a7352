import type { OrderItem } from '../schemas/event.ts';
import { formatAmount, isAmount, parseAmount } from '../schemas/money.ts';
import type { Item, MappedEvent } from './channel.ts';
import { type Read, tryJson } from './door.ts';
import { type Fields, filled, firstOf, listAt, textAt } from './pick.ts';

/** The parts of a Youzan message (doc.youzanyun.com) and what its trades and refunds become. Money is yuan as text. */
const CURRENCY = 'CNY';

/** `msg` comes URL-encoded, with `+` for a blank as forms have it, or as the JSON itself, text or object. */
export function readMsg(msg: unknown): Read {
  if (typeof msg !== 'string') return { ok: true, value: msg ?? {} };
  const text = msg.trim();
  if (text === '') return { ok: true, value: {} };
  if (/^[{[]/.test(text)) return tryJson(text);
  try {
    return tryJson(decodeURIComponent(text.replaceAll('+', ' ')));
  } catch {
    return { ok: false, reason: 'unreadable', detail: 'msg is no URL-encoded JSON' };
  }
}

/** Where the parts of a message stand: trades have them under full_order_info, customers at the top. */
export type Push = {
  envelope: Fields;
  msg: Fields;
  info: Fields;
  trade: Fields;
  meta: Item['meta'];
  sent: string;
  type: string;
};

function itemOf(line: unknown): OrderItem {
  const sku = firstOf(...['outer_sku_id', 'sku_id', 'outer_item_id', 'item_id'].map((name) => textAt(line, name)));
  const name = textAt(line, 'title');
  return {
    ...(sku === '' || sku === '0' ? {} : { sku }),
    ...(name === '' ? {} : { name }),
    quantity: textAt(line, 'num'),
    price: textAt(line, 'price'),
  };
}

/** What the buyer did not pay of goods and postage; nothing where a sum is missing. */
function discountOf(trade: Fields): { discount?: string } {
  const sums = ['total_fee', 'post_fee', 'payment'].map((name) => textAt(trade, 'pay_info', name));
  if (!sums.every(isAmount)) return {};
  const [goods = 0n, postage = 0n, paid = 0n] = sums.map(parseAmount);
  const off = goods + postage - paid;
  return off > 0n ? { discount: formatAmount(off, CURRENCY) } : {};
}

export function tradeOrder({ envelope, msg, info, trade }: Push): MappedEvent['order'] {
  const total = textAt(trade, 'pay_info', 'payment');
  const items = listAt(trade, 'orders').map(itemOf);
  const store = textAt(info, 'offline_id');
  return {
    id: firstOf(textAt(info, 'tid'), textAt(msg, 'tid'), textAt(envelope, 'id')),
    currency: CURRENCY,
    ...(total === '' ? {} : { total }),
    ...discountOf(trade),
    ...(items.length === 0 ? {} : { items }),
    ...(store === '' || store === '0' ? {} : { store }),
  };
}

export function refundOrder({ msg, envelope }: Push): MappedEvent['order'] {
  const order = firstOf(textAt(msg, 'tid'), textAt(envelope, 'id'));
  const refund = textAt(msg, 'refund_id');
  const given = { currency: CURRENCY, total: textAt(msg, 'refunded_fee') };
  return refund === '' ? { id: order, ...given } : { id: refund, ...given, original_id: order };
}

/** The receiver may be anybody: kept with the order, never as a claim about the buyer. */
export function receiverOf(trade: Fields): Fields {
  const at = (name: string): string => textAt(trade, 'address_info', name);
  return filled({
    ...{ name: at('receiver_name'), mobile: at('receiver_tel'), province: at('delivery_province') },
    ...{ city: at('delivery_city'), district: at('delivery_district'), address: at('delivery_address') },
    ...{ postal_code: at('delivery_postal_code'), extra: at('address_extra'), self_fetch: at('self_fetch_info') },
  });
}
