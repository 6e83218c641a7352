import type { HistoryView } from '../api/identity/port.ts';
import { splitEventKey } from '../schemas/event.ts';
import type { Ring } from '../schemas/ring.ts';
import type { IdentityReads } from './reads.ts';
import { type HistoryEntry, historyOf } from './record.ts';
import type { Store } from './store/port.ts';

/** Entries of one id that are read; its earliest are kept. */
const MAX_ENTRIES = 10_000;

/**
 * What happened to a customer and to those who became it: created, merged, split, held, passed-on numbers, decisions;
 * oldest first. Null for an unknown id.
 */
export function makeHistory(deps: {
  store: Store;
  ring: Ring;
  reads: IdentityReads;
}): (id: string) => Promise<{ items: HistoryView[] } | null> {
  const { store, ring, reads } = deps;
  return async (id) => {
    const live = await reads.liveId(id);
    const [customer] = live === null ? [] : await reads.reader.customers([live]);
    if (live === null || !customer) return null;
    const entries = new Map<string, string>();
    for (const one of new Set([live, id, ...customer.aliases])) {
      const found = await store.range(historyOf(one), { limit: MAX_ENTRIES });
      // What happened to two of them stands in the list of each, under the same member.
      for (const { member, value } of found) entries.set(member, value);
    }
    const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
    return { items: sorted.map(([, value]) => historyView(ring, JSON.parse(value))) };
  };
}

function historyView(ring: Ring, entry: HistoryEntry): HistoryView {
  const { time, what, from, to, rule, actor } = entry;
  const evidence = entry.evidence.map((sealed) => readEvidence(ring.openText(sealed)));
  return { time: new Date(time).toISOString(), what, from, to, rule, actor, evidence };
}

/** Event keys are shown as event ids; only they hold U+0001. What a person said stays as it is. */
const readEvidence = (text: string): string => (text.includes('\u0001') ? splitEventKey(text).id : text);
