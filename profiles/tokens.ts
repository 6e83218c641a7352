import { namePinyin, plainName, splitName } from '../schemas/names.ts';
import type { Ring } from '../schemas/ring.ts';

/**
 * What the search box may ask: keyed hashes of names (whole, surname, pinyin, initials; simplified and traditional
 * alike) and of parts of numbers (the last 4 to 8 digits, the first 3 with the last 4). Searching hashes keeps the
 * store free of names.
 */
const TAILS = [4, 5, 6, 7, 8];
/** A number takes some 700 bytes, and a few hashes where it is not here. */
const MAX_CACHED = 10_000;

export type Tokens = {
  ofName(name: string): string[];
  /** By node, so that the number behind it is opened once. */
  ofNumber(node: string, e164: () => string): string[];
  /** The groups a search text asks for: a customer must bear a token of each. Empty: nothing to search by. */
  ofText(text: string): string[][];
};

/** Latin names are found by each of their words, Chinese names by surname, pinyin and its initials. */
function nameForms(name: string): string[] {
  const plain = plainName(name);
  const words = plain.split(/[ .,'’-]+/).filter(Boolean);
  const split = splitName(name);
  const syllables = split ? namePinyin(name) : [];
  return [
    plain,
    ...words,
    ...(split ? [split.surname] : []),
    ...(split && split.given.length >= 1 ? [split.given] : []),
    ...(syllables.length > 0 ? [syllables.join(''), syllables.map((one) => one[0] ?? '').join('')] : []),
  ];
}

export function makeTokens(ring: Ring): Tokens {
  const cache = new Map<string, string[]>();
  const cached = (key: string, make: () => string[]): string[] => {
    const known = cache.get(key);
    if (known) return known;
    if (cache.size >= MAX_CACHED) cache.clear();
    const made = [...new Set(make())];
    cache.set(key, made);
    return made;
  };
  const name = (form: string): string => ring.hash('token:name', form);
  const number = (form: string): string => ring.hash('token:number', form);
  return {
    ofName: (text) => cached(`n${text}`, () => nameForms(text).map(name)),
    ofNumber: (node, e164) =>
      cached(`m${node}`, () => {
        const digits = e164()
          .replace(/\D/g, '')
          .replace(/^86(?=1\d{10}$)/, '');
        const tails = TAILS.filter((size) => digits.length >= size).map((size) => digits.slice(-size));
        return [...tails, `${digits.slice(0, 3)}~${digits.slice(-4)}`, digits].map(number);
      }),
    ofText: (text) => {
      const folded = text.normalize('NFKC').trim();
      const ends = /^(\d{3})[*\s~.…-]+(\d{4})$/.exec(folded);
      if (ends) return [[number(`${ends[1]}~${ends[2]}`)]];
      const digits = folded.replace(/[\s+()-]/g, '');
      if (/^\d{4,}$/.test(digits)) return [[number(digits.replace(/^(?:0086|86)(?=1\d{10}$)/, ''))]];
      const plain = plainName(folded);
      if (plain === '') return [];
      const words = plain.split(/[ .,'’-]+/).filter(Boolean);
      return [
        [
          name(plain),
          name(plain.replace(/ /g, '')),
          ...(words.length > 1 ? [name([...words.slice(1), words[0]].join(''))] : []),
        ],
      ];
    },
  };
}
