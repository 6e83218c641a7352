import { OUTBOX } from '../identity/commit.ts';
import type { WithDirty } from '../identity/hands.ts';
import type { IdentityReads } from '../identity/reads.ts';
import type { Store } from '../identity/store/port.ts';
import { makeComparing } from '../profiles/comparing.ts';
import { type FlushSource, makeWrites } from '../profiles/flush.ts';
import type { AnalyticStore, Writes } from '../profiles/store/port.ts';
import type { Tokens } from '../profiles/tokens.ts';
import type { Ring } from '../schemas/ring.ts';
import { merge, nothing, type Pending, pendingOf } from './pending.ts';

/**
 * Tells the analytic store what was committed. It stands outside the transaction of the identity store, so each commit
 * leaves a note in the outbox, which goes once its rows are written: after a crash the notes left over are written
 * again, harmlessly.
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

/** ms between inserts: short while they are quick, longer where they take long, so that they stay rare and large. */
const SOONEST_MS = 250;
const LATEST_MS = 1_500;
const PAUSES = 2;
const RETRY_MS = 1_000;
/** Notes a sweep, or a step of the recovery, looks at. */
const CHUNK = 50;

type Deps = {
  store: Store;
  /** Rows as they stand in memory between batches. */
  reads: IdentityReads;
  analytic: AnalyticStore;
  ring: Ring;
  tokens: Tokens;
  now(): number;
  /** Runs work between batches of the consumer. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
};
type State = {
  pending: Pending;
  inserting: Promise<void> | null;
  begun: number;
  /** ms to wait after the beginning of one insert before the next. */
  every: number;
  failing: boolean;
  closed: boolean;
  timer: NodeJS.Timeout | undefined;
};

export function makeFlusher(deps: Deps): Flusher {
  const { store, exclusive, now } = deps;
  const state: State = {
    pending: nothing(),
    inserting: null,
    begun: 0,
    every: SOONEST_MS,
    failing: false,
    closed: false,
    timer: undefined,
  };
  const table = makeTable(deps);
  /** Begins an insert of all that is pending; between batches only. */
  const begin = async (): Promise<void> => {
    if (state.inserting) await state.inserting;
    const taken = state.pending;
    if (taken.members.length === 0) return;
    state.pending = nothing();
    state.begun = now();
    const writes = await table.rows(taken);
    state.inserting = insert(state, table, writes, taken).finally(() => {
      state.every = Math.min(LATEST_MS, Math.max(SOONEST_MS, PAUSES * (now() - state.begun)));
      plan(state.failing ? RETRY_MS : state.every);
    });
  };
  const plan = (ms: number): void => {
    if (state.closed || state.timer || state.pending.members.length === 0) return;
    state.timer = setTimeout(() => {
      state.timer = undefined;
      if (state.inserting === null) void exclusive(begin);
    }, ms);
  };
  const drain = async (): Promise<void> => {
    await exclusive(begin);
    while (state.inserting) await state.inserting;
  };
  let swept = new Set<string>();
  return {
    failing: () => state.failing,
    committed: async ({ dirty, outbox }) => {
      merge(state.pending, { ...dirty, members: [outbox] });
      if (state.inserting === null && !state.failing && now() - state.begun >= state.every) await begin();
      else plan(state.every);
    },
    queryable: async (ms) => (await inTime(drain(), ms)) && !state.failing,
    recover: () => recover(store, table),
    sweep: async () => {
      const left = await store.range(OUTBOX, { limit: CHUNK });
      const stale = left.filter(({ member }) => swept.has(member));
      swept = new Set(left.map(({ member }) => member));
      if (stale.length > 0) await exclusive(() => table.writeNow(pendingOf(stale)));
      return { notes: stale.length };
    },
    close: async () => {
      state.closed = true;
      clearTimeout(state.timer);
      await drain();
    },
  };
}

async function recover(store: Store, table: Table): Promise<void> {
  for (;;) {
    const left = await store.range(OUTBOX, { limit: CHUNK });
    if (left.length === 0) return;
    await table.writeNow(pendingOf(left));
  }
}

async function insert(state: State, table: Table, writes: Writes, taken: Pending): Promise<void> {
  try {
    await table.write(writes, taken);
    state.failing = false;
  } catch {
    // Nothing is lost: the notes stand in the outbox, and what was taken is tried again with what comes.
    state.failing = true;
    const newer = state.pending;
    state.pending = taken;
    merge(state.pending, newer);
  } finally {
    state.inserting = null;
  }
}

async function inTime(work: Promise<void>, ms: number): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => {
    setTimeout(() => resolve(false), ms).unref();
  });
  return Promise.race([work.then(() => true), late]);
}

type Table = ReturnType<typeof makeTable>;

/** From names of rows to rows written, and their notes taken out of the outbox. */
function makeTable({ store, reads, analytic, ring, tokens }: Deps) {
  const source: FlushSource = {
    events: reads.reader.events,
    things: reads.reader.things,
    customers: reads.reader.customers,
    rows: reads.rows,
    owners: async (anchor) => (await reads.reader.anchors([anchor]))[0] ?? null,
  };
  const comparing = makeComparing(ring);
  const rows = (taken: Pending): Promise<Writes> => makeWrites(taken, source, { ring, tokens, comparing });
  const write = async (writes: Writes, taken: Pending): Promise<void> => {
    await analytic.write(writes);
    comparing.wrote(writes.compared ?? []);
    const remove = taken.members.map((member) => ({ list: OUTBOX, member }));
    await store.commit({ seen: new Map(), put: new Map(), add: [], remove });
  };
  return { rows, write, writeNow: async (taken: Pending): Promise<void> => write(await rows(taken), taken) };
}
