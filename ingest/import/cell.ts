/** Blanks at the ends of a cell, the zero-width ones that copying leaves included. */
const ENDS = /^[\s\u200b-\u200d\u2060]+|[\s\u200b-\u200d\u2060]+$/g;
/** Most cells begin and end with what nobody would take off; millions of them come by. */
const BARE = /^[\w.\u4e00-\u9fff](?:.*[\w.\u4e00-\u9fff])?$/;

/**
 * Takes off what exports put around a value so that a spreadsheet leaves it alone: a leading tab, `'` or backtick,
 * `="…"`. `'` and backtick go once; a name that begins with two keeps one.
 */
export function cleanCell(raw: string): string {
  if (raw === '' || BARE.test(raw)) return raw;
  let text = raw.replace(ENDS, '');
  if (text.startsWith("'") || text.startsWith('`')) text = text.slice(1).replace(ENDS, '');
  if (text.startsWith('="') && text.endsWith('"') && text.length >= 3) text = text.slice(2, -1).replaceAll('""', '"');
  return text.replace(ENDS, '');
}

const FULL_WIDTH = /[\uff01-\uff5e\u3000]/;
/** Full-width letters, digits and signs (U+FF01–FF5E) as ASCII; other characters stay as they are. */
export function halfWidth(text: string): string {
  if (!FULL_WIDTH.test(text)) return text;
  return text.replace(/[\uff01-\uff5e\u3000]/g, (c) =>
    c === '\u3000' ? ' ' : String.fromCharCode(c.charCodeAt(0) - 0xfee0),
  );
}

/**
 * A number that is a name (card, receipt, mobile), back from what a spreadsheet made of it: `13700004321.0`,
 * `1.3900001234E+10`. `lossy` where the exponent says that digits are gone: such a text stands for many numbers and is
 * left as it is.
 */
export function numberText(cell: string): { text: string; lossy: boolean } {
  const text = halfWidth(cell);
  const tail = /^(\d+)\.0+$/.exec(text);
  if (tail) return { text: tail[1] ?? '', lossy: false };
  const m = /^(\d)(?:\.(\d+))?[eE]\+(\d{1,3})$/.exec(text);
  if (!m) return { text, lossy: false };
  const digits = `${m[1]}${m[2] ?? ''}`;
  return digits.length === Number(m[3]) + 1 ? { text: digits, lossy: false } : { text, lossy: true };
}

const MARKS = /[\s¥￥$]|元|RMB|CNY/gi;
const SCALE = 4;

/** Moves the decimal point of `1.2E+3`; plain digits stay. Null where the exponent is beyond any amount. */
function withoutExponent(text: string): string | null {
  const m = /^(\d)(?:\.(\d+))?[eE]([+-])(\d{1,2})$/.exec(text);
  if (!m) return text;
  const digits = `${m[1]}${m[2] ?? ''}`;
  const shift = Number(m[4]);
  if (shift > 20) return null;
  if (m[3] === '-' && shift > 0) return `0.${'0'.repeat(shift - 1)}${digits}`;
  const padded = digits.padEnd(shift + 1, '0');
  return `${padded.slice(0, shift + 1)}.${padded.slice(shift + 1)}`;
}

/**
 * An amount or quantity to units of 1/10,000, in bigint. Takes `1,299.00`, `¥99`, `99元`, `-99.00`, `(99.00)`, `99.00-`,
 * full-width. Digits beyond the fourth after the point, which spreadsheets make up, are rounded half away from zero.
 * Null for anything else.
 */
export function decimalUnits(cell: string): bigint | null {
  const simple = /^(\d{1,11})(?:\.(\d{1,4}))?$/.exec(cell);
  if (simple) return BigInt((simple[1] ?? '') + (simple[2] ?? '').padEnd(SCALE, '0'));
  let text = halfWidth(cell).replace(MARKS, '').replace(/[−–]/g, '-');
  const sign = /^(?:-(.+)|\((.+)\)|(.+)-)$/.exec(text);
  const bare = sign ? (sign[1] ?? sign[2] ?? sign[3] ?? '') : text.replace(/^\+/, '');
  text = /^\d{1,3}(,\d{3})+(\.\d*)?$/.test(bare) ? bare.replaceAll(',', '') : bare;
  const m = /^(\d{0,15})(?:\.(\d*))?$/.exec(withoutExponent(text) ?? 'none');
  const [, whole = '', fraction = ''] = m ?? [];
  if (whole === '' && fraction === '') return null;
  const kept = BigInt(whole + fraction.slice(0, SCALE).padEnd(SCALE, '0'));
  const units = (fraction[SCALE] ?? '0') >= '5' ? kept + 1n : kept;
  return sign ? -units : units;
}

/** Fen in a cell to units of 1/10,000 yuan. Null where it is no whole number of 1/100 fen. */
export function fenUnits(cell: string): bigint | null {
  const units = decimalUnits(cell);
  return units === null || units % 100n !== 0n ? null : units / 100n;
}

/** Units of 1/10,000 as the shortest decimal string: `2`, `0.735`. */
export function shortDecimal(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '');
  const whole = digits.slice(0, -SCALE);
  return `${units < 0n ? '-' : ''}${fraction === '' ? whole : `${whole}.${fraction}`}`;
}
