import { createHash } from 'node:crypto';
import type { IdentifierInput, OrderItem } from '../schemas/event.ts';
import { formatAmount, isAmount, parseAmount } from '../schemas/money.ts';
import type { MapContext, MappedEvent, Outcome } from './channel.ts';
import { drop } from './door.ts';
import { unlisted } from './fields.ts';
import { PAYMENT } from './import/properties.ts';
import { type Fields, filled, firstOf, isTrue, listAt, textAt } from './pick.ts';
import { POSPAL_FIELDS } from './pospal-page.ts';
import { stableJson } from './prepare.ts';
import { localTime } from './time.ts';

/** What Pospal's tickets and customers become. Amounts come as JSON doubles in yuan. */
const CURRENCY = 'CNY';
const MOST_ITEMS = 1000;

/** What the codes of payments stand for; all others are the shop's own. */
const METHODS = new Map([
  ['payCode_1', 'cash'],
  ['payCode_2', 'stored_value'],
  ['payCode_102', 'wechat-pay'],
  ['payCode_103', 'alipay'],
]);
const QUERYABLE = ['ticket_type', 'payment_method', 'cashier', 'store'];
const CENT_NOISE = 1e-6;

const hashOf = (value: unknown): string => createHash('sha256').update(stableJson(value)).digest('hex').slice(0, 16);

/**
 * The decimal a double stands for, a leading minus kept: sums of doubles bring a noise behind the 4th digit, which is
 * taken off. What is no such number stays as it is, and is refused as an amount.
 */
export function decimalOf(text: string): string {
  const number = Number(text);
  if (text === '' || !Number.isFinite(number) || Math.abs(number) >= 1e11) return text;
  const fixed = number.toFixed(4);
  if (Math.abs(Number(fixed) - number) > CENT_NOISE) return text;
  return fixed.replace(/\.?0+$/, '').replace(/^-0$/, '0');
}

const moneyAt = (root: unknown, name: string): string => decimalOf(textAt(root, name));
const unsigned = (decimal: string): string => decimal.replace(/^-/, '');
const yuan = (decimal: string): string => (isAmount(decimal) ? formatAmount(parseAmount(decimal), CURRENCY) : decimal);

/** Pieces, or a weight, to 1/10,000: scales may tell more. */
const quantityOf = (line: unknown): string => {
  const text = unsigned(moneyAt(line, 'quantity'));
  return isAmount(text) || text === '' ? text : decimalOf(Number(text).toFixed(4));
};

/** What was paid for one piece: the line's sum over its quantity, rounded half up to 1/10,000; else its price. */
function priceOf(line: unknown): string {
  const [sum, quantity] = [unsigned(moneyAt(line, 'totalAmount')), quantityOf(line)];
  const pieces = isAmount(quantity) ? parseAmount(quantity) : 0n;
  if (!isAmount(sum) || pieces === 0n) return unsigned(moneyAt(line, 'customerPrice') || moneyAt(line, 'sellPrice'));
  return formatAmount((parseAmount(sum) * 10_000n * 2n + pieces) / (pieces * 2n), CURRENCY);
}

function itemOf(line: unknown): OrderItem[] {
  const quantity = quantityOf(line);
  const price = priceOf(line);
  if (!isAmount(quantity) || !isAmount(price)) return [];
  const sku = firstOf(textAt(line, 'productBarcode'), textAt(line, 'productUid'));
  const name = textAt(line, 'name').slice(0, 1000);
  return [{ ...(sku === '' ? {} : { sku }), ...(name === '' ? {} : { name }), quantity, price: yuan(price) }];
}

/** What the customer did not pay of the list prices; nothing where one is missing. */
function discountOf(lines: readonly unknown[], total: string): { discount?: string } {
  const pairs = lines.map((line) => [moneyAt(line, 'sellPrice'), moneyAt(line, 'quantity')]);
  if (!isAmount(total) || lines.length === 0 || !pairs.flat().every(isAmount)) return {};
  const list = pairs.reduce((sum, [price = '', count = '']) => sum + parseAmount(price) * parseAmount(count), 0n);
  const off = list / 10_000n - parseAmount(total);
  return off > 0n ? { discount: formatAmount(off, CURRENCY) } : {};
}

/** A customer's number; tickets of nobody bear 0 or nothing. */
export const memberUid = (root: unknown): string => {
  const uid = textAt(root, 'customerUid');
  return /^0*$/.test(uid) ? '' : uid;
};

const memberOf = (uid: string, meta: MapContext['meta']): IdentifierInput => ({
  ...{ kind: 'user_id', scope: `pospal:${meta.brand ?? ''}` },
  value: uid,
});

function paymentOf(ticket: Fields): IdentifierInput[] {
  const value = textAt(ticket, 'externalOrderNo');
  const scope = PAYMENT.find(({ shape }) => shape.test(value))?.scope;
  return scope ? [{ kind: 'payment_id', scope, value }] : [];
}

function propertiesOf(ticket: Fields, store: string): Fields {
  const payments = listAt(ticket, 'payments').map((payment) => {
    const code = textAt(payment, 'code');
    return { code, method: METHODS.get(code) ?? code, amount: yuan(moneyAt(payment, 'amount')) };
  });
  return filled({
    ...unlisted(ticket, POSPAL_FIELDS),
    ...{ uid: textAt(ticket, 'uid'), ticket_type: textAt(ticket, 'ticketType'), store },
    ...{ payments, payment_method: [...new Set(payments.map(({ method }) => method))].sort().join('+') },
    ...{ cashier: textAt(ticket, 'cashier', 'jobNumber'), cashier_name: textAt(ticket, 'cashier', 'name') },
    ...{
      rounding: moneyAt(ticket, 'rounding'),
      discount: moneyAt(ticket, 'discount'),
      remark: textAt(ticket, 'remark'),
    },
    external_order_no: paymentOf(ticket).length > 0 ? '' : textAt(ticket, 'externalOrderNo'),
  });
}

/** A sale that gives money back, whatever it is called, is a return. */
const typeOf = (ticket: Fields, total: string): string =>
  isTrue(ticket.invalid)
    ? 'order_cancelled'
    : textAt(ticket, 'ticketType') === 'SELL_RETURN' || total.startsWith('-')
      ? 'order_refunded'
      : 'order_completed';

/**
 * One ticket. Event ids: `{sn}`, or the uid where it has none, and `{sn}:cancelled` once it was voided. Told again with
 * other content it is another telling of the same order, `{sn}:{content}`. The buyer is asked for by number.
 */
export function ticketOutcomes(ticket: Fields, { channel, source, meta }: MapContext): Outcome[] {
  const number = firstOf(textAt(ticket, 'sn'), textAt(ticket, 'uid'));
  if (number === '') return drop('dead-letter', 'event_malformed', 'sn');
  const time = localTime(textAt(ticket, 'datetime'));
  if (time === null) return drop('dead-letter', 'event_malformed', 'datetime');
  const given = moneyAt(ticket, 'totalAmount');
  const [total, type] = [yuan(unsigned(given)), typeOf(ticket, given)];
  const back = textAt(ticket, 'ticketType') === 'SELL_RETURN' || given.startsWith('-');
  if (type === 'order_cancelled' && back)
    return drop('ignored', 'type_not_used', 'a return that was voided gives nothing back');
  const store = meta.store || source;
  const uid = memberUid(ticket);
  const lines = listAt(ticket, 'items');
  const event: MappedEvent = {
    ...{ id: type === 'order_cancelled' ? `${number}:cancelled` : number, channel, source, time, type },
    identifiers: [
      ...(uid === '' ? [] : [memberOf(uid, meta)]),
      { kind: 'receipt', scope: meta.brand ?? '', value: `${store}:${number}` },
      ...paymentOf(ticket),
    ],
    order: {
      ...{ id: number, currency: CURRENCY, total, store },
      ...(back ? {} : discountOf(lines, unsigned(given))),
      items: lines.flatMap(itemOf).slice(0, MOST_ITEMS),
    },
    properties: propertiesOf(ticket, store),
  };
  const retold = { id: `${event.id}:${hashOf(event)}`, day: null };
  const told: Outcome = { kind: 'event', event, retold, queryable: QUERYABLE };
  return uid === '' ? [told] : [told, { kind: 'ask', ask: { name: 'customer', params: { uid } } }];
}

/**
 * A customer as they stand now: member_updated `customer:{uid}:{content}` when it was read, so that the same data again
 * is a repeat; and member_joined `customer:{uid}` at the day the account was opened.
 */
export function customerOutcomes(data: Fields, { channel, source, meta, received }: MapContext): Outcome[] {
  const uid = memberUid(data);
  if (uid === '') return drop('dead-letter', 'event_malformed', 'customerUid');
  const text = (name: string): string => textAt(data, name);
  const member = memberOf(uid, meta);
  const card = text('number');
  const said: [IdentifierInput, string][] = [
    [{ kind: 'member_card', scope: meta.brand ?? '', value: card }, card],
    [{ kind: 'mobile', value: text('phone') }, text('phone')],
    [{ kind: 'email', value: text('email') }, text('email')],
  ];
  const birthday = /^\d{4}-\d{2}-\d{2}/.exec(text('birthday'))?.[0] ?? '';
  const traits = { name: text('name'), email: text('email'), birthday, level: text('categoryName') };
  const more = { address: text('address'), points: moneyAt(data, 'point') };
  const content = hashOf(data);
  const event: MappedEvent = {
    ...{ id: `customer:${uid}:${content}`, channel, source, time: new Date(received).toISOString() },
    type: 'member_updated',
    identifiers: [member, ...said.flatMap(([identifier, value]) => (value === '' ? [] : [identifier]))],
    traits: Object.fromEntries(Object.entries({ ...traits, ...more }).filter(([, value]) => value !== '')),
    properties: filled({
      ...unlisted(data, POSPAL_FIELDS),
      ...{ balance: moneyAt(data, 'balance'), discount: moneyAt(data, 'discount'), enable: text('enable') },
      ...{ qq: text('qq'), remarks: text('remarks'), opened: text('createdDate') },
    }),
  };
  const updated: Outcome = { kind: 'event', event, content, queryable: ['enable'] };
  const opened = localTime(text('createdDate'));
  if (opened === null) return [updated];
  const joined: MappedEvent = {
    ...{ id: `customer:${uid}`, channel, source, time: opened, type: 'member_joined' },
    identifiers: [member],
  };
  return [updated, { kind: 'event', event: joined, queryable: [] }];
}
