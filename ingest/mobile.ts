import { isSupportedCountry, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { foldWidth, tidyCell } from './text.ts';

/**
 * A telephone number as people, tills and platforms write it, typed. Only `mobile` may ever become a key of a person.
 * `prefix_unknown`: the shape of a mainland mobile in a range that no plan known here has given out yet, for ranges
 * come faster than metadata. `lossy`: a spreadsheet has rounded the digits away. `e164` and `number` are E.164.
 */
export type Mobile =
  | { status: 'mobile'; e164: string; country: string }
  | { status: 'landline'; e164: string; type: string }
  | { status: 'masked'; masked: string }
  | { status: 'virtual'; number: string; ext: string }
  | { status: 'iot' }
  | { status: 'placeholder'; e164: string }
  | { status: 'multiple'; parts: string[] }
  | { status: 'prefix_unknown'; candidate: string }
  | { status: 'lossy' }
  | { status: 'invalid'; reason: 'unparseable' | 'not_in_numbering_plan'; candidate?: string }
  | { status: 'empty' };

/** Mainland ranges of the `max` metadata but 1610 and 1740[0-5], which the library is asked for. */
const IN_PLAN = /^(\+?86)?(1(?:[38]\d|4[57]|[59][0-35-9]|6[25-7]|7[0-35-8])\d{8})$/;
const MAINLAND = /^((?:\+|00)?86)?0?(1\d{10})$/;
/** Ranges given to machines, and the 13 digits of their long form. */
const MACHINE = /^14[01469]|^148/;
const MACHINE_LONG = /^(?:(?:\+|00)?86)?(?:1064|14[14]0)\d{9}$/;
/** What the regulator may still give to people: 14x, 154, 16x, 17x, 19x outside today's plan. */
const MAY_COME = /^1[4-79]/;
const NEIGHBOUR = /^(852|853|886)\d{8,9}$/;
/** Where a bare number of eleven digits beginning with 1 is a mainland mobile and nothing else. */
const HOME = new Set(['CN', 'HK', 'MO', 'TW']);
const LONGEST = 64;

const DASHES = /[\u2010-\u2015\u2212\u30fc]/g;
const SEPARATORS = /[\s().\-_·]/g;
const MASKED = /^[+\d\s()-]*(?:[*•●○×■]+[\d\s()*•●○×■-]*|#{2,}[\d#\s-]*|[xX]{2,}[\dxX\s()-]*)$/;
const EXTENSION = /^((?:\+|00)?86-?)?(1[3-9]\d{9})(?:-|,|#|x|;?ext[.=]?|转分?机?号?|分机号?:?)(\d{1,6})$/i;
const OFFICE_EXTENSION = /^(0\d{2,3}-?\d{7,8})(?:-|#|x|转|分机)(\d{1,6})$/i;
const SCIENTIFIC = /^(\d)(?:\.(\d+))?e\+?(\d{1,2})$/i;
const THOUSANDS = /^\d{1,3}(,\d{3}){2,}$/;
const BETWEEN = /[/、,;|&或和]+/;
const FULL = /^(?:(?:\+|00)?86)?1[3-9]\d{9}$/;

/**
 * Numbers that are typed in place of one: valid by every plan, nobody's in fact. Beside these, every mainland number
 * whose last eight digits are all equal or a run (`12345678`, `87654321`).
 */
export const PLACEHOLDER_MOBILES: ReadonlySet<string> = new Set([
  ...['+8613800138000', '+8613888888888', '+8613000000000', '+8613900000000', '+8613333333333', '+8613666666666'],
  ...['+8618888888888', '+8618800000000', '+8613912345678', '+8613812345678'],
]);

function isPlaceholder(e164: string): boolean {
  if (PLACEHOLDER_MOBILES.has(e164)) return true;
  if (!e164.startsWith('+86')) return false;
  const tail = e164.slice(-8);
  return /^(\d)\1{7}$/.test(tail) || '0123456789'.includes(tail) || '9876543210'.includes(tail);
}

const real = (e164: string, country: string): Mobile =>
  isPlaceholder(e164) ? { status: 'placeholder', e164 } : { status: 'mobile', e164, country };

function byType(number: PhoneNumber): Mobile {
  const type = number.getType();
  if (!type || !number.isValid()) {
    return { status: 'invalid', reason: 'not_in_numbering_plan', candidate: number.number };
  }
  // Where a plan does not tell the two apart (North America), a number may be a person's.
  if (type !== 'MOBILE' && type !== 'FIXED_LINE_OR_MOBILE') return { status: 'landline', e164: number.number, type };
  if (number.ext) return { status: 'virtual', number: number.number, ext: number.ext };
  return real(number.number, number.country ?? '');
}

function parse(text: string, region: string): Mobile {
  const number = parsePhoneNumberFromString(text, {
    ...(isSupportedCountry(region) ? { defaultCountry: region } : {}),
    extract: false,
  });
  return number ? byType(number) : { status: 'invalid', reason: 'unparseable' };
}

/** Eleven digits that begin with 1, written with +86 or in a region where that can only be a mainland mobile. */
function mainland(national: string): Mobile {
  const candidate = `+86${national}`;
  if (IN_PLAN.test(national)) return real(candidate, 'CN');
  const known = parse(candidate, 'CN');
  if (known.status !== 'invalid') return known;
  if (MACHINE.test(national)) return { status: 'iot' };
  return MAY_COME.test(national) ? { status: 'prefix_unknown', candidate } : known;
}

/** The parts of a cell that holds several full numbers; one part where it holds one. */
function partsOf(text: string): string[] {
  const full = (parts: string[], fits: (digits: string) => boolean): boolean =>
    parts.length > 1 && parts.every((part) => fits(part.replace(SEPARATORS, '')));
  const clean = (parts: string[]): string[] => parts.map((part) => part.trim()).filter((part) => part !== '');
  const listed = clean(text.split(BETWEEN));
  if (full(listed, (digits) => (digits.match(/\d/g)?.length ?? 0) >= 7)) return listed;
  const spaced = clean(text.split(/\s+/));
  if (full(spaced, (digits) => FULL.test(digits))) return spaced;
  const dashed = clean(text.split('-'));
  return full(dashed, (digits) => FULL.test(digits)) ? dashed : [text];
}

/** A spreadsheet's `1.3900001234E+10` still holds every digit; anything shorter has lost some, or may have. */
function unrounded(text: string): string | null {
  const [, first = '', fraction = '', exponent = ''] = SCIENTIFIC.exec(text) ?? [];
  return fraction.length === Number(exponent) ? first + fraction : null;
}

function cleanNumber(raw: string): string {
  const text = tidyCell(raw)
    .replace(/^tel:/i, '')
    .replace(DASHES, '-')
    .replace(/^(\d+)\.0+$/, '$1');
  return THOUSANDS.test(text) ? text.replaceAll(',', '') : text;
}

function spoken(text: string, region: string): Mobile {
  const compact = text.replace(SEPARATORS, '');
  const [, code, national] = MAINLAND.exec(compact) ?? [];
  if (national && (code || HOME.has(region))) return mainland(national);
  if (MACHINE_LONG.test(compact)) return { status: 'iot' };
  const plain = /^\+?\d+$/.test(compact) ? compact : text;
  const found = parse(plain, region);
  // Read by the default region first, a bare 852… is no number at all: it lacks its plus.
  if (found.status === 'invalid' && HOME.has(region) && NEIGHBOUR.test(compact)) {
    const abroad = parse(`+${compact}`, region);
    return abroad.status === 'invalid' ? found : abroad;
  }
  return found;
}

/**
 * Types a number. `region` (ISO 3166, two letters) is where a number without a country code is from.
 * The regular expression answers for nearly all; libphonenumber-js with `max` metadata for the rest. Never throws.
 */
export function typeMobile(raw: string, region = 'CN'): Mobile {
  const [, code, national] = IN_PLAN.exec(raw) ?? [];
  if (national && (code || HOME.has(region))) return real(`+86${national}`, 'CN');
  if (raw.length > LONGEST) return { status: 'invalid', reason: 'unparseable' };
  const text = cleanNumber(raw);
  if (text === '') return { status: 'empty' };
  if (SCIENTIFIC.test(text)) {
    const digits = unrounded(text);
    return digits === null ? { status: 'lossy' } : spoken(digits, region);
  }
  const tight = text.replace(/\s/g, '');
  if (MASKED.test(text)) return { status: 'masked', masked: tight };
  const [, , number, ext] = EXTENSION.exec(tight) ?? [];
  if (number && ext) return { status: 'virtual', number: `+86${number}`, ext };
  const parts = partsOf(text);
  if (parts.length > 1) {
    const typed = parts.map((part) => typeMobile(part, region));
    const [first] = typed;
    const same = first && typed.every((one) => JSON.stringify(one) === JSON.stringify(first));
    return same && first.status === 'mobile' ? first : { status: 'multiple', parts };
  }
  return spoken(OFFICE_EXTENSION.exec(tight)?.[1] ?? text, region);
}

/** As `typeMobile`, for lookups, where `+` may have become a blank in a URL: the plain reading goes first. */
export function typeLookup(raw: string): Mobile {
  const plain = typeMobile(raw);
  if (plain.status === 'mobile' || !/^\s\d/.test(raw)) return plain;
  const abroad = typeMobile(`+${foldWidth(raw).trim()}`);
  return abroad.status === 'mobile' || abroad.status === 'landline' ? abroad : plain;
}
