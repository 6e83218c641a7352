/** Local date and time as a cell writes it; `offset` in minutes where the cell names one. */
export type Local = { day: string; clock: string; offset: number | null };

const DATE = String.raw`(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?`;
const HALF = '(上午|下午|[AaPp][Mm])?';
const HMS = String.raw`(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d{1,9})?)?[秒分]?`;
const CLOCK = String.raw`${HALF}\s*${HMS}\s*${HALF}`;
const ZONE = String.raw`\s*([Zz]|[+-]\d{2}:?\d{2})?`;
const WRITTEN = new RegExp(String.raw`^${DATE}(?:[Tt\s]\s*${CLOCK}${ZONE})?$`);
const TIME_ALONE = new RegExp(`^${CLOCK}$`);
const DIGITS = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/;

const two = (value: string | number): string => String(value).padStart(2, '0');

function dayOf(year = '', month = '', day = ''): string | null {
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const real = Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= last;
  return real ? `${year}-${two(month)}-${two(day)}` : null;
}

function clockOf(hour = '0', minute = '0', second = '0', half = ''): string | null {
  const late = /^(下午|pm)$/i.test(half);
  const h = half === '' ? Number(hour) : (Number(hour) % 12) + (late ? 12 : 0);
  const real = h <= 23 && Number(minute) <= 59 && Number(second) <= 59;
  return real ? `${two(h)}:${two(minute)}:${two(second)}` : null;
}

function offsetOf(text: string | undefined): number | null {
  if (!text) return null;
  if (/^z$/i.test(text)) return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return text.startsWith('-') ? -minutes : minutes;
}

/**
 * Reads `2026/3/1 9:05`, `2023.12.31`, `2026年3月1日`, `20260301`, `20260302013005`, RFC 3339, and 上午/下午/AM/PM as a
 * Chinese spreadsheet writes them. Year first only: 03/04/2026 says two things. Null for anything else and for days
 * that do not exist.
 */
export function readLocal(cell: string): Local | null {
  const run = DIGITS.exec(cell);
  if (run) {
    const day = dayOf(run[1], run[2], run[3]);
    const clock = clockOf(run[4], run[5], run[6]);
    return day && clock ? { day, clock, offset: null } : null;
  }
  const m = WRITTEN.exec(cell);
  if (!m) return null;
  const day = dayOf(m[1], m[2], m[3]);
  const clock = clockOf(m[5], m[6], m[7], m[4] ?? m[8]);
  return day && clock ? { day, clock, offset: offsetOf(m[9]) } : null;
}

/** A time of day alone, as `HH:MM:SS`; null where the cell is none. */
export function readClock(cell: string): string | null {
  const m = TIME_ALONE.exec(cell);
  return m ? clockOf(m[2], m[3], m[4], m[1] ?? m[5]) : null;
}

export function isTimeZone(name: string): boolean {
  try {
    return formatOf(name) !== null;
  } catch {
    return false;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  formats.set(zone, made);
  return made;
}

/** Offset of a zone from UTC at an instant, in minutes. */
function zoneOffset(zone: string, at: number): number {
  const name = formatOf(zone)
    .formatToParts(at)
    .find((part) => part.type === 'timeZoneName')?.value;
  return offsetOf(name?.slice(3)) ?? 0;
}

const CACHED = 4096;
const offsets = new Map<string, number>();

/** The offset that holds at a local time; in the hour a clock change repeats, the earlier instant's. */
function localOffset(local: Local, zone: string): number {
  const hour = `${zone} ${local.day} ${local.clock.slice(0, 2)}`;
  const known = offsets.get(hour);
  if (known !== undefined) return known;
  const asUtc = Date.parse(`${local.day}T${local.clock}Z`);
  const day = 86_400_000;
  const candidates = [zoneOffset(zone, asUtc - day), zoneOffset(zone, asUtc + day)];
  const holds = candidates.find((offset) => zoneOffset(zone, asUtc - offset * 60_000) === offset);
  const offset = holds ?? zoneOffset(zone, asUtc);
  if (offsets.size >= CACHED) offsets.clear();
  offsets.set(hour, offset);
  return offset;
}

const signed = (offset: number): string =>
  `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;

/** RFC 3339 with offset, in the zone unless the cell named an offset of its own. */
export function rfc3339(local: Local, zone: string): string {
  return `${local.day}T${local.clock}${signed(local.offset ?? localOffset(local, zone))}`;
}

/**
 * The business day of a local time: a day that ends at 06:00 takes the hours before it from the next date,
 * one that ends at 22:00 gives the hours from then on to the next date.
 */
export function businessDay(local: Local, zone: string, dayEndsAt: string): string {
  const here = local.offset === null ? local : inZone(local, zone);
  const clock = here.clock.slice(0, 5);
  const shift = dayEndsAt > '12:00' ? Number(clock >= dayEndsAt) : -Number(clock < dayEndsAt);
  if (shift === 0) return here.day;
  return new Date(Date.parse(`${here.day}T00:00:00Z`) + shift * 86_400_000).toISOString().slice(0, 10);
}

function inZone(local: Local, zone: string): Local {
  const at = Date.parse(`${local.day}T${local.clock}${signed(local.offset ?? 0)}`);
  const shown = new Date(at + zoneOffset(zone, at) * 60_000).toISOString();
  return { day: shown.slice(0, 10), clock: shown.slice(11, 19), offset: null };
}

/** A birthday as `YYYY-MM-DD`, or `--MM-DD` where no year was given; null where the cell is no date. */
export function readBirthday(cell: string): string | null {
  const full = readLocal(cell);
  if (full) return full.day;
  const m = /^(?:--)?(\d{1,2})[-/.月](\d{1,2})日?$/.exec(cell);
  // A leap year as measure: 29 February is a birthday.
  const day = m && dayOf('2000', m[1], m[2]);
  return day ? `-${day.slice(4)}` : null;
}
