import { parseTime } from '../schemas/event.ts';

/** Times as China's platforms write them, to RFC 3339. Mainland time is +08:00 all the year, since 1992 always. */
const BEIJING_MS = 8 * 3_600_000;
const LAST_MS = Date.UTC(9999, 11, 31);
const LOCAL = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.\d+)?$/;
const WEIBO = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}:\d{2}:\d{2}) ([+-]\d{2}):?(\d{2}) (\d{4})$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Beyond this an epoch is in ms: in seconds it would be the year 5138. */
const MS_FROM = 1e11;

/** A time that the calendar has; null otherwise. */
const real = (time: string): string | null => (Number.isNaN(parseTime(time)) ? null : time);

/** Epoch ms to RFC 3339 with +08:00, to the second; null outside the years 1970 to 9999. */
export function beijingTime(ms: number): string | null {
  if (!(ms >= 0 && ms < LAST_MS)) return null;
  return `${new Date(ms + BEIJING_MS).toISOString().slice(0, 19)}+08:00`;
}

/** An epoch as digits, in s or in ms by its size, to ms; NaN for anything else. */
export function epochMs(text: string): number {
  if (!/^\d{1,15}$/.test(text)) return Number.NaN;
  const epoch = Number(text);
  return epoch >= MS_FROM ? epoch : epoch * 1000;
}

/** `2026-03-02 12:30:00` of a clock in China; null for anything else. */
export function localTime(text: string): string | null {
  const [, date, time] = LOCAL.exec(text) ?? [];
  return real(`${date}T${time}+08:00`);
}

/** Weibo's `Mon Jul 16 18:09:20 +0800 2012`, read by hand: the form is no part of what ECMAScript promises to parse. */
export function weiboTime(text: string): string | null {
  const [, month = '', day = '', time, hours, minutes, year] = WEIBO.exec(text) ?? [];
  const number = MONTHS.indexOf(month) + 1;
  if (number === 0) return null;
  return real(`${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}T${time}${hours}:${minutes}`);
}
