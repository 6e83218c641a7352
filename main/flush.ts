import { OUTBOX, type OutboxNote } from '../identity/commit.ts';
import type { WithDirty } from '../identity/hands.ts';
import type { IdentityReads } from '../identity/reads.ts';
import type { ListMember, Store } from '../identity/store/port.ts';
import { type FlushSource, makeWrites } from '../profiles/flush.ts';
import type { AnalyticStore, Writes } from '../profiles/store/port.ts';
import type { Tokens } from '../profiles/tokens.ts';
import type { Ring } from '../schemas/ring.ts';

/**
 * Tells the analytic store what was committed. It stands outside the transaction of the identity store, so each commit leaves a
 * note in the outbox, which goes once its rows are written: after a crash the notes left over are written again, harmlessly.
 */
export type Flusher = {
  /** After a commit, before the next batch: rows are made of what stands in memory; inserting goes on beside. */
  committed(done: WithDirty): Promise<void>;
  /** Resolves when all that was committed before the call can be queried; false when `ms` passed first. */
  queryable(ms: number): Promise<boolean>;
  /** Writes what an earlier process left in the outbox. */
  recover(): Promise<void>;
  /** Writes notes that were in the outbox at the last sweep already: whose process died, or was refused. */
  sweep(): Promise<{ notes: number }>;
  failing(): boolean;
  close(): Promise<void>;
};

/** Inserts are rare and large: at most one begins per this time in ms, unless someone waits. */
const EVERY_MS = 1_000;
const RETRY_MS = 1_000;
/** Notes a sweep looks at. */
const SWEPT = 50;

type Pending = {
  events: Set<string>;
  orders: Set<string>;
  anchors: Map<string, OutboxNote['anchors'][number][1]>;
  customers: Set<string>;
  members: string[];
};
const nothing = (): Pending => ({
  ...{ events: new Set(), orders: new Set(), anchors: new Map(), customers: new Set(), members: [] },
});

export function makeFlusher(deps: {
  store: Store;
  /** Rows as they stand in memory between batches. */
  reads: IdentityReads;
  analytic: AnalyticStore;
  ring: Ring;
  tokens: Tokens;
  now(): number;
  /** Runs work between batches of the consumer. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
}): Flusher {
  const { store, reads, analytic, ring, tokens, now, exclusive } = deps;
  const state = {
    pending: nothing(),
    inserting: null as Promise<void> | null,
    begun: 0,
    failing: false,
    closed: false,
  };
  let timer: NodeJS.Timeout | undefined;
  let seen = new Set<string>();
  const source: FlushSource = {
    events: reads.reader.events,
    things: reads.reader.things,
    customers: reads.reader.customers,
    rows: reads.rows,
    owners: async (anchor) => (await reads.reader.anchors([anchor]))[0] ?? null,
  };
  const insert = async (writes: Writes, taken: Pending): Promise<void> => {
    try {
      await analytic.write(writes);
      const remove = taken.members.map((member) => ({ list: OUTBOX, member }));
      await store.commit({ seen: new Map(), put: new Map(), add: [], remove });
      state.failing = false;
    } catch {
      // Nothing is lost: the notes stand in the outbox, and what was taken is tried again with what comes.
      state.failing = true;
      const newer = state.pending;
      state.pending = taken;
      merge(state.pending, newer);
    } finally {
      state.inserting = null;
      plan(state.failing ? RETRY_MS : EVERY_MS);
    }
  };
  /** Begins an insert of all that is pending; between batches only. */
  const begin = async (): Promise<void> => {
    if (state.inserting) await state.inserting;
    const taken = state.pending;
    if (taken.members.length === 0) return;
    state.pending = nothing();
    state.begun = now();
    const writes = await makeWrites(taken, source, ring, tokens);
    state.inserting = insert(writes, taken);
  };
  const plan = (ms: number): void => {
    if (state.closed || timer || state.pending.members.length === 0) return;
    timer = setTimeout(() => {
      timer = undefined;
      if (state.inserting === null) void exclusive(begin);
    }, ms);
  };
  const drain = async (): Promise<void> => {
    await exclusive(begin);
    while (state.inserting) await state.inserting;
  };
  return {
    failing: () => state.failing,
    committed: async ({ dirty, outbox }) => {
      merge(state.pending, { ...dirty, members: [outbox] });
      if (state.inserting === null && !state.failing && now() - state.begun >= EVERY_MS) await begin();
      else plan(EVERY_MS);
    },
    queryable: async (ms) => {
      const late = new Promise<'late'>((resolve) => {
        setTimeout(() => resolve('late'), ms).unref();
      });
      return (await Promise.race([drain(), late])) !== 'late' && !state.failing;
    },
    recover: () => recover(store, insertNow),
    sweep: async () => {
      const left = await store.range(OUTBOX, { limit: SWEPT });
      const stale = left.filter(({ member }) => seen.has(member));
      seen = new Set(left.map(({ member }) => member));
      if (stale.length > 0) await exclusive(() => insertNow(pendingOf(stale)));
      return { notes: stale.length };
    },
    close: async () => {
      state.closed = true;
      clearTimeout(timer);
      await drain();
    },
  };

  async function insertNow(taken: Pending): Promise<void> {
    await analytic.write(await makeWrites(taken, source, ring, tokens));
    const remove = taken.members.map((member) => ({ list: OUTBOX, member }));
    await store.commit({ seen: new Map(), put: new Map(), add: [], remove });
  }
}

async function recover(store: Store, write: (taken: Pending) => Promise<void>): Promise<void> {
  for (;;) {
    const left = await store.range(OUTBOX, { limit: 50 });
    if (left.length === 0) return;
    await write(pendingOf(left));
  }
}

function pendingOf(left: readonly ListMember[]): Pending {
  const taken = nothing();
  for (const { member, value } of left) {
    const note: OutboxNote = JSON.parse(value);
    const { events, orders, anchors, customers } = note;
    merge(taken, {
      ...{ events: new Set(events), orders: new Set(orders), anchors: new Map(anchors) },
      ...{ customers: new Set(customers), members: [member] },
    });
  }
  return taken;
}

function merge(into: Pending, from: Pending): void {
  for (const id of from.events) into.events.add(id);
  for (const id of from.orders) into.orders.add(id);
  for (const [id, spans] of from.anchors) if (!into.anchors.has(id)) into.anchors.set(id, spans);
  for (const id of from.customers) into.customers.add(id);
  into.members.push(...from.members);
}
