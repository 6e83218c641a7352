import { tryJson } from '../door.ts';
import { type Fields, isFields } from '../pick.ts';
import type { Field } from './aliases.ts';
import { cleanCell } from './cell.ts';
import { textLines } from './lines.ts';
import type { Text } from './sheet.ts';
import type { RowRecord } from './unit.ts';

/**
 * Receipts as JSON: one object a line (NDJSON), or one document that is a receipt or a list of them. Made into the same
 * records as the rows of a till's CSV, one for each line of the receipt. Names are compared without case, `_` and `-`;
 * those of Alibaba's PosSaleOrderDto are among them.
 */
export type JsonReceipt = { line: number; records: RowRecord[] } | { line: number; bad: string; text: string };

/** What a receipt says once, by path: `member.cardno` is `cardNo` within `member`. */
const HEAD: ReadonlyMap<string, Field> = new Map<string, Field>([
  ...names('receipt', 'receiptno', 'receiptnumber', 'receipt', 'ticketno', 'saleticketno', 'sequenceno'),
  ...names('store_code', 'storeid', 'storecode', 'storeno'),
  ...names('store_name', 'storename'),
  ...names('terminal', 'terminalid'),
  ...names('cashier', 'cashierid', 'cashier', 'operator'),
  ...names('business_date', 'businessdate'),
  ...names('trade_time', 'tradetime', 'saletime'),
  ...names('sale_type', 'saletype'),
  ...names('original', 'originalreceiptno', 'originalorderid'),
  ...names('card', 'member.cardno', 'membercardno'),
  ...names('mobile', 'member.mobile', 'membermobile'),
  ...names('name', 'member.name', 'membername'),
  ...names('receipt_total', 'totals.net', 'nettotal'),
  ...names('discount', 'totals.discount'),
  ...names('transaction_id', 'payments.transactionid', 'transactionid'),
  ...names('payment_method', 'payments.method', 'paymentmethod'),
]);

/** What each of its lines says. */
const LINE: ReadonlyMap<string, Field> = new Map<string, Field>([
  ...names('sku', 'sku', 'skuid', 'itemcode'),
  ...names('item_name', 'name', 'itemname', 'productname'),
  ...names('category', 'category'),
  ...names('item_brand', 'brand'),
  ...names('quantity', 'qty', 'quantity'),
  ...names('price', 'unitprice', 'price'),
  ...names('amount', 'amount'),
]);
const LINES = new Set(['lines', 'items', 'saleitems']);

function names(field: Field, ...paths: string[]): [string, Field][] {
  return paths.map((path) => [path, field]);
}

const plain = (name: string): string => name.toLowerCase().replace(/[_-]/g, '');
const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

/** Adds what a part says: known paths under our name, the first of several; others under their own. */
function take(record: RowRecord, part: Fields, table: ReadonlyMap<string, Field>, prefix: string): void {
  for (const [name, value] of Object.entries(part)) {
    if (!isScalar(value)) continue;
    const cell = cleanCell(String(value));
    if (cell === '') continue;
    const field = table.get(plain(`${prefix}${name}`));
    if (field === undefined) record.o.push([`${prefix}${name}`, cell]);
    else record.f[field] ??= cell;
  }
}

/** One record a line of the receipt; one alone where it has no lines. */
export function recordsOf(receipt: Fields): RowRecord[] {
  const head: RowRecord = { f: {}, o: [] };
  take(head, receipt, HEAD, '');
  const lines: Fields[] = [];
  for (const [name, value] of Object.entries(receipt)) {
    const parts = (Array.isArray(value) ? value : [value]).filter(isFields);
    if (LINES.has(plain(name))) lines.push(...parts);
    // The first payment is the receipt's: where it was split, the others stay as they are told.
    else for (const part of parts) take(head, part, HEAD, `${name}.`);
  }
  const records = lines.map((line): RowRecord => {
    const record: RowRecord = { f: { ...head.f }, o: [...head.o] };
    take(record, line, LINE, '');
    return record;
  });
  return records.length > 0 ? records : [head];
}

/** Characters of a document that is read whole. */
const LONGEST = 16 * 1024 * 1024;

async function wholeOf(text: Text): Promise<string | null> {
  let whole = '';
  for await (const piece of text()) {
    whole += piece;
    if (whole.length > LONGEST) return null;
  }
  return whole;
}

function receiptOf(line: number, text: string, value: unknown): JsonReceipt {
  if (!isFields(value)) return { line, bad: 'the line is no JSON object', text };
  return { line, records: recordsOf(value) };
}

async function* ndjson(text: Text): AsyncGenerator<JsonReceipt> {
  for await (const batch of textLines(text)) {
    for (const { line, text: body, whole } of batch) {
      const read = whole ? tryJson(body) : null;
      yield read?.ok
        ? receiptOf(line, body, read.value)
        : { line, bad: read?.detail ?? 'the line is too long', text: body };
    }
  }
}

/** True where a text is JSON at all: no header of a table begins so. */
export const isJson = (sample: string): boolean => /^[\s\ufeff]*[{[]/.test(sample);

/** Whether each line stands for itself: the first one is an object by itself. */
async function isByLine(text: Text): Promise<boolean> {
  for await (const batch of textLines(text)) {
    const [first] = batch;
    if (!first) continue;
    const read = first.whole ? tryJson(first.text) : null;
    return read?.ok === true && isFields(read.value);
  }
  return false;
}

/** The receipts of a file; null where it is no JSON that can be read. Lines are physical, 1 for a whole document. */
export async function readReceipts(text: Text): Promise<AsyncIterable<JsonReceipt> | Iterable<JsonReceipt> | null> {
  if (await isByLine(text)) return ndjson(text);
  const whole = await wholeOf(text);
  const read = whole === null ? null : tryJson(whole);
  if (!read?.ok) return null;
  const receipts = Array.isArray(read.value) ? read.value : [read.value];
  return receipts.map((value, at) => receiptOf(at + 1, '', value));
}
