import type { Field } from './aliases.ts';
import { numberText } from './cell.ts';
import { cellOf, type Line } from './line.ts';

/** Numbers by which a payment network knows a payment; other values of that column stay properties. */
export const PAYMENT = [
  { scope: 'wechat-pay', shape: /^4\d{27}$/ },
  { scope: 'alipay', shape: /^20\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{20}$/ },
];

/** Fields that stand elsewhere in the event of a receipt. */
const CONSUMED = new Set<string>([
  ...(['trade_time', 'trade_date', 'refund_time', 'business_date', 'receipt', 'refund_no', 'store_code'] as const),
  ...(['name', 'sku', 'item_name', 'category', 'item_brand', 'price', 'quantity', 'amount'] as const),
  ...(['price_fen', 'amount_fen', 'refund_amount_fen', 'receipt_total_fen', 'receipt_total'] as const),
]);

/** A field that is an identifier is kept as property only where it could not be one, or where the lines disagree. */
function isSpent(lines: Line[], field: Field): boolean {
  const cells = new Set(lines.map((line) => cellOf(line.record, field)).filter((cell) => cell !== ''));
  const [cell = ''] = cells;
  if (cells.size > 1) return false;
  if (field === 'card') return !numberText(cell).lossy;
  return field !== 'transaction_id' || PAYMENT.some(({ shape }) => shape.test(numberText(cell).text));
}

/**
 * What else the rows of a receipt say: known columns under our name, unknown ones under their own header. One value
 * where all rows agree, else a list in the order of the rows, with `''` for an empty cell.
 */
export function propertiesOf(lines: Line[], originalKnown: boolean): Record<string, string | string[]> {
  const spent = new Set<string>(CONSUMED);
  for (const field of ['card', 'mobile', 'transaction_id'] as const) if (isSpent(lines, field)) spent.add(field);
  if (originalKnown) spent.add('original').add('original_date');
  if (lines.some((line) => line.refund)) spent.add('refund_amount');
  const columns = new Map<string, string[]>();
  for (const [at, line] of lines.entries()) {
    const own = Object.entries(line.record.f).filter(([field]) => !spent.has(field));
    const taken = new Set(own.map(([field]) => field));
    const others = line.record.o.map(([header, value]): [string, string] => [
      taken.has(header) ? `${header} #2` : header,
      value,
    ]);
    for (const [name, value] of [...own, ...others]) {
      const values = columns.get(name) ?? lines.map(() => '');
      values[at] = value;
      columns.set(name, values);
    }
  }
  // fromEntries makes own properties: a column called `__proto__` is plain data.
  return Object.fromEntries(
    [...columns].map(([name, values]): [string, string | string[]] => [
      name,
      new Set(values).size === 1 ? (values[0] ?? '') : values,
    ]),
  );
}
