import { cutParts, cutValues, SLOTS, type Slot } from '../schemas/compared.ts';
import type { Ring } from '../schemas/ring.ts';

/**
 * Which customers are worth comparing: those that share a block. A block is a keyed hash of a few things that two
 * records of one person still have in common after a typo, a move, a new number or another script. Names go in as they
 * sound, and each of their words by itself, since surname and given name change places.
 */
const MAX_BLOCKS = 24;
/** A shorter local part of an e-mail is many people's. */
const LOCAL = 5;
const ADDRESS = 8;

/** The texts that are hashed, of one text per slot. */
export function blockTexts(texts: readonly string[]): string[] {
  const values = (slot: Slot): string[] => cutValues(texts[SLOTS.indexOf(slot)] ?? '');
  const names = values('name').map((name) => cutParts(name).slice(2));
  const birthdays = values('birthday');
  const cities = values('place').map((place) => cutParts(place)[0] ?? '');
  const found: string[] = [];
  for (const words of names) {
    const known = words.filter((word) => word !== '');
    const whole = known.length > 1 ? [...known].sort().join(' ') : '';
    for (const birthday of birthdays) {
      for (const word of known) found.push(`wb ${word} ${birthday}`);
      if (whole !== '' && !birthday.startsWith('0000')) found.push(`ny ${whole} ${birthday.slice(0, 4)}`);
    }
    if (whole !== '') for (const city of cities) found.push(`nc ${whole} ${city}`);
    for (const mobile of values('mobile')) {
      for (const word of known) found.push(`tw ${word} ${mobile.slice(-4)}`, `hw ${word} ${mobile.slice(0, 7)}`);
    }
  }
  for (const mobile of values('mobile')) {
    found.push(`t ${mobile.slice(-8)}`);
    for (const birthday of birthdays) found.push(`tb ${mobile.slice(-4)} ${birthday}`);
  }
  for (const value of values('email')) {
    const [email = ''] = cutParts(value);
    const local = email.slice(0, Math.max(0, email.lastIndexOf('@')));
    found.push(local.length >= LOCAL ? `l ${local}` : `e ${email}`);
  }
  for (const address of values('address')) if (address.length >= ADDRESS) found.push(`a ${address}`);
  return [...new Set(found)].slice(0, MAX_BLOCKS);
}

/** Blocks as ClickHouse takes a UInt64: decimal digits, in ascending order. */
export function blocksOf(texts: readonly string[], ring: Ring): string[] {
  return blockTexts(texts)
    .map((text) => Buffer.from(ring.hash('block', text), 'base64url').readBigUInt64BE())
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .map(String);
}
