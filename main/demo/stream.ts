import type { Client } from './client.ts';
import type { Delivery, Stop } from './delivery.ts';
import { DemoError } from './failure.ts';
import { add, type Came, type Counts, count, fatesOf, fateTexts, grown, rowCounts } from './fates.ts';
import type { StandIn } from './stand-in/server.ts';
import { type Paint, pad } from './text.ts';
import { CHANNELS, say } from './words.ts';

/** Sends what there is to send, one after the other, and tells what became of each. */
export type Teller = { client: Client; standIn: StandIn; came: Came; out(text: string): void; paint: Paint };
/** `many`: requests, lines of a file, events, or records read. */
type Outcome = { counts: Counts; refused: string | null; many: number };

export async function sendAll(teller: Teller, stops: readonly Stop[], stopped: () => boolean): Promise<void> {
  for (const stop of stops) {
    const { out, paint, came } = teller;
    const place = `${stop.channel}/${stop.source}`;
    out(`  ${paint.strong(say(CHANNELS, stop.channel))}  ${paint.faint(place)}`);
    for (const delivery of stop.deliveries) {
      if (stopped()) return;
      const outcome = await send(teller.client, place, delivery);
      add(came, place, delivery.to, outcome.many);
      out(`    ${line(delivery, told(outcome, paint), paint)}`);
    }
  }
}

async function send(client: Client, place: string, delivery: Delivery): Promise<Outcome> {
  if (delivery.to === 'events') {
    const { events } = delivery;
    const results = await client.events(events);
    const counts = count(results.map(({ fate, reason }) => [fate, reason ?? null, 1]));
    return { counts, refused: null, many: events.length };
  }
  if (delivery.to === 'import') {
    const { fates, reasons, state } = await client.importFile(place, delivery.file, delivery.body);
    if (state !== 'done') throw new DemoError(`the import of ${delivery.file} is ${state}`);
    return { counts: rowCounts(fates, reasons), refused: null, many: 1 };
  }
  const before = await fatesOf(client, place);
  const came = delivery.to === 'pull' ? await pull(client, place, delivery) : await knock(client, place, delivery);
  return { counts: grown(before, await fatesOf(client, place)), ...came };
}

type Arrival = Omit<Outcome, 'counts'>;

async function pull(client: Client, place: string, delivery: Extract<Delivery, { to: 'pull' }>): Promise<Arrival> {
  delivery.first?.();
  return { refused: null, many: await client.pull(place, delivery.name, delivery.range) };
}

async function knock(client: Client, place: string, delivery: Extract<Delivery, { to: 'door' }>): Promise<Arrival> {
  const refused = await client.door(place, delivery);
  if ((refused !== null) !== (delivery.refused === true)) {
    throw new DemoError(
      `${place} ${refused === null ? 'took' : `refused (${refused})`} what it should not: ${delivery.en}`,
    );
  }
  return { refused, many: 1 };
}

const ZH = 26;
const EN = 43;

function told({ counts, refused }: Outcome, paint: Paint): string {
  if (refused !== null) return paint.bad(`拒绝 refused ${refused}`);
  return counts.size > 0 ? fateTexts(counts, paint) : paint.faint('没有新的 nothing new');
}

export const line = ({ zh, en }: { zh: string; en: string }, result: string, paint: Paint): string =>
  `${pad(zh, ZH)}${paint.faint(pad(en, EN))}${result}`;
