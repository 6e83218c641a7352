import { Readable } from 'node:stream';
import type { Payload, Trial } from '../../cli/deps.ts';
import type { BadItem, Channel, Item } from '../../ingest/channel.ts';
import { CHANNELS } from '../../ingest/channels.ts';
import { Problem } from '../../schemas/errors.ts';
import { inTemporaryHouse } from './house.ts';
import { showAs } from './shown.ts';
import { type Teller, tellItem } from './tell.ts';
import { type Applied, apply, tellVerdicts } from './verdict.ts';
import { type Say, sayIn } from './words.ts';

/** The source that a trial is for; its name stands in scopes such as that of orders. */
const SOURCE = 'try';
type Found = { items: (Item | BadItem)[]; fine: boolean };
type Place = { trial: Trial; channel: Channel; now: number; say: Say; out(line: string): void };

/**
 * Shows what payloads become, one after the other, and whom they make in a house of their own. Gives 0 where all was
 * taken, 1 where something was refused, set aside or is dead.
 */
export async function tryChannel(trial: Trial, deps: { now(): number; out(line: string): void }): Promise<number> {
  const channel = CHANNELS.get(trial.channel);
  if (!channel) throw new Error(`no channel ${trial.channel}`);
  const { out, now } = deps;
  const say = sayIn(trial.language);
  const shown = showAs(trial.clear);
  return inTemporaryHouse(now, async (house) => {
    const teller: Teller = { say, shown, out, normaliser: house.normaliser };
    const entries: Applied[] = [];
    let fine = true;
    for (const [at, payload] of trial.payloads.entries()) {
      if (at > 0) out('');
      out(say('payload', { at: at + 1, file: payload.file, bytes: payload.body.length }));
      const place: Place = { trial, channel, now: now(), say, out };
      const found = await itemsOf(place, payload);
      fine = found.fine && fine;
      for (const [index, item] of found.items.entries()) fine = tellOne(place, teller, item, index + 1) && fine;
      entries.push(...found.items.map((item) => ({ channel: channel.name, source: SOURCE, item })));
    }
    out('');
    if (entries.length > 0) await tellVerdicts(house, await apply(house, entries), teller);
    out('');
    if (!trial.clear) out(say('masked'));
    out(say('kept'));
    return fine ? 0 : 1;
  });
}

/** False where the item is dead or set aside. */
function tellOne({ channel, now, say, out }: Place, teller: Teller, item: Item | BadItem, at: number): boolean {
  const meta = Object.entries(item.meta).map(([name, value]) => ` ${name}=${teller.shown.text(value)}`);
  out(say('item', { at, meta: meta.join('') }));
  if (!('dead' in item))
    return tellItem(teller, channel, item, { received: now, channel: channel.name, source: SOURCE });
  out(say('drop', { fate: 'dead-letter', ...item.dead }));
  return false;
}

async function itemsOf(place: Place, payload: Payload): Promise<Found> {
  const { trial, channel, say, out } = place;
  if (trial.meta) {
    out(say('unsigned'));
    return { items: [{ body: payload.body.toString('utf8'), meta: trial.meta }], fine: true };
  }
  if (channel.files && (trial.kind !== null || !channel.door)) return fromFile(place, payload);
  return throughDoor(place, payload);
}

function throughDoor({ trial, channel, now, say, out }: Place, { body, headers, query }: Payload): Found {
  const verdict = channel.accept({ method: 'POST', query, headers, body, now }, trial.settings);
  if (verdict.verdict === 'refused') {
    out(say('refused', { code: verdict.code, detail: verdict.detail }));
    if (verdict.code === 'signature_wrong') out(say('hint'));
    if (!channel.door) out(say('doorless'));
    return { items: [], fine: false };
  }
  const { status, body: reply } = verdict.reply;
  out(say(verdict.verdict, { status, body: reply }));
  const items = verdict.verdict === 'taken' ? verdict.items : [];
  out(say('items', { count: items.length }));
  return { items, fine: true };
}

/** Reads a file as an import does. */
async function fromFile({ trial, channel, say, out }: Place, { body }: Payload): Promise<Found> {
  const { files } = channel;
  const items: Item[] = [];
  if (!files) return { items, fine: false };
  const upload = { bytes: body.length, read: () => Readable.from([body]) };
  const units = files.read(upload, { kind: trial.kind ?? 'auto', settings: trial.settings });
  try {
    for await (const unit of units) {
      if (unit.type === 'head') out(say('file', { kind: unit.kind, encoding: unit.encoding, line: unit.headerLine }));
      else if (unit.type === 'failed') {
        out(say('unreadable', { reason: unit.reason, detail: unit.detail }));
        return { items, fine: false };
      } else items.push(unit.item);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    out(say('unreadable', { reason: error.code, detail: error.message }));
    return { items, fine: false };
  }
  out(say('items', { count: items.length }));
  return { items, fine: true };
}
