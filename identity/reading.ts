import type { ExplainView } from '../api/identity/port.ts';
import type { Ring } from '../schemas/ring.ts';
import type { CustomerRows, IdentityReads } from './reads.ts';
import type { Store } from './store/port.ts';
import { hashOfMember, openSample, SAMPLES, type Uses, withinSpan } from './uses.ts';

/** What reasons are read from. */
export type Reading = { store: Store; ring: Ring; reads: IdentityReads; uses: Uses };
export type Because = ExplainView['because'][number];

/** Events of an anchor that are looked through for one that named an attaching identifier. */
const LOOKED_THROUGH = 200;

/** A few events of a customer that bore a joining identifier, by id. */
export async function eventsWith({ uses }: Reading, rows: CustomerRows, node: string): Promise<string[]> {
  const found: string[] = [];
  for (const { anchor, row, from } of rows.anchors) {
    if (row.attached || !row.nodes.includes(node) || found.length >= SAMPLES) continue;
    const samples = await uses.earliest(anchor, row, from, SAMPLES - found.length);
    found.push(...samples.map(({ id }) => id));
  }
  return found;
}

/**
 * A few events of these anchors that named an attaching identifier, by id; only the newest of each are looked through.
 */
export async function eventsNaming(
  { store, ring, reads }: Reading,
  anchors: CustomerRows['anchors'],
  thing: string,
): Promise<string[]> {
  const found: string[] = [];
  for (const { anchor, row, from } of anchors) {
    if (found.length >= SAMPLES) break;
    const range = { ...withinSpan(row, from), limit: LOOKED_THROUGH, reverse: true };
    const members = await store.range(`l:${anchor}`, range);
    for (const event of await reads.reader.events(members.map(hashOfMember))) {
      const names = event && (event.orders.includes(thing) || event.things.includes(thing));
      if (names && found.length < SAMPLES) found.push(openSample(ring, event).id);
    }
  }
  return found;
}
