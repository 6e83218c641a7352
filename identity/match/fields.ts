/**
 * What is compared, and the levels at which two values may agree: 0 is the best, the last is "they differ". A level
 * with `common` counts for less where the value is common (term frequency): the number says which code of the value.
 */
export type Level = { name: string; common?: number };
export type FieldKind = 'surname' | 'given' | 'order' | 'date' | 'number' | 'email' | 'place' | 'address' | 'code';

/** Several fields may look at one slot: surname, given name and their order at that of names. */
export type Field = { name: string; kind: FieldKind; slot: number };

const DIFFERENT: Level = { name: 'different' };
const WORD: readonly Level[] = [
  { name: 'same', common: 0 },
  { name: 'same_sound', common: 1 },
  { name: 'near' },
  { name: 'like' },
  { name: 'part' },
  DIFFERENT,
];

export const LEVELS: Record<FieldKind, readonly Level[]> = {
  surname: WORD,
  given: WORD,
  order: [{ name: 'same' }, { name: 'swapped' }],
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
  email: [{ name: 'same' }, { name: 'same_local_part' }, { name: 'near' }, { name: 'like' }, DIFFERENT],
  place: [
    { name: 'same_district', common: 0 },
    { name: 'same', common: 1 },
    { name: 'near' },
    { name: 'like' },
    DIFFERENT,
  ],
  address: [{ name: 'same' }, { name: 'near' }, { name: 'like' }, DIFFERENT],
  code: [{ name: 'same', common: 0 }, { name: 'one_digit_off' }, DIFFERENT],
};

/** How many codes of a value a kind has, for the levels that ask how common it is. */
export const CODES: Record<FieldKind, number> = {
  surname: 2,
  given: 2,
  order: 0,
  date: 1,
  number: 0,
  email: 0,
  place: 2,
  address: 0,
  code: 1,
};
