import { FATES as ALL_FATES, type Fate, REASONS } from '../../schemas/fate.ts';
import type { Client } from './client.ts';
import { type Paint, table } from './text.ts';
import { CAME, FATES, say } from './words.ts';

/** `accepted`, `ignored total_row`, … to how many. */
export type Counts = ReadonlyMap<string, number>;
/** By source, what came and in which way. */
export type Came = Map<string, Map<string, number>>;

export function add(came: Came, place: string, way: string, many: number): void {
  const ways = came.get(place) ?? new Map<string, number>();
  if (many > 0) came.set(place, ways.set(way, (ways.get(way) ?? 0) + many));
}

export function count(found: readonly (readonly [string, string | null, number])[]): Counts {
  const counts = new Map<string, number>();
  for (const [fate, reason, of] of found) {
    const name = reason === null ? fate : `${fate} ${reason}`;
    counts.set(name, (counts.get(name) ?? 0) + of);
  }
  return counts;
}

/** Each reason belongs to one fate: what an import tells apart is told together. */
export function rowCounts(
  fates: Readonly<Partial<Record<Fate, number>>>,
  reasons: Readonly<Record<string, number>>,
): Counts {
  const found = ALL_FATES.flatMap((fate) => {
    const mine = Object.entries(reasons).filter(([reason]) => REASONS[fate].some((one) => one === reason));
    const rest = mine.reduce((left, [, of]) => left - of, fates[fate] ?? 0);
    return [[fate, null, rest] as const, ...mine.map(([reason, of]) => [fate, reason, of] as const)];
  });
  return count(found.filter(([, , of]) => of > 0));
}

export async function fatesOf(client: Client, place: string): Promise<Counts> {
  const mine = (await client.fates()).filter(({ channel, source }) => `${channel}/${source}` === place);
  return count(mine.map(({ fate, reason, count: of }) => [fate, reason, of]));
}

/** What the counts have grown by. */
export function grown(before: Counts, after: Counts): Counts {
  const found = [...after].map(([fate, of]): [string, number] => [fate, of - (before.get(fate) ?? 0)]);
  return new Map(found.filter(([, of]) => of > 0));
}

export function fateTexts(counts: Counts, paint: Paint): string {
  const texts = [...counts].map(([told, of]) => {
    const [fate = '', reason] = told.split(' ');
    const colour = fate === 'accepted' ? paint.good : fate === 'dead-letter' ? paint.bad : paint.odd;
    return colour(`${say(FATES, fate)} ${of}`) + (reason === undefined ? '' : paint.faint(` ${reason}`));
  });
  return texts.join(' · ');
}

const split = (told: string): [zh: string, en: string] => {
  const at = told.indexOf(' ');
  return [told.slice(0, at), told.slice(at + 1)];
};

/** What came to each source, and all fates, as `/v1/fates` tells them. */
export async function fatesTable(client: Client, came: Came, paint: Paint): Promise<string[]> {
  const places = new Map<string, Map<string, number>>();
  for (const { channel, source, fate, count: of } of await client.fates()) {
    const place = `${channel}/${source}`;
    const counts = places.get(place) ?? new Map<string, number>();
    places.set(place, counts.set(fate, (counts.get(fate) ?? 0) + of));
  }
  const names = [...FATES.keys()];
  const heads = [['', ''], split('来了什么 what came'), ...names.map((fate) => split(say(FATES, fate)))];
  const rows = [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([place, counts]) => {
      const ways = [...(came.get(place) ?? [])].map(([way, many]) => `${many} ${say(CAME, way)}`);
      return [place, paint.faint(ways.join(' · ')), ...names.map((fate) => String(counts.get(fate) ?? '·'))];
    });
  return table([heads.map(([zh = '']) => paint.faint(zh)), heads.map(([, en = '']) => paint.faint(en)), ...rows]);
}
