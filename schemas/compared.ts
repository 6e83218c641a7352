import { isStandIn, LATIN, namePinyin, plainName, SYLLABLES, splitName, TITLE } from './names.ts';

/**
 * What of a customer is compared with others where no strong identifier is shared: a text for each slot, several values
 * of a slot side by side. Only ever held sealed, all slots of a customer as one text.
 */
export const SLOTS = ['name', 'birthday', 'mobile', 'email', 'place', 'address'] as const;
export type Slot = (typeof SLOTS)[number];
export type Compared = Record<Slot, readonly string[]>;

/** Between the slots, between the values of one, and between the parts of a value. */
const BETWEEN_SLOTS = '\n';
const BETWEEN_VALUES = '\u001f';
export const BETWEEN_PARTS = '\t';
/** Values of one slot that are compared; a customer with more is compared by the first ones. */
const MAX_VALUES = 4;
const MAX_LENGTH = 120;

/** One text per slot, in the order of SLOTS. */
export function slotTexts(compared: Compared): string[] {
  return SLOTS.map((slot) =>
    [...new Set(compared[slot])]
      .filter((value) => value !== '')
      .slice(0, MAX_VALUES)
      .map((value) => value.slice(0, MAX_LENGTH))
      .join(BETWEEN_VALUES),
  );
}

export const joinSlots = (texts: readonly string[]): string => texts.join(BETWEEN_SLOTS);
export const cutSlots = (text: string): string[] => text.split(BETWEEN_SLOTS);
export const cutValues = (text: string): string[] => (text === '' ? [] : text.split(BETWEEN_VALUES));
export const cutParts = (value: string): string[] => value.split(BETWEEN_PARTS);

/** Control characters would be taken for what stands between slots, values and parts. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the point
const clean = (text: string): string => text.replace(/[\u0000-\u001f]/g, ' ');

/** Surnames as people write them in letters, where both words of a name could be one. */
const SPOKEN = new Set(
  (
    'wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song ' +
    'tang deng han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei ' +
    'su lu ding ren yao shen zhong cui tan'
  ).split(' '),
);

/**
 * Surname and given name as they are written, then both as they sound in letters, with a tab between; empty where the
 * name says nothing. Of a surname with a title the given name is empty; a single Latin word is a given name.
 */
export function nameForm(name: string): string {
  if (isStandIn(name)) return '';
  const folded = clean(name).normalize('NFKC').trim();
  const split = splitName(folded.replace(TITLE, ''));
  if (split) {
    const syllables = namePinyin(split.surname + split.given);
    const surname = syllables.slice(0, split.surname.length).join('');
    return [split.surname, split.given, surname, syllables.slice(split.surname.length).join('')].join(BETWEEN_PARTS);
  }
  const plain = plainName(folded);
  return LATIN.test(plain) ? latinForm(plain) : ['', plain, '', plain].join(BETWEEN_PARTS);
}

function latinForm(plain: string): string {
  const words = plain.split(/[ .,]+/).flatMap((word) => word.replace(/['’-]/g, '') || []);
  const [first = ''] = words;
  const last = words[words.length - 1] ?? '';
  if (words.length < 2) return ['', first, '', first].join(BETWEEN_PARTS);
  const romanised = words.every((word) => SYLLABLES.test(word));
  const leads = (romanised && SPOKEN.has(first) && !SPOKEN.has(last)) || /^[^ ]+,/.test(plain);
  const [surname, given] = leads ? [first, words.slice(1).join('')] : [last, words.slice(0, -1).join('')];
  return [surname, given, surname, given].join(BETWEEN_PARTS);
}

/** YYYYMMDD of YYYY-MM-DD; the year is 0000 of --MM-DD. */
export function birthdayForm(birthday: string): string {
  const full = /^(\d{4}|-)-(\d\d)-(\d\d)$/.exec(birthday);
  return full ? [full[1] === '-' ? '0000' : full[1], full[2], full[3]].join('') : '';
}

/** Digits of an E.164 number, without the 86 of a Chinese one. */
export const mobileForm = (e164: string): string => e164.replace(/\D/g, '').replace(/^86(?=1\d{10}$)/, '');

/**
 * An e-mail; marked where its local part is made of one of the names (as `nameForm` gives them), since then the same
 * local part elsewhere says no more than the name does.
 */
export function emailForm(email: string, names: readonly string[] = []): string {
  const plain = clean(email).trim().toLowerCase();
  const local = plain.slice(0, plain.lastIndexOf('@'));
  const named = names.some((name) => {
    const [, , surname = '', given = ''] = cutParts(name);
    return given.length >= 2 && local.includes(given) && local.includes(surname);
  });
  return named ? [plain, 'n'].join(BETWEEN_PARTS) : plain;
}

/** A city as people say it, and its district where that is known. */
export function placeForm(city: string, district = ''): string {
  const short = (text: string): string =>
    clean(text)
      .normalize('NFKC')
      .trim()
      .toLowerCase()
      .replace(/[市区县]$/, '');
  if (short(city) === '') return '';
  return short(district) === '' ? short(city) : [short(city), short(district)].join(BETWEEN_PARTS);
}

export const addressForm = (address: string): string => plainName(clean(address)).replace(/ /g, '');
