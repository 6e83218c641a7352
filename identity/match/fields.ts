/**
 * What is compared, and the levels at which two values may agree: 0 is the best, the last is "they differ". A level
 * with `common` counts for less where the value is common (term frequency): the number says which code of the value.
 * With `typo` a rare value does not count for more: of two misspellings of London each is rare.
 */
export type Level = { name: string; common?: number; typo?: true };
export type FieldKind = 'surname' | 'given' | 'date' | 'number' | 'email' | 'place' | 'address' | 'code';

/** Several fields may look at one slot: surname and given name at that of names. */
export type Field = { name: string; kind: FieldKind; slot: number };

const DIFFERENT: Level = { name: 'different' };
const WORD: readonly Level[] = [
  { name: 'same', common: 0 },
  { name: 'same_sound', common: 1 },
  { name: 'near', common: 1, typo: true },
  { name: 'like', common: 1, typo: true },
  { name: 'part', common: 1, typo: true },
  DIFFERENT,
];

export const LEVELS: Record<FieldKind, readonly Level[]> = {
  surname: WORD,
  given: WORD,
  date: [
    { name: 'same', common: 0 },
    { name: 'one_digit_off' },
    { name: 'two_parts_same' },
    { name: 'within_a_month' },
    { name: 'within_a_year' },
    { name: 'within_ten_years' },
    DIFFERENT,
  ],
  number: [{ name: 'same' }, { name: 'one_digit_off' }, { name: 'same_end' }, DIFFERENT],
  email: [{ name: 'same' }, { name: 'near' }, { name: 'same_local_part' }, { name: 'like' }, DIFFERENT],
  place: [
    { name: 'same_district', common: 0 },
    { name: 'same', common: 1 },
    { name: 'near', common: 1, typo: true },
    { name: 'like', common: 1, typo: true },
    DIFFERENT,
  ],
  address: [{ name: 'same' }, { name: 'near' }, { name: 'like' }, DIFFERENT],
  code: [{ name: 'same', common: 0 }, { name: 'one_digit_off' }, DIFFERENT],
};

/** How many codes of a value a kind has, for the levels that ask how common it is. */
export const CODES: Record<FieldKind, number> = {
  surname: 2,
  given: 2,
  date: 1,
  number: 0,
  email: 0,
  place: 2,
  address: 0,
  code: 1,
};
