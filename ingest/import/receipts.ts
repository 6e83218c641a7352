import type { Item } from '../channel.ts';
import { hashOf, type LastRows, makeLastRows } from './last-rows.ts';
import { type Line, ownNumber, readLine } from './line.ts';
import { refusedUnit } from './refused.ts';
import type { PosMeta } from './settings.ts';
import type { SheetRow } from './sheet.ts';
import { type ImportUnit, isRefusal, malformed, type RowRecord } from './unit.ts';

/** More lines under one number are no receipt, but a column taken for a number; in rows. */
const MOST_LINES = 2000;
/**
 * What an open line costs in bytes, roughly: its text, two bytes a character where there is Chinese, and its places.
 */
const costOf = (body: string): number => body.length * 2 + 200;

type Open = { key: string; lines: number[]; bodies: string[]; cost: number; rows: number };

export type Grouping = {
  /** The data rows of the file, from the first at each call. */
  rows(): AsyncIterable<SheetRow[]>;
  meta: PosMeta;
  /** Rows as JSON to the item of a unit. */
  itemOf(bodies: string[]): Item;
  /** Bytes that open receipts may cost. */
  budget: number;
};

/** Copied byte by byte: a slice of the text that was read would keep all of its 64 KiB in memory. */
const keyOf = (line: Line): string => Buffer.from(`${line.store}\n${line.number}\n${line.day}`).toString();

const numberHash = (record: RowRecord, kind: PosMeta['kind']): number => hashOf(ownNumber(record, kind));

/** Receipts whose last row has not come yet, by slot, then by key. */
function openReceipts(): {
  add(slot: number, key: string, line: number, body: string): void;
  close(slot: number): Open[];
  /** Forgets all slots but those that agree with the costliest half in this bit; gives what they have there. */
  halve(bit: number): number;
  cost(): number;
} {
  const bySlot = new Map<number, Map<string, Open>>();
  let cost = 0;
  const close = (slot: number): Open[] => {
    const closed = [...(bySlot.get(slot)?.values() ?? [])];
    bySlot.delete(slot);
    for (const receipt of closed) cost -= receipt.cost;
    return closed;
  };
  return {
    add: (slot, key, line, body) => {
      const receipts = bySlot.get(slot) ?? new Map<string, Open>();
      bySlot.set(slot, receipts);
      const receipt = receipts.get(key) ?? { key, lines: [], bodies: [], cost: 0, rows: 0 };
      receipts.set(key, receipt);
      receipt.rows++;
      if (receipt.rows > MOST_LINES) return;
      receipt.lines.push(line);
      receipt.bodies.push(body);
      receipt.cost += costOf(body);
      cost += costOf(body);
    },
    close,
    halve: (bit) => {
      let set = 0;
      for (const [slot, receipts] of bySlot) {
        if ((slot & bit) !== 0) for (const receipt of receipts.values()) set += receipt.cost;
      }
      const kept = set * 2 > cost ? bit : 0;
      for (const slot of [...bySlot.keys()]) if ((slot & bit) !== kept) close(slot);
      return kept;
    },
    cost: () => cost,
  };
}

/** The first reading: tells the rows that make no receipt, and notes each receipt's last row. */
async function* scan(lasts: LastRows, { rows, meta, itemOf }: Grouping): AsyncGenerator<ImportUnit> {
  let at = 0;
  for await (const batch of rows()) {
    for (const row of batch) {
      at++;
      if (!('record' in row)) {
        yield refusedUnit(row, meta);
        continue;
      }
      const line = readLine(row.record, meta);
      if (!isRefusal(line)) lasts.note(numberHash(row.record, meta.kind), at);
      else yield { type: 'row', line: row.line, ...line, item: itemOf([JSON.stringify(row.record)]) };
    }
  }
}

/** One more reading: gives away every receipt of the slots it can hold; true where some had to be put off. */
async function* collect(lasts: LastRows, grouping: Grouping): AsyncGenerator<Open, boolean> {
  const open = openReceipts();
  const { meta, budget } = grouping;
  // Held are the slots whose bits under the mask are the wanted ones: at first all.
  const most = 2 ** lasts.bits() - 1;
  let mask = 0;
  let wanted = 0;
  let at = 0;
  let left = false;
  for await (const batch of grouping.rows()) {
    for (const row of batch) {
      at++;
      if (!('record' in row)) continue;
      const slot = lasts.slotOf(numberHash(row.record, meta.kind));
      const last = lasts.last(slot);
      if (last === 0) continue;
      left ||= (slot & mask) !== wanted;
      if ((slot & mask) !== wanted) continue;
      const line = readLine(row.record, meta);
      if (isRefusal(line)) continue;
      open.add(slot, keyOf(line), row.line, JSON.stringify(row.record));
      if (last === at) {
        yield* open.close(slot);
        lasts.close(slot);
      }
      while (open.cost() > budget && mask < most) {
        wanted |= open.halve(mask + 1);
        mask = mask * 2 + 1;
        left = true;
      }
    }
  }
  return left;
}

const TOO_MANY = malformed(`receipt (小票号): more than ${MOST_LINES} rows bear the same number on the same day`);

/** Tells the rows that came after a receipt was full. */
async function* overfull(keys: Set<string>, { rows, meta, itemOf }: Grouping): AsyncGenerator<ImportUnit> {
  const seen = new Map<string, number>();
  for await (const batch of rows()) {
    for (const row of batch) {
      const line = 'record' in row ? readLine(row.record, meta) : null;
      if (!('record' in row) || !line || isRefusal(line)) continue;
      const key = keyOf(line);
      if (!keys.has(key)) continue;
      const count = (seen.get(key) ?? 0) + 1;
      seen.set(key, count);
      if (count <= MOST_LINES) continue;
      yield { type: 'row', line: row.line, ...TOO_MANY, item: itemOf([JSON.stringify(row.record)]) };
    }
  }
}

/**
 * Rows to receipts, wherever in the file their lines stand. A first reading notes where each receipt's last row is, so
 * that a second can give each away there: in a till's own order, few are open at a time. Should the open ones cost more
 * than the budget, part of the slots is put off to a further reading, as often as it takes: memory is bounded whatever
 * the order.
 */
export async function* groupReceipts(grouping: Grouping): AsyncGenerator<ImportUnit> {
  const lasts = makeLastRows();
  yield* scan(lasts, grouping);
  const full = new Set<string>();
  for (let left = true; left; ) {
    const reading = collect(lasts, grouping);
    for (;;) {
      const next = await reading.next();
      if (next.done) {
        left = next.value;
        break;
      }
      const { key, lines, bodies, rows } = next.value;
      if (rows > lines.length) full.add(key);
      yield { type: 'unit', lines, item: grouping.itemOf(bodies) };
    }
  }
  if (full.size > 0) yield* overfull(full, grouping);
}
