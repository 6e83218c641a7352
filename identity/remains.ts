import type { Prepared } from '../ingest/port.ts';
import type { CanonicalEvent } from '../schemas/event.ts';
import type { Ring } from '../schemas/ring.ts';
import { observedOf } from './applied.ts';
import { emptyAnchor, observe } from './observe.ts';
import type { AnchorRow, EventRow } from './port.ts';
import { remember } from './resolve.ts';
import type { Tables } from './tables.ts';
import { hashOfMember } from './uses.ts';

/** An event as it is stored, ready to be applied once more: the same in a rebuild of the log. */
export type Again = (event: CanonicalEvent, received: number, queryable: string[] | null) => Prepared;
export type Remaining = { hash: string; row: EventRow };

/** The events of an anchor as they are stored, in the order in which they came. */
export async function eventsOf(tables: Tables, anchor: string): Promise<Remaining[]> {
  const hashes = (await tables.unit.range(`l:${anchor}`, { limit: Number.MAX_SAFE_INTEGER })).map(hashOfMember);
  await tables.events.load(hashes);
  const found = hashes.flatMap((hash): Remaining[] => {
    const row = tables.events.get(hash);
    return row ? [{ hash, row }] : [];
  });
  return found.sort((a, b) => a.row.received - b.row.received);
}

export function prepareAgain(ring: Ring, again: Again, row: EventRow): Prepared {
  const event: CanonicalEvent = JSON.parse(ring.openText(row.body));
  return again(event, row.received, row.queryable);
}

/** What an anchor is by these events alone: its evidence, its sources, what it remembers. In place. */
export function rebuildAnchor(row: AnchorRow, anchor: string, events: readonly Prepared[]): void {
  const [first] = events;
  if (!first) {
    row.gone = true;
    row.extras = [];
    row.sources = [];
    return;
  }
  const { paid } = row.evidence;
  const blank = emptyAnchor(anchor, row.attached, row.nodes, first);
  for (const prepared of events) {
    const observed = observedOf(prepared);
    const joining = prepared.identifiers.filter(({ role }) => role === 'joining');
    observe(blank, observed, row.attached ? [] : joining);
    remember(blank, observed, prepared.identifiers);
  }
  const { sources, extras, evidence } = blank;
  Object.assign(row, { sources, extras, evidence: paid ? { ...evidence, paid } : evidence });
}
