import { CLEAR_TRAITS, PRIVATE_TRAITS } from '../schemas/customer.ts';

/**
 * What a key without `pii:read` sees in place of a value: CONTRACT §5, Mask. Pure; every function takes the clear value
 * and gives the shown one. At least four characters of a number stay hidden, whatever its length.
 */
export const HIDDEN = '***';
const STARS = '****';

/** ITU-T E.164 country codes: one digit for 1 and 7, these pairs, three digits for all others. */
const COUNTRY = /^\+(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})(\d{6,})$/;

/** First characters and last ones of a number, with never fewer than four hidden between. */
function ends(text: string, first: number, last: number): string {
  const tail = Math.max(0, Math.min(last, text.length - 4));
  const head = Math.max(0, Math.min(first, text.length - tail - 4));
  return `${text.slice(0, head)}${STARS}${tail === 0 ? '' : text.slice(-tail)}`;
}

/** `+8613900001234` to `+86139****1234`; shorter national numbers show fewer of their first digits. */
export function maskPhone(value: string): string {
  const found = COUNTRY.exec(value);
  const [, country = '', national = ''] = found ?? [];
  return found ? `+${country}${ends(national, 3, 4)}` : ends(value.replace('+', ''), /^\d{11}$/.test(value) ? 3 : 0, 4);
}

/** `siyuan@example.cn` to `s***@example.cn`. */
export function maskEmail(value: string): string {
  const at = value.lastIndexOf('@');
  if (at < 1) return HIDDEN;
  return `${[...value][0] ?? ''}${HIDDEN}${value.slice(at)}`;
}

/** `M0000008901` to `****8901`. */
export function maskCard(value: string): string {
  return ends(value, 0, 4);
}

/** `陈思远` to `陈**`; a character outside the BMP stays whole. */
export function maskName(value: string): string {
  const [first = ''] = [...value.trim()];
  return `${first}**`;
}

/** `1990-05-12` to `1990-**-**`. */
export function maskBirthday(value: string): string {
  const year = /^(\d{4}|-)-\d{2}-\d{2}$/.exec(value)?.[1];
  return year === undefined ? HIDDEN : `${year}-**-**`;
}

const PROVINCES = [
  ...['北京', '天津', '上海', '重庆', '河北', '山西', '辽宁', '吉林', '黑龙江', '江苏', '浙江', '安徽', '福建'],
  ...['江西', '山东', '河南', '湖北', '湖南', '广东', '海南', '四川', '贵州', '云南', '陕西', '甘肃', '青海'],
  ...['台湾', '内蒙古', '广西', '西藏', '宁夏', '新疆', '香港', '澳门'],
].join('|');
const RANK_OF_PROVINCE = '(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?';
const PROVINCE = new RegExp(`^\\s*(?:中国\\s*)?(?:${PROVINCES})${RANK_OF_PROVINCE}[\\s,，]*`, 'u');
/** Names of places run up to their rank; a road or a village among them is a street already, and stays hidden. */
const PLACE = '\\p{Script=Han}(?:(?![区县旗路街道巷弄村镇乡号])\\p{Script=Han}){0,9}?';
const CITY = new RegExp(`^${PLACE}(?:市|自治州|地区|盟)[\\s,，]*`, 'u');
/** A 小区 or 园区 is an estate, not a district: with it the street would be told. */
const DISTRICT = new RegExp(`^${PLACE}(?:(?<![小社园校厂景街片院库营军])区|县|旗|市)`, 'u');

/** Province, city and district stay where the address starts with a province; the rest is hidden. */
export function maskAddress(value: string): string {
  const province = PROVINCE.exec(value)?.[0];
  if (province === undefined) return HIDDEN;
  let rest = value.slice(province.length);
  const city = CITY.exec(rest)?.[0] ?? '';
  rest = rest.slice(city.length);
  const district = DISTRICT.exec(rest)?.[0] ?? '';
  rest = rest.slice(district.length);
  return rest.trim() === '' ? value : `${province}${city}${district}${HIDDEN}`;
}

/** Something that reads like an address of mail or like a long number, in a text of any other kind. */
const EMAIL_INSIDE = /[^\s@<>"',;:，；：]+@[\w-]+(?:\.[\w-]+)+/g;
const NUMBER_INSIDE = /\+?\d(?:[ -]?\d){6,}[xX]?/g;

/** Hides e-mail addresses and numbers of seven digits or more inside a text, and leaves the rest readable. */
export function maskText(value: string): string {
  return value.replace(EMAIL_INSIDE, HIDDEN).replace(NUMBER_INSIDE, HIDDEN);
}

const BY_KIND: Record<string, (value: string) => string> = {
  mobile: maskPhone,
  remark_mobile: maskPhone,
  virtual_mobile: maskPhone,
  landline: maskPhone,
  email: maskEmail,
  member_card: maskCard,
};
const MOBILE = /^(?:\+?86)?1[3-9]\d{9}$/;
/** Kinds whose values a shop makes up itself: now and then it makes them of the number or the address of mail. */
const OWN = /^(?:user_id|device|cookie|x_.*)$/;

/** The value of an identifier of this kind; platform ids are shown. */
export function maskIdentifier(kind: string, value: string): string {
  const mask = Object.hasOwn(BY_KIND, kind) ? BY_KIND[kind] : undefined;
  if (mask) return mask(value);
  if (!OWN.test(kind)) return value;
  if (MOBILE.test(value)) return maskPhone(value);
  return /^[^@\s]+@[^@\s]+$/.test(value) ? maskEmail(value) : value;
}

const BY_TRAIT: Record<string, (value: string) => string> = {
  name: maskName,
  nickname: maskName,
  email: maskEmail,
  mobile: maskPhone,
  phone: maskPhone,
  address: maskAddress,
  birthday: maskBirthday,
  birth_month_day: () => '**-**',
};

/** The value of a trait: the private ones by their own form, in all others only what reads like a number or mail. */
export function maskTrait<T>(name: string, value: T): T | string {
  if (value === null || typeof value === 'boolean') return value;
  const mask = Object.hasOwn(BY_TRAIT, name) ? BY_TRAIT[name] : undefined;
  const text = String(value);
  if (mask) return mask(text);
  if (PRIVATE_TRAITS.has(name)) return HIDDEN;
  if (CLEAR_TRAITS.has(name) || (typeof value === 'number' && !MOBILE.test(text))) return value;
  const shown = maskText(text);
  return shown === text ? value : shown;
}
