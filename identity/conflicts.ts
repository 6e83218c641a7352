import type { ConflictView } from '../api/identity/port.ts';
import type { Page, PageQuery } from '../api/port.ts';
import { Problem } from '../schemas/errors.ts';
import type { Ring } from '../schemas/ring.ts';
import { openNode } from './open.ts';
import type { ConflictRow } from './port.ts';
import type { IdentityReads } from './reads.ts';
import { CONFLICTS } from './record.ts';
import { chunksOf } from './store/lists.ts';
import type { Store } from './store/port.ts';
import { makeUses, SAMPLES } from './uses.ts';

const MEMBER = /^\d{16}[\w-]{22}$/;
const CHUNK = 200;

type Found = { id: string; row: ConflictRow; state: ConflictView['state']; customers: string[] };

/**
 * Merges that the evidence asks for and a rule forbids. `list`: newest first, of one state or (null) of all; throws
 * Problem cursor_invalid. `one`: null for an id nobody knows, or whose ground is gone.
 */
export function makeConflicts(deps: { store: Store; ring: Ring; reads: IdentityReads }): {
  list(state: string | null, page: PageQuery): Promise<Page<ConflictView>>;
  one(id: string): Promise<ConflictView | null>;
} {
  const { store, ring, reads } = deps;
  const uses = makeUses(store, ring, reads.reader);
  const find = async (id: string): Promise<Found | null> => {
    const [row] = await reads.reader.conflicts([id]);
    return row ? stand(reads, id, row) : null;
  };
  const view = async ({ id, row, state, customers }: Found): Promise<ConflictView> => {
    const [anchor] = await reads.reader.anchors([row.anchor]);
    const spans = anchor?.spans ?? [];
    const samples = [];
    for (const { from } of anchor ? spans : []) {
      if (anchor && samples.length < SAMPLES)
        samples.push(...(await uses.earliest(row.anchor, anchor, from, SAMPLES - samples.length)));
    }
    const nodes = await reads.reader.nodes(row.nodes);
    return {
      ...{ id, state, rule: row.rule, customers },
      nodes: nodes.flatMap((node) => openNode(ring, node) ?? []),
      evidence: samples.map(({ id: event, channel, source, time }) => ({ event, channel, source, time: iso(time) })),
      opened: iso(row.opened),
    };
  };
  return {
    one: async (id) => {
      const found = await find(id);
      return found && view(found);
    },
    list: async (state, { after, limit }) => {
      if (after !== null && !MEMBER.test(after)) throw new Problem('cursor_invalid', 'the cursor is none of conflicts');
      const found: { member: string; one: Found }[] = [];
      const newest = { size: CHUNK, from: after ?? undefined, reverse: true };
      for await (const chunk of chunksOf(store, CONFLICTS, newest)) {
        for (const { member, value } of chunk) {
          const one = await find(value);
          if (one && (state === null || one.state === state)) found.push({ member, one });
        }
        if (found.length > limit) break;
      }
      const items = found.slice(0, limit);
      const next = found.length > limit ? (items[items.length - 1]?.member ?? null) : null;
      return { items: await Promise.all(items.map(({ one }) => view(one))), next };
    },
  };
}

const iso = (time: number): string => new Date(time).toISOString();

/**
 * How a conflict stands now: its customers under the ids they live under, and whether they have become one meanwhile.
 */
async function stand(reads: IdentityReads, id: string, row: ConflictRow): Promise<Found | null> {
  const live = await Promise.all(row.customers.map(async (one) => (await reads.liveId(one)) ?? one));
  const customers = [...new Set(live)].sort();
  if (customers.length === 1) return { id, row, state: 'merged', customers };
  // They were joined and taken apart again by a person: else the rule would hold the conflict open.
  if (row.state === 'merged') return { id, row, state: 'kept_apart', customers };
  if (row.state === 'kept_apart') return { id, row, state: row.state, customers };
  const rows = await reads.reader.customers(customers);
  return rows.some((customer) => customer?.conflicts.includes(id)) ? { id, row, state: row.state, customers } : null;
}
