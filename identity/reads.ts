import { eventKey } from '../schemas/event.ts';
import type { Ring } from '../schemas/ring.ts';
import { type AnchorRow, type CustomerRow, MAX_POINTERS, type NodeRow, type ThingRow } from './port.ts';
import type { Policy } from './rules.ts';
import { spanAt } from './spans.ts';
import type { Store } from './store/port.ts';
import { openReader, policyFrom, type Reader } from './tables.ts';

/** Everything the answers about one customer are made of, read from what was committed last. */
export type CustomerRows = {
  id: string;
  customer: CustomerRow;
  anchors: { anchor: string; row: AnchorRow; from: number }[];
  nodes: Map<string, NodeRow>;
  things: Map<string, ThingRow>;
  /** The rules in force. */
  policy: Policy;
};

export type IdentityReads = {
  reader: Reader;
  /** The id under which a customer lives now; null for an id that was never given, or owns nothing any more. */
  liveId(id: string): Promise<string | null>;
  /** Rows of the live customer behind an id. */
  rows(id: string): Promise<CustomerRows | null>;
  /** The customer an identifier leads to at a time (epoch ms); null at: now. */
  holder(node: string, attaching: boolean, at: number | null): Promise<string | null>;
  /** Present owner of an event. */
  ownerOf(anchor: string, time: number): Promise<string | null>;
  hashOf(channel: string, source: string, id: string): string;
};

/** Attached anchors whose claims and events are read for a view; their counters are in the totals anyway. */
export const MAX_ATTACHED = 200;
/** Of those that claim or show something; beyond that a customer is no person. */
const MAX_SAYING = 1_000;

/** What profiles makes of the rows of a customer before anyone reads them. */
export type Settle = (rows: CustomerRows, reader: Reader) => Promise<CustomerRows>;

export function makeReads(
  store: Store,
  ring: Ring,
  reader: Reader = openReader(store, ring),
  settle: Settle = async (rows) => rows,
): IdentityReads {
  const ownerOf = async (anchor: string, time: number): Promise<string | null> => {
    const [row] = await reader.anchors([anchor]);
    return spanAt(row?.spans ?? [], time)?.owner ?? null;
  };
  const liveId = async (id: string): Promise<string | null> => {
    const [row] = await reader.customers([id]);
    if (!row) return null;
    return row.anchors.length > 0 ? id : ownerOf(row.origin.anchor, row.origin.time);
  };
  return {
    reader,
    ownerOf,
    liveId,
    rows: async (id) => {
      const live = await liveId(id);
      const [customer] = live === null ? [] : await reader.customers([live]);
      return live !== null && customer ? settle(await gather(store, reader, live, customer), reader) : null;
    },
    holder: async (node, attaching, at) => {
      if (!attaching) {
        const [row] = await reader.nodes([node]);
        return spanAt(row?.spans ?? [], at ?? Number.MAX_SAFE_INTEGER)?.owner ?? null;
      }
      const [thing] = await reader.things([node]);
      if (!thing || thing.pointers.length >= MAX_POINTERS) return null;
      const owners = await Promise.all(thing.pointers.map(([anchor, time]) => ownerOf(anchor, at ?? time)));
      const found = new Set(owners.filter((owner) => owner !== null));
      return found.size === 1 ? ([...found][0] ?? null) : null;
    },
    hashOf: (channel, source, id) => ring.hash('event', eventKey(channel, source, id)),
  };
}

async function gather(store: Store, reader: Reader, id: string, customer: CustomerRow): Promise<CustomerRows> {
  const rows = await reader.anchors(customer.anchors.map(({ anchor }) => anchor));
  const anchors = customer.anchors.flatMap(({ anchor, from }, at) => {
    const row = rows[at];
    // A span may have begun with an event of another anchor: until it has one of its own there is nothing to show.
    const told = row?.fragments[row.spans.findIndex((span) => span.from === from)]?.events ?? 0;
    return row && told > 0 ? [{ anchor, row, from }] : [];
  });
  const attached = new Set<string>();
  for (const { anchor, row } of anchors) {
    if (!row.followed) continue;
    for (const { member } of await store.range(`s:${anchor}`, { limit: MAX_SAYING })) attached.add(member);
    if (attached.size >= MAX_ATTACHED) continue;
    for (const { member } of await store.range(`d:${anchor}`, { limit: MAX_ATTACHED })) attached.add(member);
  }
  const ids = [...attached];
  for (const [at, row] of (await reader.anchors(ids)).entries()) {
    const span = row?.spans[0];
    if (row && span?.owner === id) anchors.push({ anchor: ids[at] ?? '', row, from: span.from });
  }
  const nodeIds = [...new Set(anchors.flatMap(({ row }) => (row.attached ? [] : row.nodes)))];
  const thingIds = [...new Set(anchors.flatMap(({ row }) => row.extras.map(({ node }) => node)))];
  const [nodes, things] = [await reader.nodes(nodeIds), await reader.things(thingIds)];
  const policy = policyFrom(await reader.rules());
  return { id, customer, anchors, nodes: pair(nodeIds, nodes), things: pair(thingIds, things), policy };
}

function pair<T>(ids: readonly string[], rows: readonly (T | null)[]): Map<string, T> {
  return new Map(
    ids.flatMap((id, at): [string, T][] => {
      const row = rows[at];
      return row ? [[id, row]] : [];
    }),
  );
}
