import type { DeadLetterView, Page, PageQuery, Services } from '../api/port.ts';
import { DEAD, type DeadRow, FATES } from '../identity/commit.ts';
import type { Entry } from '../ingest/port.ts';
import { FATES as ALL_FATES, type Fate } from '../schemas/fate.ts';
import type { House } from './house.ts';

/**
 * What failed: listed, explained, replayed. A replay takes it off the list and gives it a new fate: it moves, it is not
 * added.
 */
type Filter = { channel?: string; source?: string; reason?: string; fate?: string };
const CHUNK = 500;
const WAIT_MS = 10_000;

const fits = (row: DeadRow, filter: Filter): boolean =>
  (filter.channel === undefined || row.channel === filter.channel) &&
  (filter.source === undefined || row.source === filter.source) &&
  (filter.reason === undefined || row.reason === filter.reason) &&
  (filter.fate === undefined || row.fate === filter.fate);

async function* read(house: House, after: string | undefined): AsyncGenerator<{ member: string; row: DeadRow }> {
  for (let at = after; ; ) {
    const chunk = await house.store.range(DEAD, { after: at, limit: CHUNK });
    for (const { member, value } of chunk) {
      const row: DeadRow = JSON.parse(value);
      yield { member, row };
    }
    const last = chunk[chunk.length - 1];
    if (!last || chunk.length < CHUNK) return;
    at = last.member;
  }
}

const entryOf = (house: House, row: DeadRow): Entry => {
  const entry: Entry = JSON.parse(house.ring.openText(row.entry));
  return entry;
};

export async function listDeadLetters(house: House, filter: Filter, page: PageQuery): Promise<Page<DeadLetterView>> {
  const items: DeadLetterView[] = [];
  for await (const { member, row } of read(house, page.after ?? undefined)) {
    if (!fits(row, filter)) continue;
    if (items.length === page.limit) return { items, next: items[items.length - 1]?.id ?? null };
    const entry = entryOf(house, row);
    const { channel, source, reason, detail } = row;
    const fate = ALL_FATES.find((one) => one === row.fate) ?? 'dead-letter';
    const payload = entry.kind === 'item' ? entry.item.body : entry.kind === 'event' ? JSON.stringify(entry.event) : '';
    items.push({
      id: member,
      channel,
      source,
      received: new Date(row.received).toISOString(),
      fate,
      reason,
      detail,
      payload,
    });
  }
  return { items, next: null };
}

/** Puts entries into the log again and waits for their new fates; those not reached within 10 s count as `pending`. */
export const replayDeadLetters =
  (house: House): Services['deadletters']['replay'] =>
  async (which) => {
    const wanted = 'ids' in which ? new Set(which.ids) : null;
    const filter = 'where' in which ? which.where : {};
    const entries: { member: string; entry: Entry }[] = [];
    for await (const { member, row } of read(house, undefined)) {
      if (wanted ? wanted.has(member) : fits(row, filter)) entries.push({ member, entry: entryOf(house, row) });
    }
    const counts: Record<string, number> = {};
    for (let at = 0; at < entries.length; at += CHUNK) {
      const chunk = entries.slice(at, at + CHUNK);
      const taken = await house.acceptor.take((received) =>
        chunk.flatMap(({ member, entry }) => again(entry, member, received)),
      );
      const reached = await house.progress.reached(taken.positions, WAIT_MS);
      for (const { fate } of taken.results) {
        const told = reached ? fate : 'pending';
        counts[told] = (counts[told] ?? 0) + 1;
      }
    }
    return counts;
  };

/** A replay is received now: what waited for its time may have come to it. A verdict of the door is judged again. */
function again(entry: Entry, member: string, received: number): Entry[] {
  if (entry.kind === 'decision') return [];
  return [{ ...entry, received, replay: member }];
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
