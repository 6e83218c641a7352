import type { PaidFor } from './evidence.ts';
import { isPayer, MAX_PAID } from './payers.ts';
import type { ThingRow } from './port.ts';
import type { Tables } from './tables.ts';

type Pointer = ThingRow['pointers'][number];

/**
 * One payment was named by several anchors: each payer among them remembers the others, and these remember it. Gives
 * the payers for whom that is news.
 */
export async function tiePayers(tables: Tables, one: Pointer, others: readonly Pointer[]): Promise<string[]> {
  await tables.anchors.load([one, ...others].map(([anchor]) => anchor));
  return others.flatMap((other) => [...tie(tables, one, other), ...tie(tables, other, one)]);
}

function tie(tables: Tables, payer: Pointer, receipt: Pointer): string[] {
  const [mine, theirs] = [tables.anchors.get(payer[0]), tables.anchors.get(receipt[0])];
  if (!mine || !theirs || !isPayer(mine.evidence.nodes) || isPayer(theirs.evidence.nodes)) return [];
  const known = Math.max(payer[2] ?? 0, receipt[2] ?? 0);
  const paid = withPaid(mine.evidence.paid ?? [], { anchor: receipt[0], time: receipt[1], known });
  if (paid === null) return [];
  // In place: who asks holds one of the two rows and writes it again.
  mine.evidence = { ...mine.evidence, paid };
  tables.anchors.put(payer[0], mine);
  const payers = theirs.payers ?? [];
  if (!payers.includes(payer[0]) && payers.length < MAX_PAID) {
    theirs.payers = [...payers, payer[0]];
    tables.anchors.put(receipt[0], theirs);
  }
  return [payer[0]];
}

/** Each anchor once, with the earliest times; null where nothing changes. */
function withPaid(paid: readonly PaidFor[], added: PaidFor): PaidFor[] | null {
  const old = paid.find(({ anchor }) => anchor === added.anchor);
  if (old && old.time <= added.time && old.known <= added.known) return null;
  if (!old && paid.length >= MAX_PAID) return null;
  const time = Math.min(old?.time ?? added.time, added.time);
  const known = Math.min(old?.known ?? added.known, added.known);
  const rest = paid.filter(({ anchor }) => anchor !== added.anchor);
  return [...rest, { ...added, time, known }].sort((a, b) => (a.anchor < b.anchor ? -1 : 1));
}
