import type { DeadLetterTry, DeadLetterView, DeadLetterWhole, Page, PageQuery, Services } from '../api/port.ts';
import { DEAD, type DeadRow, FATES, positionOf } from '../identity/commit.ts';
import { chunksOf, memberAt } from '../identity/store/lists.ts';
import type { Taken } from '../ingest/accept.ts';
import type { Entry, Prepared } from '../ingest/port.ts';
import { Problem } from '../schemas/errors.ts';
import { FATES as ALL_FATES, type Fate, FUTURE_LIMIT_MS } from '../schemas/fate.ts';
import type { House } from './house.ts';

/**
 * What failed: listed, explained, replayed. A replay takes it off the list and gives it a new fate: it moves, it is not
 * added. The consumer sees to that, in the commit of the new fate: a letter that was replayed twice moves once.
 */
type Filter = { channel?: string; source?: string; reason?: string; fate?: string };
type Letter = { member: string; row: DeadRow };
type Again = { member: string; entry: Entry };

/** Rows read at once: each may hold a payload of a megabyte. */
const READ = 64;
/** Entries of one append, and the characters after which it is full sooner. */
const BATCH = 500;
const BATCH_CHARS = 8 * 1024 * 1024;
const WAIT_MS = 10_000;
const ROOM_MS = 200;

const fits = (row: DeadRow, filter: Filter): boolean =>
  (filter.channel === undefined || row.channel === filter.channel) &&
  (filter.source === undefined || row.source === filter.source) &&
  (filter.reason === undefined || row.reason === filter.reason) &&
  (filter.fate === undefined || row.fate === filter.fate);

/** Letters in the order of their arrival, or the newest first; other work has its turn between the chunks. */
async function* read(
  house: House,
  { after, reverse = false }: { after?: string; reverse?: boolean },
): AsyncGenerator<Letter> {
  for await (const chunk of chunksOf(house.store, DEAD, { size: READ, from: after, reverse })) {
    for (const { member, value } of chunk) {
      const row: DeadRow = JSON.parse(value);
      yield { member, row };
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function letterOf(house: House, id: string): Promise<Letter | null> {
  if (!positionOf(id)) return null;
  const value = await memberAt(house.store, DEAD, id);
  if (value === null) return null;
  const row: DeadRow = JSON.parse(value);
  return { member: id, row };
}

const entryOf = (house: House, row: DeadRow): Entry => {
  const entry: Entry = JSON.parse(house.ring.openText(row.entry));
  return entry;
};

function viewOf({ member, row }: Letter, entry: Entry): DeadLetterView {
  const { channel, source, reason, detail } = row;
  const item = entry.kind === 'item' ? entry.item : null;
  return {
    id: member,
    ...{ channel, source, received: new Date(row.received).toISOString() },
    fate: ALL_FATES.find((one) => one === row.fate) ?? 'dead-letter',
    ...{ reason, detail },
    payload: item ? item.body : entry.kind === 'event' ? JSON.stringify(entry.event) : '',
    encoding: item?.meta.encoding === 'base64' ? 'base64' : 'text',
  };
}

/** Throws Problem `cursor_invalid`. */
export async function listDeadLetters(house: House, filter: Filter, page: PageQuery): Promise<Page<DeadLetterView>> {
  if (page.after !== null && !positionOf(page.after)) throw new Problem('cursor_invalid', 'no cursor of this list');
  const items: DeadLetterView[] = [];
  for await (const letter of read(house, { after: page.after ?? undefined })) {
    if (!fits(letter.row, filter)) continue;
    if (items.length === page.limit) return { items, next: items[items.length - 1]?.id ?? null };
    items.push(viewOf(letter, entryOf(house, letter.row)));
  }
  return { items, next: null };
}

/** One of them whole, with what a replay would make of it now. */
export async function getDeadLetter(house: House, id: string): Promise<DeadLetterWhole | null> {
  const letter = await letterOf(house, id);
  if (!letter) return null;
  const entry = entryOf(house, letter.row);
  const meta = entry.kind === 'item' ? entry.item.meta : {};
  return { ...viewOf(letter, entry), meta, now: await tryAgain(house, letter, entry) };
}

/** Maps it as the connectors are now and holds it against what is stored; changes nothing. */
async function tryAgain(house: House, { member, row }: Letter, entry: Entry): Promise<DeadLetterTry[]> {
  const [again] = replayOf(entry, member, house.now());
  const tried = again && again.kind !== 'decision' ? house.preparer.steps(again) : [];
  const none = { type: null, id: null };
  const told: DeadLetterTry[] = [];
  for (const step of tried) {
    if (step.kind === 'event') told.push(await foretell(house, step.prepared, row.corrects));
    else if (step.kind === 'drop') {
      const { fate, reason, detail } = step;
      told.push({ fate, reason, detail, ...none });
    } else if (step.kind === 'ask')
      told.push({ fate: 'accepted', reason: null, detail: `the platform is asked: ${step.ask.name}`, ...none });
  }
  return told;
}

async function foretell(house: House, prepared: Prepared, corrects: string | undefined): Promise<DeadLetterTry> {
  const { hash, content, time, received, event, retold } = prepared;
  const [stored] = await house.reads.reader.events([hash]);
  const { type, id } = event;
  const told = (fate: Fate, reason: string | null): DeadLetterTry => ({ fate, reason, detail: null, type, id });
  if (stored && stored.fate !== 'quarantined') {
    if (stored.content === content) return told('duplicate', 'seen_before');
    if (retold) return told('accepted', null);
    if (corrects !== hash) return told('duplicate', 'duplicate_differs');
  }
  return time > received + FUTURE_LIMIT_MS ? told('quarantined', 'time_in_future') : told('accepted', null);
}

/**
 * Puts letters into the log again and waits for their new fates; those not reached within 10 s count as `pending`.
 * What was replayed before, by this call or by another, is not counted. A set is gone through in chunks, up to what
 * stood there as the call began: what stays wrong comes back with a new id, behind them.
 */
export const replayDeadLetters =
  (house: House): Services['deadletters']['replay'] =>
  async (which) => {
    const counts: Record<string, number> = {};
    let batch: Again[] = [];
    let chars = 0;
    for await (const { member, row } of 'ids' in which ? named(house, which.ids) : standing(house, which.where)) {
      batch.push({ member, entry: entryOf(house, row) });
      chars += row.entry.length;
      if (batch.length < BATCH && chars < BATCH_CHARS) continue;
      await replayBatch(house, batch, counts);
      batch = [];
      chars = 0;
    }
    await replayBatch(house, batch, counts);
    return counts;
  };

async function* named(house: House, ids: readonly string[]): AsyncGenerator<Letter> {
  for (const id of new Set(ids)) {
    const letter = await letterOf(house, id);
    if (letter) yield letter;
  }
}

async function* standing(house: House, filter: Filter): AsyncGenerator<Letter> {
  const ends = await house.log.ends();
  for await (const letter of read(house, {})) {
    const { partition = 0, offset = 0 } = positionOf(letter.member) ?? {};
    if (offset < (ends.get(partition) ?? 0) && fits(letter.row, filter)) yield letter;
  }
}

async function replayBatch(house: House, batch: readonly Again[], counts: Record<string, number>): Promise<void> {
  if (batch.length === 0) return;
  const taken = await takeWhenRoom(house, batch);
  const reached = await house.progress.reached(taken.positions, WAIT_MS);
  for (const [at, { fate }] of taken.results.entries()) {
    const { told = null, gone = false } = taken.verdicts[at] ?? {};
    if (gone) continue;
    const now = reached ? (told?.fate ?? fate) : 'pending';
    counts[now] = (counts[now] ?? 0) + 1;
  }
}

/** While the consumer is behind, the replay waits: half of a set would be no answer. */
async function takeWhenRoom(house: House, batch: readonly Again[]): Promise<Taken> {
  for (;;) {
    try {
      return await house.acceptor.take((received) =>
        batch.flatMap(({ member, entry }) => replayOf(entry, member, received)),
      );
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'overloaded') throw error;
      await new Promise((resolve) => setTimeout(resolve, ROOM_MS));
    }
  }
}

/** A replay is received now: what waited for its time may have come to it. A verdict of the door is judged again. */
function replayOf(entry: Entry, member: string, received: number): Entry[] {
  if (entry.kind === 'decision') return [];
  return [{ ...entry, received, replay: member }];
}

/** Fields of a source's payloads whose type is another than its channel says: newest first, from what still waits. */
export async function changedFields(
  house: House,
  { channel, source }: { channel: string; source: string },
): Promise<{ path: string; count: number; last: string; detail: string }[]> {
  const filter = { channel, source, fate: 'quarantined', reason: 'field_type_changed' };
  const { items } = await readFates(house, { channel, source });
  let left = items.find(({ reason }) => reason === filter.reason)?.count ?? 0;
  const found = new Map<string, { path: string; count: number; last: string; detail: string }>();
  if (left <= 0) return [];
  for await (const { member, row } of read(house, { reverse: true })) {
    if (!fits(row, filter)) continue;
    const path = row.detail.slice(0, row.detail.lastIndexOf(': '));
    const seen = found.get(path) ?? { path, count: 0, last: member, detail: row.detail };
    found.set(path, { ...seen, count: seen.count + 1 });
    left -= 1;
    if (left === 0) break;
  }
  return [...found.values()];
}

export async function readFates(
  house: House,
  filter: { channel?: string; source?: string },
): ReturnType<Services['fates']> {
  const [counts] = await house.reads.reader.notes([FATES]);
  const items = Object.entries(counts ?? {}).flatMap(([key, count]) => {
    const [channel = '', source = '', told, reason = ''] = key.split('|');
    const fate = ALL_FATES.find((one): one is Fate => one === told);
    return fate && count > 0 ? [{ channel, source, fate, reason: reason || null, count }] : [];
  });
  const ends = await house.log.ends();
  let pending = 0;
  for (const [partition, end] of ends) {
    const [at] = await house.reads.reader.notes([`p${partition}`]);
    pending += Math.max(0, end - (at?.next ?? 0));
  }
  const wanted = items.filter(
    (one) =>
      (filter.channel === undefined || one.channel === filter.channel) &&
      (filter.source === undefined || one.source === filter.source),
  );
  return { items: wanted, pending };
}
