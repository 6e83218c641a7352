import { parseTime } from '../../schemas/event.ts';
import { MIN_TIME } from '../store/port.ts';

/** Digits after the point of a bound decimal; stored numbers have at most ten. */
const SCALE = 20;
/** No stored number has so many digits before the point; greater ones are cut to 10^40, which keeps every order. */
const WHOLE = 40;
const NUMBER = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;
const PLAIN = /^[+-]?\d+(\.\d+)?$/;

/** The last instant that DateTime64(3) of every ClickHouse version can hold. */
export const MAX_TIME = Date.UTC(2299, 11, 31, 23, 59, 59, 999);

/** Into the range of DateTime64(3), in epoch ms. */
export const clampTime = (ms: number): number => Math.min(MAX_TIME, Math.max(MIN_TIME, Math.trunc(ms)));

/** Whether a text is a plain decimal, so that it compares as a number. */
export const isDecimal = (text: string): boolean => PLAIN.test(text);

/**
 * A number or decimal string as a decimal string that Decimal(76, 20) takes; null where it is none. Exact but for
 * what no stored value can tell apart: more digits than stored ones have become the nearest literal on the same side.
 */
export function decimalLiteral(value: unknown): string | null {
  if (typeof value !== 'number' && (typeof value !== 'string' || !PLAIN.test(value))) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(String(value)) ?? [];
  if (whole === '') return null;
  const point = whole.length + Number(exponent);
  const digits = '0'.repeat(Math.max(0, -point)) + whole + fraction;
  const before = digits.slice(0, Math.max(0, point)).padEnd(Math.max(0, point), '0').replace(/^0+/, '') || '0';
  const after = digits.slice(Math.max(0, point));
  const minus = sign === '-' ? '-' : '';
  if (before.length > WHOLE) return minus + '1'.padEnd(WHOLE + 1, '0');
  const kept = after.slice(0, SCALE);
  // A rest beyond the scale only says that the value lies above what was kept.
  const sticky = /[1-9]/.test(after.slice(SCALE)) && kept.endsWith('0') ? kept.slice(0, -1).concat('1') : kept;
  return minus + before + (sticky === '' ? '' : `.${sticky}`);
}

/** An RFC 3339 time to epoch ms in the range of the store; null where it is none. */
export function timeLiteral(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const ms = parseTime(value);
  return Number.isNaN(ms) ? null : clampTime(ms);
}

const DURATION =
  /^P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,7})D)?(T(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10})S)?)?$/;

/** The instant an ISO 8601 duration (P30D, PT12H, P1Y6M) before `now`, epoch ms; months by the UTC calendar. */
export function before(now: number, duration: string): number | null {
  const match = DURATION.exec(duration);
  if (!match || /[PT]$/.test(duration)) return null;
  const [years = 0, months = 0, weeks = 0, days = 0, , hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number(/^\d+$/.test(part ?? '') ? part : 0));
  const start = new Date(now);
  const month = start.getUTCFullYear() * 12 + start.getUTCMonth() - years * 12 - months;
  // A month back from the 31st is the last day of a shorter month, not the first of the next.
  const lastDay = new Date(Date.UTC(Math.floor(month / 12), month - Math.floor(month / 12) * 12 + 1, 0)).getUTCDate();
  const moved = new Date(now);
  moved.setUTCFullYear(
    Math.floor(month / 12),
    month - Math.floor(month / 12) * 12,
    Math.min(start.getUTCDate(), lastDay),
  );
  const ms = moved.getTime() - (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60_000 - seconds * 1000;
  return Number.isNaN(ms) ? MIN_TIME : clampTime(ms);
}
