import { OUTBOX, type OutboxNote } from '../identity/commit.ts';
import type { WithDirty } from '../identity/hands.ts';
import type { IdentityReads } from '../identity/reads.ts';
import type { Store } from '../identity/store/port.ts';
import { type FlushNote, makeWrites } from '../profiles/flush.ts';
import type { AnalyticStore } from '../profiles/store/port.ts';
import type { Tokens } from '../profiles/tokens.ts';
import type { Ring } from '../schemas/ring.ts';

/**
 * Tells the analytic store what was committed. It stands outside the transaction of the identity store, so each commit leaves a
 * note in the outbox, which goes once its rows are written: after a crash the notes left over are written again, harmlessly.
 */
export type Flusher = {
  /** After a commit. Resolves at once, but when too much waits already: back-pressure. */
  committed(done: WithDirty): Promise<void>;
  /** Resolves when all that was committed before the call can be queried; false when `ms` passed first. */
  queryable(ms: number): Promise<boolean>;
  /** Writes what an earlier process left in the outbox. */
  recover(): Promise<void>;
  failing(): boolean;
  close(): Promise<void>;
};

/** Inserts are rare and large: at most one per this time in ms, unless someone waits. */
const EVERY_MS = 400;
const RETRY_MS = 1_000;
const TOO_MUCH = 60_000;

type Pending = {
  events: Set<string>;
  orders: Set<string>;
  anchors: Map<string, OutboxNote['anchors'][number][1]>;
  customers: Set<string>;
  members: string[];
};
const nothing = (): Pending => ({
  events: new Set(),
  orders: new Set(),
  anchors: new Map(),
  customers: new Set(),
  members: [],
});

export function makeFlusher(deps: {
  store: Store;
  reads: IdentityReads;
  analytic: AnalyticStore;
  ring: Ring;
  tokens: Tokens;
}): Flusher {
  const { store, reads, analytic, ring, tokens } = deps;
  const source = {
    events: reads.reader.events,
    things: reads.reader.things,
    customers: reads.reader.customers,
    rows: reads.rows,
    owners: async (anchor: string) => (await reads.reader.anchors([anchor]))[0] ?? null,
  };
  let pending = nothing();
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let failing = false;
  let closed = false;

  const write = async (taken: Pending): Promise<void> => {
    const note: FlushNote = taken;
    await analytic.write(await makeWrites(note, source, ring, tokens));
    const remove = taken.members.map((member) => ({ list: OUTBOX, member }));
    await store.commit({ seen: new Map(), put: new Map(), add: [], remove });
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const taken = pending;
    if (taken.members.length === 0) return Promise.resolve();
    pending = nothing();
    running = write(taken)
      .then(() => {
        failing = false;
      })
      .catch(() => {
        // Nothing is lost: the notes stand in the outbox, and what was taken is tried again with what comes.
        failing = true;
        const newer = pending;
        pending = taken;
        merge(pending, newer);
      })
      .finally(() => {
        running = null;
        plan(failing ? RETRY_MS : EVERY_MS);
      });
    return running;
  };
  const plan = (ms: number): void => {
    if (closed || timer || running || pending.members.length === 0) return;
    timer = setTimeout(() => void flush(), ms);
  };
  const drain = async (): Promise<void> => {
    if (running) await running;
    await flush();
  };
  return {
    failing: () => failing,
    committed: async ({ dirty, outbox }) => {
      merge(pending, { ...dirty, members: [outbox] });
      if (pending.events.size > TOO_MUCH && !failing) await drain();
      else plan(EVERY_MS);
    },
    queryable: async (ms) => {
      const late = new Promise<'late'>((resolve) => {
        setTimeout(() => resolve('late'), ms).unref();
      });
      return (await Promise.race([drain(), late])) !== 'late' && !failing;
    },
    recover: async () => {
      for (let after: string | undefined; ; ) {
        const left = await store.range(OUTBOX, { after, limit: 100 });
        const taken = nothing();
        for (const { member, value } of left) {
          const note: OutboxNote = JSON.parse(value);
          merge(taken, {
            events: new Set(note.events),
            orders: new Set(note.orders),
            anchors: new Map(note.anchors),
            customers: new Set(note.customers),
            members: [member],
          });
        }
        const last = left[left.length - 1];
        if (!last) return;
        await write(taken);
        after = last.member;
      }
    },
    close: async () => {
      closed = true;
      await drain();
    },
  };
}

function merge(into: Pending, from: Pending): void {
  for (const id of from.events) into.events.add(id);
  for (const id of from.orders) into.orders.add(id);
  for (const [id, spans] of from.anchors) if (!into.anchors.has(id)) into.anchors.set(id, spans);
  for (const id of from.customers) into.customers.add(id);
  into.members.push(...from.members);
}
