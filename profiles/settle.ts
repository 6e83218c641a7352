import type { AnchorRow, Extra } from '../identity/port.ts';
import type { Ring } from '../schemas/ring.ts';
import { readEvent } from './apply.ts';
import { type OverlapSource, settleOverlaps } from './overlaps.ts';
import { padTime } from './totals.ts';

type Owned = { anchor: string; row: AnchorRow; from: number };

const HASH_AT = 16;

/**
 * Makes the rows of a customer exact where what an anchor keeps says too little, from the events behind it: of one
 * whose number changed hands, which attaching identifiers were borne in whose time; of sources that repeat themselves,
 * see overlaps.ts.
 */
export async function settleRows<Rows extends { anchors: Owned[] }>(
  rows: Rows,
  source: OverlapSource,
  ring: Ring,
): Promise<Rows> {
  const anchors: Owned[] = [];
  for (const one of rows.anchors) {
    const cut = one.row.spans.length > 1 && one.row.extras.length > 0;
    anchors.push(cut ? { ...one, row: { ...one.row, extras: await extrasWithin(one, source, ring) } } : one);
  }
  return settleOverlaps({ ...rows, anchors }, source, ring);
}

async function extrasWithin({ anchor, row, from }: Owned, source: OverlapSource, ring: Ring): Promise<Extra[]> {
  const at = row.spans.findIndex((span) => span.from === from);
  const until = row.spans[at + 1]?.from;
  const members = await source.range(`l:${anchor}`, {
    ...(at > 0 ? { after: padTime(from) } : {}),
    ...(until === undefined ? {} : { before: padTime(until) }),
    limit: Number.MAX_SAFE_INTEGER,
  });
  const found = new Map<string, Extra>();
  for (const event of await source.events(members.map(({ member }) => member.slice(HASH_AT)))) {
    if (!event) continue;
    const { channel, source: by } = readEvent(ring, event).event;
    for (const node of event.things) {
      const extra = row.extras.find((one) => one.node === node);
      if (!extra) continue;
      const known = found.get(node) ?? { ...extra, first: event.time, last: event.time, sources: [] };
      const { first, last, sources } = known;
      if (!sources.some(([c, s]) => c === channel && s === by)) sources.push([channel, by]);
      found.set(node, { ...known, first: Math.min(first, event.time), last: Math.max(last, event.time) });
    }
  }
  return [...found.values()];
}
