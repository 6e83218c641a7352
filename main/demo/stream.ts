import { FATES as ALL_FATES, type Fate, REASONS } from '../../schemas/fate.ts';
import type { Client } from './client.ts';
import type { Delivery, Stop } from './delivery.ts';
import { DemoError } from './failure.ts';
import { type Paint, pad, table } from './text.ts';
import { CHANNELS, FATES, say } from './words.ts';

/** Sends what there is to send, one after the other, and tells what became of each. */
export type Teller = { client: Client; out(text: string): void; paint: Paint };
/** `accepted`, `ignored total_row`, … to how many. */
type Counts = Map<string, number>;
type Outcome = { counts: Counts; refused: string | null };

export async function sendAll(teller: Teller, stops: readonly Stop[], stopped: () => boolean): Promise<void> {
  for (const stop of stops) {
    const { out, paint } = teller;
    const place = `${stop.channel}/${stop.source}`;
    out(`  ${paint.strong(say(CHANNELS, stop.channel))}  ${paint.faint(place)}`);
    for (const delivery of stop.deliveries) {
      if (stopped()) return;
      const outcome = await send(teller.client, place, delivery);
      out(`    ${line(delivery, outcome, paint)}`);
    }
  }
}

async function send(client: Client, place: string, delivery: Delivery): Promise<Outcome> {
  if (delivery.to === 'events') {
    const results = await client.events(delivery.events);
    return { counts: count(results.map(({ fate, reason }) => [fate, reason ?? null, 1])), refused: null };
  }
  if (delivery.to === 'import') {
    const { fates, reasons, state } = await client.importFile(place, delivery.file, delivery.body);
    if (state !== 'done') throw new DemoError(`the import of ${delivery.file} is ${state}`);
    return { counts: rowCounts(fates, reasons), refused: null };
  }
  const before = await fatesOf(client, place);
  const refused = await client.door(place, delivery);
  if ((refused !== null) !== (delivery.refused === true)) {
    throw new DemoError(
      `${place} ${refused === null ? 'took' : `refused (${refused})`} what it should not: ${delivery.en}`,
    );
  }
  const after = await fatesOf(client, place);
  const counts = [...after].map(([fate, of]): [string, number] => [fate, of - (before.get(fate) ?? 0)]);
  return { counts: new Map(counts.filter(([, of]) => of > 0)), refused };
}

/** Each reason belongs to one fate: what an import tells apart is told together. */
function rowCounts(fates: Readonly<Partial<Record<Fate, number>>>, reasons: Readonly<Record<string, number>>): Counts {
  const found = ALL_FATES.flatMap((fate) => {
    const mine = Object.entries(reasons).filter(([reason]) => REASONS[fate].some((one) => one === reason));
    const rest = mine.reduce((left, [, of]) => left - of, fates[fate] ?? 0);
    return [[fate, null, rest] as const, ...mine.map(([reason, of]) => [fate, reason, of] as const)];
  });
  return count(found.filter(([, , of]) => of > 0));
}

function count(found: readonly (readonly [string, string | null, number])[]): Counts {
  const counts: Counts = new Map();
  for (const [fate, reason, of] of found) {
    const name = reason === null ? fate : `${fate} ${reason}`;
    counts.set(name, (counts.get(name) ?? 0) + of);
  }
  return counts;
}

async function fatesOf(client: Client, place: string): Promise<Counts> {
  const mine = (await client.fates()).filter(({ channel, source }) => `${channel}/${source}` === place);
  return count(mine.map(({ fate, reason, count: of }) => [fate, reason, of]));
}

const ZH = 26;
const EN = 43;

function line({ zh, en }: Delivery, { counts, refused }: Outcome, paint: Paint): string {
  const told =
    refused === null
      ? [...counts].map(([fate, of]) => fateText(fate, of, paint)).join(' · ')
      : paint.bad(`拒绝 refused ${refused}`);
  return `${pad(zh, ZH)}${paint.faint(pad(en, EN))}${told}`;
}

function fateText(told: string, of: number, paint: Paint): string {
  const [fate = '', reason] = told.split(' ');
  const colour = fate === 'accepted' ? paint.good : fate === 'dead-letter' ? paint.bad : paint.odd;
  return colour(`${say(FATES, fate)} ${of}`) + (reason === undefined ? '' : paint.faint(` ${reason}`));
}

/** All fates by source, as `/v1/fates` tells them. */
export async function tellFates({ client, out, paint }: Teller): Promise<void> {
  const places = new Map<string, Counts>();
  for (const { channel, source, fate, count: of } of await client.fates()) {
    const place = `${channel}/${source}`;
    const counts = places.get(place) ?? new Map();
    places.set(place, counts.set(fate, (counts.get(fate) ?? 0) + of));
  }
  const names = [...FATES.keys()];
  const head = ['', ...names.map((fate) => say(FATES, fate))].map((text) => paint.faint(text));
  const rows = [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([place, counts]) => {
      const cells = names.map((fate) => String(counts.get(fate) ?? '·'));
      return [place, ...cells];
    });
  for (const row of table([head, ...rows])) out(row);
}
