import { OUTBOX } from '../identity/commit.ts';
import type { WithDirty } from '../identity/hands.ts';
import type { IdentityReads } from '../identity/reads.ts';
import { changeLists } from '../identity/store/lists.ts';
import type { Store } from '../identity/store/port.ts';
import type { Reader } from '../identity/tables.ts';
import { makeComparing } from '../profiles/comparing.ts';
import { type FlushSource, makeWrites } from '../profiles/flush.ts';
import type { AnalyticStore, Writes } from '../profiles/store/port.ts';
import type { Tokens } from '../profiles/tokens.ts';
import type { Ring } from '../schemas/ring.ts';
import { type Pending, PORTION, pendingOf, sizeOf, takePortion } from './pending.ts';

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
  store: Pick<Store, 'range' | 'commit'>;
  /** Rows as they stand in memory between batches. */
  reads: { reader: Pick<Reader, 'events' | 'things' | 'customers' | 'anchors'>; rows: IdentityReads['rows'] };
  analytic: Pick<AnalyticStore, 'write'>;
  ring: Ring;
  tokens: Tokens;
  now(): number;
  /** Lets go of rows in memory that were only read. */
  trim(): void;
  /** Runs work between batches of the consumer. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
};
type State = {
  /** Commits whose rows are not made yet, oldest first. */
  waiting: Pending[];
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
    waiting: [],
    inserting: null,
    begun: 0,
    every: SOONEST_MS,
    failing: false,
    closed: false,
    timer: undefined,
  };
  const table = makeTable(deps);
  /** Begins an insert of the next portion; between batches only. */
  const begin = async (): Promise<void> => {
    if (state.inserting) await state.inserting;
    const taken = takePortion(state.waiting);
    if (taken === null) return;
    state.begun = now();
    const writes = await table.rows(taken);
    state.inserting = insert(state, table, writes, taken).finally(() => {
      state.every = Math.min(LATEST_MS, Math.max(SOONEST_MS, PAUSES * (now() - state.begun)));
      plan(state.failing ? RETRY_MS : isBehind(state) ? 0 : state.every);
    });
  };
  const plan = (ms: number): void => {
    if (state.closed || state.timer || state.waiting.length === 0) return;
    state.timer = setTimeout(() => {
      state.timer = undefined;
      if (state.inserting === null) void exclusive(begin);
    }, ms);
  };
  /** Writes what waits at the call, portion after portion, or until a write fails. */
  const drain = async (): Promise<void> => {
    const last = state.waiting.at(-1);
    do {
      await exclusive(begin);
      while (state.inserting) await state.inserting;
    } while (last && state.waiting.includes(last) && !state.failing);
  };
  return {
    failing: () => state.failing,
    committed: async ({ dirty, outbox }) => {
      state.waiting.push({ ...dirty, members: [outbox] });
      const due = state.inserting === null && now() - state.begun >= state.every;
      if (!state.failing && (due || isBehind(state))) await begin();
      else plan(state.every);
    },
    queryable: async (ms) => (await inTime(drain(), ms)) && !state.failing,
    recover: () => recover(store, table),
    sweep: makeSweep(deps, table),
    close: async () => {
      state.closed = true;
      clearTimeout(state.timer);
      await drain();
    },
  };
}

/** More than a portion waits: the next batch would only make it more. */
const isBehind = ({ waiting }: State): boolean => waiting.reduce((sum, one) => sum + sizeOf(one), 0) > PORTION;

function makeSweep({ store, exclusive }: Deps, table: Table): Flusher['sweep'] {
  let swept = new Set<string>();
  return async () => {
    const left = await store.range(OUTBOX, { limit: CHUNK });
    const stale = left.filter(({ member }) => swept.has(member));
    swept = new Set(left.map(({ member }) => member));
    if (stale.length > 0) await exclusive(() => table.writeNow(pendingOf(stale)));
    return { notes: stale.length };
  };
}

async function recover(store: Deps['store'], table: Table): Promise<void> {
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
    state.waiting.unshift(taken);
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
function makeTable({ store, reads, analytic, ring, tokens, trim }: Deps) {
  const source: FlushSource = {
    events: reads.reader.events,
    things: reads.reader.things,
    customers: reads.reader.customers,
    rows: reads.rows,
    owners: async (anchor) => (await reads.reader.anchors([anchor]))[0] ?? null,
  };
  const comparing = makeComparing(ring);
  const rows = async (taken: Pending): Promise<Writes> => {
    const writes = await makeWrites(taken, source, { ring, tokens, comparing });
    trim();
    return writes;
  };
  const write = async (writes: Writes, taken: Pending): Promise<void> => {
    await analytic.write(writes);
    comparing.wrote(writes.compared ?? []);
    const remove = taken.members.map((member) => ({ list: OUTBOX, member }));
    await changeLists(store, { remove });
  };
  const writeNow = async (waiting: Pending[]): Promise<void> => {
    for (let taken = takePortion(waiting); taken; taken = takePortion(waiting)) await write(await rows(taken), taken);
  };
  return { rows, write, writeNow };
}
