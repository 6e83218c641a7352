import type { EventResult, RawReply, RawRequest, Services, Wait } from '../api/port.ts';
import type { EntryResult, Taken } from '../ingest/accept.ts';
import { CHANNELS } from '../ingest/channels.ts';
import type { Entry } from '../ingest/port.ts';
import { entryOf } from '../ingest/record.ts';
import { Problem } from '../schemas/errors.ts';
import type { House } from './house.ts';
import { deniedIn } from './identity/denied.ts';

/** How long `?wait` waits, in ms: CONTRACT §5. */
const WAIT_MS = 10_000;

/** Waits as a caller asked; false when the time ran out first. */
export async function waitFor(house: House, taken: Taken, wait: Wait): Promise<boolean> {
  if (wait === 'none') return true;
  // An empty list is a barrier: it waits for all that was taken before it.
  const positions = taken.positions.length > 0 ? taken.positions : await endOf(house);
  if (!(await house.progress.reached(positions, WAIT_MS))) return false;
  return wait === 'queryable' ? house.flusher.queryable(WAIT_MS) : true;
}

async function endOf(house: House): Promise<Taken['positions']> {
  const ends = await house.log.ends();
  return [...ends].filter(([, end]) => end > 0).map(([partition, end]) => ({ partition, offset: end - 1 }));
}

/** Present owner of an event; null when anonymous or not there. */
async function ownerOf(house: House, hash: string): Promise<string | null> {
  const row = await house.reads.reader.event(hash);
  return row?.anchor ? house.reads.ownerOf(row.anchor, row.time) : null;
}

async function withOwner(house: House, { hash, ...result }: EntryResult): Promise<EventResult> {
  if (hash === null) return result;
  const customer_id = await ownerOf(house, hash);
  if (result.fate !== 'accepted') return { ...result, customer_id };
  return { ...result, ...(customer_id === null ? { reason: 'anonymous' } : { reason: undefined }), customer_id };
}

/** Results as the consumer judged them; where another process consumes, as the door foresaw them. */
export function judged({ results, verdicts }: Taken): EntryResult[] {
  return results.map((result, at) => {
    const told = verdicts[at]?.told;
    return told ? { ...result, fate: told.fate, reason: told.reason ?? undefined } : result;
  });
}

export async function takeEvents(
  house: House,
  items: readonly unknown[],
  wait: Wait,
): Promise<{ done: boolean; results: EventResult[] }> {
  const none: Taken = { positions: [], results: [], verdicts: [] };
  const make = (received: number): Entry[] => items.map((event) => ({ kind: 'event', received, event }));
  const taken = items.length > 0 ? await house.acceptor.take(make) : none;
  const done = await waitFor(house, taken, wait);
  if (wait === 'none' || !done) return { done, results: taken.results.map(({ hash: _, ...result }) => result) };
  const results = judged(taken).map(async (result, at) => {
    const told = await withOwner(house, result);
    const denied = told.reason === 'anonymous' ? await deniedIn(house, items[at]) : [];
    return denied.length > 0 ? { ...told, identifiers: [...(told.identifiers ?? []), ...denied] } : told;
  });
  return { done, results: await Promise.all(results) };
}

/** Fate of the first delivery and the present owner. */
export const lookupEvents =
  (house: House): Services['events']['lookup'] =>
  async (keys) => {
    const hashes = keys.map(({ channel, source, id }) => house.reads.hashOf(channel, source, id));
    const rows = await house.reads.reader.events(hashes);
    return Promise.all(
      rows.map(async (row, at): Promise<EventResult> => {
        const id = keys[at]?.id ?? null;
        if (!row)
          return { id, fate: house.acceptor.pending(hashes[at] ?? '') ? 'pending' : 'unknown', customer_id: null };
        const customer_id =
          row.anchor && row.fate === 'accepted' ? await house.reads.ownerOf(row.anchor, row.time) : null;
        const reason = row.reason ?? (row.fate === 'accepted' && customer_id === null ? 'anonymous' : undefined);
        return { id, fate: row.fate, ...(reason ? { reason } : {}), customer_id };
      }),
    );
  };

/** A webhook: verify over the raw bytes, append, answer; all else later. */
export const openDoor =
  (house: House): Services['door'] =>
  async (channel, source, request: RawRequest, wait): Promise<RawReply> => {
    const found = CHANNELS.get(channel);
    const configured = found ? await house.sources.get(channel, source) : null;
    if (!found || !configured) throw new Problem('source_unknown', 'no such channel or source is configured');
    const verdict = found.accept({ ...request, now: house.now() }, configured.settings);
    if (verdict.verdict === 'refused') throw new Problem(verdict.code, verdict.detail);
    if (verdict.verdict === 'answered' || verdict.items.length === 0) return verdict.reply;
    const make = (received: number): Entry[] => verdict.items.map((item) => entryOf(channel, source, received, item));
    const taken = await house.acceptor.take(make);
    await waitFor(house, taken, wait);
    return verdict.reply;
  };
