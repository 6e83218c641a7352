import { formatAmount, parseAmount } from '../schemas/money.ts';

/**
 * Pinduoduo writes yuan as doubles in JSON. A number read as a float is no longer what was written, so its text is
 * kept: every number with a point or an exponent becomes a string of the same characters before the JSON is parsed.
 */
const STRING_OR_DECIMAL = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|(?<!\d)-?\d+(?:\.\d+(?:[eE][+-]?\d+)?|[eE][+-]?\d+)/g;

/** JSON with its decimals in quotes, and all else as it was. */
export function exactDecimals(json: string): string {
  return json.replace(STRING_OR_DECIMAL, (token) => (token.startsWith('"') ? token : `"${token}"`));
}

const DECIMAL = /^(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?$/;
const DIGITS_KEPT = 4;

/** Digits before and after the point, with the exponent (Java writes 10,000,000 as 1.0E7) worked in. */
function shifted(whole: string, fraction: string, exponent: number): [string, string] {
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const padded = digits.padStart(digits.length - Math.min(point, 0), '0').padEnd(point, '0');
  return [padded.slice(0, Math.max(point, 0)) || '0', padded.slice(Math.max(point, 0))];
}

/**
 * An amount in yuan, `49.5` or `49.50` or `4.95E1`, as `49.50`. The noise of a double (`49.510000000000005`) is
 * rounded off where the digits past the fourth say that it is noise; what is no amount comes back as it was, for the
 * event's schema to refuse.
 */
export function yuan(text: string): string {
  const [, before, after = '', exponent = '0'] = DECIMAL.exec(text.trim()) ?? [];
  if (before === undefined) return text;
  const [whole, fraction] = shifted(before, after, Number(exponent));
  const tail = fraction.slice(DIGITS_KEPT);
  const up = /^9{4}/.test(tail);
  if (!up && !/^0*$|^0{4}/.test(tail)) return text;
  const units = parseAmount(`${whole}.${fraction.slice(0, DIGITS_KEPT)}`) + (up ? 1n : 0n);
  return formatAmount(units, 'CNY');
}
