/**
 * Money as integers of 1/10,000 of the currency unit, in bigint: never a float.
 * In: decimal strings of at most 15 digits before and 4 after the point. Out: the digits ISO 4217 gives the currency.
 */
const AMOUNT = /^\d{1,15}(\.\d{1,4})?$/;
const SCALE = 4;

/** ISO 4217 minor units that are not two; every other currency has two. */
const MINOR_UNITS = new Map([
  ...[
    'BIF',
    'CLP',
    'DJF',
    'GNF',
    'ISK',
    'JPY',
    'KMF',
    'KRW',
    'PYG',
    'RWF',
    'UGX',
    'VND',
    'VUV',
    'XAF',
    'XOF',
    'XPF',
  ].map((code): [string, number] => [code, 0]),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code): [string, number] => [code, 3]),
]);

/** True for the decimal strings that the contract takes as an amount. */
export function isAmount(text: string): boolean {
  return AMOUNT.test(text);
}

/** Parses a decimal string, a leading minus allowed, to units of 1/10,000. Throws on anything else. */
export function parseAmount(text: string): bigint {
  const negative = text.startsWith('-');
  const [whole = '', fraction = ''] = (negative ? text.slice(1) : text).split('.');
  const units = BigInt(whole + fraction.padEnd(SCALE, '0').slice(0, SCALE));
  return negative ? -units : units;
}

/** Units of 1/10,000 back to a decimal string with four digits after the point: for storage and for SQL. */
export function plainAmount(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(SCALE + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
}

/**
 * Units of 1/10,000 as the currency shows them: `1299.00` for CNY, `500` for JPY. Keeps digits that rounding would
 * lose.
 */
export function formatAmount(units: bigint, currency: string): string {
  const minor = MINOR_UNITS.get(currency) ?? 2;
  const plain = plainAmount(units);
  const [whole = '', fraction = ''] = plain.split('.');
  const kept = fraction.slice(minor).replace(/0+$/, '') === '' ? fraction.slice(0, minor) : fraction.replace(/0+$/, '');
  return kept === '' ? whole : `${whole}.${kept}`;
}

/** A count of the currency’s least coin (fen, cents, yen), as digits, to a decimal string of the currency. */
export const fromMinorUnits = (minor: string, currency: string): string =>
  formatAmount(BigInt(minor) * 10n ** BigInt(SCALE - (MINOR_UNITS.get(currency) ?? 2)), currency);

/** Fen (1/100 yuan, as a string of digits or a safe integer) to a decimal string of yuan. */
export const fenToYuan = (fen: string | number): string => fromMinorUnits(String(fen), 'CNY');
