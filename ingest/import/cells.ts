import { formatAmount } from '../../schemas/money.ts';
import { isFields, valueAt } from '../pick.ts';
import { epochMs } from '../time.ts';
import { cleanCell, decimalUnits, fenUnits, numberText, shortDecimal } from './cell.ts';
import type { RowMapping } from './mapping.ts';
import { malformed, type Refusal } from './unit.ts';
import { readLocal, rfc3339 } from './when.ts';

/** Thrown inside the mapping of one row and caught where it began: the row does not fit. */
export class RowRefused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/** Names the column and what is wrong, never what stands in it. */
export function refuse(column: string, problem: string): never {
  throw new RowRefused(malformed(`column ${column}: ${problem}`));
}

/** What stands in a column: under its whole name, else at the end of the path that its dots make. */
export function fieldAt(row: unknown, column: string): unknown {
  return isFields(row) && Object.hasOwn(row, column) ? row[column] : valueAt(row, ...column.split('.'));
}

/** A cell as text, cleaned of what spreadsheets put around it; empty where there is none. */
export function cellOf(row: unknown, column: string | null | undefined): string {
  if (!column) return '';
  const value = fieldAt(row, column);
  if (value === undefined || value === null) return '';
  if (typeof value === 'object') return refuse(column, 'a list or an object, not one value');
  return cleanCell(String(value));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are just what a number may not hold
const NO_KEY = /[\u0000-\u001f\u007f\ufffd]/;
const LONGEST_KEY = 200;

/** A cell that is a name for something: an id, a card, an order. Empty where there is none. */
export function keyOf(row: unknown, column: string | null | undefined): string {
  if (!column) return '';
  const { text, lossy } = numberText(cellOf(row, column));
  if (lossy) return refuse(column, 'a spreadsheet has cut its digits (scientific notation)');
  if (NO_KEY.test(text)) return refuse(column, 'has control characters or such that could not be decoded');
  if (text.length > LONGEST_KEY) return refuse(column, `longer than ${LONGEST_KEY} characters`);
  return text;
}

/** A cell that must say something. */
export function needed(column: string, cell: string): string {
  return cell === '' ? refuse(column, 'missing') : cell;
}

type Money = { unit: 'yuan' | 'fen'; currency: string; negative: boolean };

/** An amount as the currency shows it; null where the cell is empty. Amounts below zero are for refunds alone. */
export function amountOf(row: unknown, column: string | null | undefined, money: Money): string | null {
  const cell = cellOf(row, column);
  if (!column || cell === '') return null;
  const units = money.unit === 'fen' ? fenUnits(cell) : decimalUnits(cell);
  if (units === null) return refuse(column, 'not an amount');
  if (units < 0n && !money.negative) return refuse(column, 'an amount below zero');
  return formatAmount(units < 0n ? -units : units, money.currency);
}

export function quantityOf(row: unknown, column: string | null | undefined): string {
  const cell = cellOf(row, column);
  if (!column || cell === '') return '1';
  const units = decimalUnits(cell);
  return units === null ? refuse(column, 'not a number') : shortDecimal(units < 0n ? -units : units);
}

const OTHER_ORDER = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(.*)$/;

function localOf(cell: string, format: RowMapping['time']['format']): ReturnType<typeof readLocal> {
  if (format !== 'dmy' && format !== 'mdy') return readLocal(cell);
  const [, first, second, year, rest] = OTHER_ORDER.exec(cell) ?? [];
  if (!year) return null;
  return readLocal(`${year}-${format === 'dmy' ? `${second}-${first}` : `${first}-${second}`}${rest}`);
}

/** A time as RFC 3339. `auto` takes what receipts are read by, and epochs of 10 (s) or 13 (ms) digits. */
export function timeOf(row: unknown, { column, at, format, timeZone }: RowMapping['time'], received: number): string {
  if (!column) return at && at !== 'received' ? at : new Date(received).toISOString();
  const { text } = numberText(needed(column, cellOf(row, column)));
  const epoch = format === 'epoch_s' || format === 'epoch_ms' || (format === 'auto' && /^(\d{10}|\d{13})$/.test(text));
  if (epoch) {
    const ms = format === 'epoch_s' ? Number(text) * 1000 : format === 'epoch_ms' ? Number(text) : epochMs(text);
    return /^\d{1,14}$/.test(text) && ms < 1e14 ? new Date(ms).toISOString() : refuse(column, 'not an epoch');
  }
  const local = localOf(text, format);
  return local ? rfc3339(local, timeZone) : refuse(column, 'not a time');
}
