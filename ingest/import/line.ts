import { type Field, label } from './aliases.ts';
import { decimalUnits, fenUnits, numberText } from './cell.ts';
import type { PosMeta } from './settings.ts';
import { isRefusal, malformed, type Refusal, type RowRecord } from './unit.ts';
import { businessDay, type Local, readClock, readLocal, rfc3339 } from './when.ts';

/** A row of a receipt or a refund, understood. Amounts are units of 1/10,000 yuan, never negative. */
export type Line = {
  store: string;
  /** The receipt's or the refund's own number. */
  number: string;
  /** Number and business day (where the file has it) of the receipt that is given back. */
  original: string | null;
  originalDay: string | null;
  /** Business day, YYYY-MM-DD. */
  day: string;
  /** RFC 3339. */
  time: string;
  refund: boolean;
  /** Null where the file has no amounts by line, only the receipt's total. */
  amount: bigint | null;
  receiptTotal: bigint | null;
  quantity: bigint | null;
  price: bigint | null;
  record: RowRecord;
};

export const cellOf = (record: RowRecord, field: Field): string => record.f[field] ?? '';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are just what a number may not hold
const NO_NUMBER = /[\u0000-\u001f\u007f\ufffd]/;
const LONGEST_NUMBER = 96;

/** A number that is a name: receipt, refund, card. A refusal where it can be no key; details never hold the value. */
export function keyNumber(record: RowRecord, field: Field): string | Refusal {
  if (cellOf(record, field) === '') return malformed(`${label(field)}: missing`);
  return keyText(record, field);
}

function keyText(record: RowRecord, field: Field): string | Refusal {
  const { text, lossy } = numberText(cellOf(record, field));
  if (lossy) return malformed(`${label(field)}: a spreadsheet has cut its digits (scientific notation)`);
  if (NO_NUMBER.test(text))
    return malformed(`${label(field)}: has control characters or such that could not be decoded`);
  if (text.length > LONGEST_NUMBER) return malformed(`${label(field)}: longer than ${LONGEST_NUMBER} characters`);
  return text;
}

/** An amount in yuan or in fen; null where neither column has a value. */
export function moneyOf(record: RowRecord, field: Field): bigint | null | Refusal {
  const yuan = record.f[field];
  const fen = record.f[`${field}_fen`];
  const text = yuan ?? fen;
  if (text === undefined) return null;
  const units = yuan === undefined ? fenUnits(text) : decimalUnits(text);
  return units ?? malformed(`${label(field)}: not an amount`);
}

type Clocked = { local: Local; business: Local | null };

/**
 * When the row's trade was: a time, a date with a time of day in another column, a date, or the business date alone.
 */
function whenOf(record: RowRecord, fields: Field[]): Clocked | Refusal {
  const businessCell = cellOf(record, 'business_date');
  const business = businessCell === '' ? null : readLocal(businessCell);
  if (businessCell !== '' && !business) return malformed(`${label('business_date')}: not a date`);
  const date = readLocal(cellOf(record, 'trade_date'));
  for (const field of fields) {
    const cell = cellOf(record, field);
    if (cell === '') continue;
    const local = readLocal(cell);
    if (local) return { local, business };
    const clock = readClock(cell);
    const day = date ?? business;
    if (!clock || !day) return malformed(`${label(field)}: not a time`);
    return { local: { day: day.day, clock, offset: null }, business };
  }
  if (!business) return malformed(`${label(fields[0] ?? 'trade_time')}: missing`);
  return { local: business, business };
}

const REFUND =
  /^(1|true|yes|y|是|退|退货|退款|退单|退货单|退款单|销售退货|refund|refunded|return|returned|sell_return)$/i;
const VOID = /^(作废|已作废|撤销|已撤销|取消|已取消|挂单|void|voided|cancel|cancelled|canceled)$/i;

function amountOf(record: RowRecord, price: bigint | null, quantity: bigint | null): bigint | null | Refusal {
  const amount = moneyOf(record, 'amount');
  if (amount !== null) return amount;
  // Both factors are in units of 1/10,000; the product is rounded half away from zero to that again.
  if (price === null || quantity === null) return null;
  const product = price * quantity;
  return (product + (product < 0n ? -5000n : 5000n)) / 10_000n;
}

const abs = (units: bigint): bigint => (units < 0n ? -units : units);

/** 12 digits before the point, in units of 1/10,000. */
const QUANTITY_LIMIT = 10n ** 16n;

type Sums = Pick<Line, 'refund' | 'amount' | 'receiptTotal' | 'quantity' | 'price'>;

/**
 * The numbers of a row. A refund is told by a flag, a type, or a negative quantity or amount; all come out positive.
 */
function sumsOf(record: RowRecord, refunds: boolean): Sums | Refusal {
  const price = moneyOf(record, 'price');
  if (isRefusal(price)) return price;
  const quantityCell = cellOf(record, 'quantity');
  const quantity = quantityCell === '' ? null : decimalUnits(quantityCell);
  if (quantityCell !== '' && (quantity === null || abs(quantity) >= QUANTITY_LIMIT)) {
    return malformed(`${label('quantity')}: not a number of at most 12 digits`);
  }
  const refundAmount = refunds ? moneyOf(record, 'refund_amount') : null;
  const total = moneyOf(record, 'receipt_total');
  if (isRefusal(total)) return total;
  // Where a row names goods and has no amount of its own, the only total there is can but be the row's.
  const goods = cellOf(record, 'sku') !== '' || cellOf(record, 'item_name') !== '';
  const amount = refundAmount ?? amountOf(record, price, quantity) ?? (goods ? total : null);
  if (isRefusal(amount)) return amount;
  if (amount === null && total === null) return malformed(`${label(refunds ? 'refund_amount' : 'amount')}: missing`);
  const negative = [amount ?? total, quantity].some((units) => units !== null && units < 0n);
  const flagged = REFUND.test(cellOf(record, 'refund_flag')) || REFUND.test(cellOf(record, 'sale_type'));
  return {
    refund: refunds || flagged || negative,
    amount: amount === null ? null : abs(amount),
    receiptTotal: total === null ? null : abs(total),
    quantity: quantity === null ? null : abs(quantity),
    price: price === null ? null : abs(price),
  };
}

/** The column that numbers the unit: in a refund file the refund's, where the row has one. */
const ownField = (record: RowRecord, kind: PosMeta['kind']): Field =>
  kind === 'refunds' && (cellOf(record, 'refund_no') !== '' || cellOf(record, 'receipt') === '')
    ? 'refund_no'
    : 'receipt';

/** Store and number of a row, without looking whether they can be any; equal wherever the lines' are. */
export const ownNumber = (record: RowRecord, kind: PosMeta['kind']): string =>
  `${numberText(cellOf(record, 'store_code')).text}\n${numberText(cellOf(record, ownField(record, kind))).text}`;

/**
 * Reads a row of a receipt (or of a refund, with `kind` refunds). Pure: the same record and meta give the same line.
 */
export function readLine(record: RowRecord, meta: Pick<PosMeta, 'kind' | 'timeZone' | 'dayEndsAt'>): Line | Refusal {
  const refunds = meta.kind === 'refunds';
  const own = ownField(record, meta.kind);
  const number = keyNumber(record, own);
  if (typeof number !== 'string') return number;
  if (VOID.test(cellOf(record, 'sale_type'))) {
    return { fate: 'ignored', reason: 'type_not_used', detail: `${label('sale_type')}: a voided receipt` };
  }
  const when = whenOf(record, refunds ? ['refund_time', 'trade_time', 'trade_date'] : ['trade_time', 'trade_date']);
  if (isRefusal(when)) return when;
  const sums = sumsOf(record, refunds);
  if (isRefusal(sums)) return sums;
  const store = keyText(record, 'store_code');
  if (isRefusal(store)) return store;
  const original = originalOf(record, own);
  if (isRefusal(original)) return original;
  return {
    store,
    number,
    original,
    originalDay: readLocal(cellOf(record, 'original_date'))?.day ?? null,
    day: when.business?.day ?? businessDay(when.local, meta.timeZone, meta.dayEndsAt),
    time: rfc3339(when.local, meta.timeZone),
    refund: sums.refund,
    amount: sums.amount,
    receiptTotal: sums.receiptTotal,
    quantity: sums.quantity,
    price: sums.price,
    record,
  };
}

/** Beside a refund number the receipt number is the original's, unless a column says so itself. */
function originalOf(record: RowRecord, own: Field): string | null | Refusal {
  if (cellOf(record, 'original') !== '') return keyNumber(record, 'original');
  return own === 'refund_no' && cellOf(record, 'receipt') !== '' ? keyNumber(record, 'receipt') : null;
}
