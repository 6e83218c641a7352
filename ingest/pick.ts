/** Reads from data of unknown shape: whatever is not there, or not of the kind asked for, is simply empty. */
export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands at a path of own keys; undefined where the path ends early. */
export function valueAt(root: unknown, ...path: readonly string[]): unknown {
  let value = root;
  for (const key of path) {
    if (!isFields(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

export function fieldsAt(root: unknown, ...path: readonly string[]): Fields {
  const value = valueAt(root, ...path);
  return isFields(value) ? value : {};
}

/** Text without outer blanks; a number as its digits; the empty string for all else. */
export function textAt(root: unknown, ...path: readonly string[]): string {
  const value = valueAt(root, ...path);
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

/** A list as it is; one element alone as a list of one, as XML and some APIs write it. */
export function listAt(root: unknown, ...path: readonly string[]): unknown[] {
  const value = valueAt(root, ...path);
  if (Array.isArray(value)) return value;
  return value === undefined || value === null || value === '' ? [] : [value];
}

/** The first of some texts that is not empty. */
export const firstOf = (...texts: readonly string[]): string => texts.find((text) => text !== '') ?? '';

/** True for `true`, `1` and their text forms. */
export const isTrue = (value: unknown): boolean => value === true || value === 1 || value === 'true' || value === '1';

/** Leaves out what says nothing: empty texts, null, undefined, maps and lists without content. */
export function filled(fields: Fields): Fields {
  const says = (value: unknown): boolean =>
    value !== null &&
    value !== undefined &&
    value !== '' &&
    !(typeof value === 'object' && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => says(value)));
}

/** `EventKey` → `event_key`, `MsgID` → `msg_id`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replace(/_+/g, '_');
}

/** Fields under the names that properties have: `EventKey` → `event_key`. */
export const snakeKeys = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [snakeCase(name), value]));

/** Texts without the empty ones. */
export const filledTexts = (texts: Record<string, string | null | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).flatMap(([name, text]) => (text ? [[name, text]] : [])));

/** The type of an event that has none of ours: `custom:<channel>.<as the platform calls it>`. */
export const customType = (channel: string, sent: string): string =>
  `custom:${channel}.${sent.replace(/\s+/g, '_').slice(0, 100)}`;

/** Any Chinese character. */
export const HAN = /\p{Script=Han}/u;

/** First and last name as they are said: surname first and without a blank in Chinese, `First Last` in all others. */
export function fullName(person: Fields): string {
  const [first, last] = [textAt(person, 'first_name'), textAt(person, 'last_name')];
  return HAN.test(first + last) ? last + first : [first, last].filter((part) => part !== '').join(' ');
}

/** A transaction of WeChat Pay has 28 digits beginning with 4 or 1. What others write is unique in no network. */
export const WECHAT_PAYMENT = /^[14]\d{27}$/;
