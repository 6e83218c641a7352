import type { Page, PageQuery, TimelineEvent } from '../api/port.ts';
import type { ListMember } from '../identity/store/port.ts';
import { readEvent } from '../profiles/apply.ts';
import { type Foldable, later } from '../profiles/fold.ts';
import { padTime, spanIndex, unpadTime } from '../profiles/totals.ts';
import { Problem } from '../schemas/errors.ts';
import type { House } from './house.ts';

/**
 * A customer's events, newest first: the exact reverse of oldest first by (time, channel, source, id). Lists are sorted
 * by time and hash, so a page takes whole groups of equal times and sorts within them.
 */
type Found = { member: string; hash: string };
type Told = Foldable & { hash: string; fate: TimelineEvent['fate'] };

const CURSOR = /^t(-?\d{1,16})\.([\w-]{22})$/;

export async function readTimeline(house: House, id: string, page: PageQuery): Promise<Page<TimelineEvent> | null> {
  const rows = await house.reads.rows(id);
  if (!rows) return null;
  const cursor = page.after === null ? null : CURSOR.exec(page.after);
  if (page.after !== null && !cursor) throw new Problem('cursor_invalid', 'the cursor is none of a timeline');
  const before = cursor ? `${padTime(Number(cursor[1]) + 1)}` : undefined;
  const wanted = { before, limit: page.limit + 1, stop: cursor ? unpadTime(padTime(Number(cursor[1]))) : null };
  const newest = new Map<string, Found>();
  for (const { anchor, row, from } of rows.anchors.filter((one) => !one.row.attached)) {
    const mine = row.spans.findIndex((span) => span.from === from);
    const owned = async (found: ListMember[]): Promise<ListMember[]> =>
      found.filter(({ member }) => spanIndex(row.spans, unpadTime(member)) === mine);
    const lists = [await newestOf(house, `l:${anchor}`, { ...wanted, owned })];
    // Events of attached anchors are the customer's whom all they point to lead to.
    const attached = (found: ListMember[]): Promise<ListMember[]> => ownedBy(house, rows.id, found);
    if (row.followed) lists.push(await newestOf(house, `f:${anchor}`, { ...wanted, owned: attached }));
    for (const found of lists.flat()) newest.set(found.hash, found);
  }
  const told = await load(house, [...newest.values()]);
  told.sort((a, b) => (later(a, b) ? -1 : 1));
  const at = cursor ? told.findIndex(({ hash }) => hash === cursor[2]) + 1 : 0;
  if (cursor && at === 0) throw new Problem('cursor_invalid', 'the cursor is none of this timeline');
  const items = told.slice(at, at + page.limit);
  const last = items[items.length - 1];
  const more = told.length > at + page.limit;
  return {
    items: items.map(({ event, received, fate }) => ({ ...event, fate, received: new Date(received).toISOString() })),
    next: more && last ? `t${last.time}.${last.hash}` : null,
  };
}

type Wanted = {
  before: string | undefined;
  limit: number;
  owned(found: ListMember[]): Promise<ListMember[]>;
  stop: number | null;
};

/**
 * At least `limit` members beyond the group of the cursor, and the whole of every group of equal times that is begun.
 */
async function newestOf(house: House, list: string, wanted: Wanted): Promise<Found[]> {
  const found: Found[] = [];
  let before = wanted.before;
  let beyond = 0;
  for (;;) {
    const chunk = await house.store.range(list, { before, limit: wanted.limit, reverse: true });
    for (const { member } of await wanted.owned(chunk)) {
      const time = unpadTime(member);
      const lastTime = found.length > 0 ? unpadTime(found[found.length - 1]?.member ?? member) : null;
      if (beyond >= wanted.limit && time !== lastTime) return found;
      if (time !== wanted.stop) beyond += 1;
      found.push({ member, hash: member.slice(16) });
    }
    const last = chunk[chunk.length - 1];
    if (!last || chunk.length < wanted.limit) return found;
    before = last.member;
  }
}

/** Members whose value names an attached anchor that a customer owns. */
async function ownedBy({ reads }: House, id: string, found: ListMember[]): Promise<ListMember[]> {
  const anchors = [...new Set(found.map(({ value }) => value))];
  const rows = await reads.reader.anchors(anchors);
  const mine = new Set(anchors.filter((_, at) => rows[at]?.spans[0]?.owner === id));
  return found.filter(({ value }) => mine.has(value));
}

async function load(house: House, found: readonly Found[]): Promise<Told[]> {
  const rows = await house.reads.reader.events(found.map(({ hash }) => hash));
  return rows.flatMap((row, at) =>
    row ? [{ ...readEvent(house.ring, row), hash: found[at]?.hash ?? '', fate: row.fate }] : [],
  );
}
