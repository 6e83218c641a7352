import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IdentityHands, makeHands } from '../../identity/hands.ts';
import { type CustomerRows, type IdentityReads, makeReads } from '../../identity/reads.ts';
import { openLmdbStore } from '../../identity/store/lmdb.ts';
import type { Store } from '../../identity/store/port.ts';
import { makeConsumption } from '../../ingest/consume.ts';
import { makeNormaliser, type Normaliser } from '../../ingest/identify.ts';
import type { DecisionEntry, Entry } from '../../ingest/port.ts';
import { makePreparer, type Preparer } from '../../ingest/prepare.ts';
import { sealEntry } from '../../ingest/record.ts';
import { applyChange, applyEvent } from '../../profiles/apply.ts';
import { applyCorrection, takeBack } from '../../profiles/correct.ts';
import { customerView } from '../../profiles/view.ts';
import type { CustomerView } from '../../schemas/customer.ts';
import { makeRing, newRing, type Ring, type RingFile } from '../../schemas/ring.ts';

/** An event as a caller writes it; what is left out is filled in by `send`. */
export type Sent = Record<string, unknown>;

/**
 * Identity and profiles on the real store, from log entries to views: everything of the product but the log, the doors
 * and the analytic store. Events and decisions get `received` stamps one second apart unless a test gives its own.
 */
export type House = {
  ring: Ring;
  store: Store;
  hands: IdentityHands;
  reads: IdentityReads;
  normaliser: Normaliser;
  /**
   * All events in one batch; gives the customer of each as it is after the batch, null for anonymous or not applied.
   */
  send(events: readonly Sent[], received?: number): Promise<(string | null)[]>;
  /** Whole log entries, a batch in one transaction: for replays and for orders of arrival. */
  take(entries: readonly Entry[]): Promise<void>;
  decide(decision: DecisionEntry, received?: number): Promise<void>;
  /** The decision that joins two customers as they stand. */
  linkOf(id: string, one: string, other: string): Promise<DecisionEntry>;
  /** The decision that keeps two customers apart as they stand. */
  apartOf(id: string, one: string, other: string): Promise<DecisionEntry>;
  rows(id: string): Promise<CustomerRows | null>;
  view(id: string): Promise<CustomerView | null>;
  /** The customer that an identifier leads to; null for nobody. */
  find(kind: string, scope: string | null, value: string, at?: number): Promise<string | null>;
  /** The node of an identifier, as the store knows it. */
  node(kind: string, scope: string | null, value: string): string;
  /** Everything sent and decided so far, in order: send it to another house with the same ring to rebuild. */
  log: Entry[];
  /** Removes the directory too, unless it was given. */
  close(): Promise<void>;
};

/** A Monday morning in Shanghai. */
export const START = Date.UTC(2023, 0, 2, 2);
export const DAY = 24 * 3_600_000;
/** First `received` stamp: late enough that no event of the 1,000 days after START is from the future. */
export const RECEIVED = START + 1000 * DAY;
/** RFC 3339 of so many days after START. */
export const day = (days: number): string => new Date(START + days * DAY).toISOString();

/** `dir`: of a house that was closed before, with its ring. */
export async function openHouse(dir?: string, ringFile: RingFile = newRing()): Promise<House> {
  const path = dir ?? (await mkdtemp(join(tmpdir(), 'huaxiang-house-')));
  const ring = makeRing(ringFile);
  const store = await openLmdbStore(path);
  const normaliser = makeNormaliser(ring);
  const preparer = makePreparer(ring, normaliser, new Map());
  const clock = { received: RECEIVED };
  const hands = handsOf(store, ring, preparer, clock);
  clock.received += 1000 * (await hands.position(0));
  const consumption = makeConsumption({ ring, preparer, hands, committed: async () => {} });
  const reads = makeReads(store, ring);
  const log: Entry[] = [];
  const take = async (entries: readonly Entry[]): Promise<void> => {
    const from = await hands.position(0);
    const records = entries.map((entry, at) => ({ partition: 0, offset: from + at, value: sealEntry(ring, entry) }));
    log.push(...entries);
    await consumption.handle({ partition: 0, records });
  };
  const tick = (received: number | undefined): number => {
    clock.received = received ?? clock.received + 1000;
    return clock.received;
  };
  const node = (kind: string, scope: string | null, value: string): string => {
    const read = normaliser.ref({ kind, scope, value });
    if ('refused' in read) throw new Error(read.detail);
    return read.identifier.node;
  };
  return {
    ...{ ring, store, hands, reads, normaliser, log, take, node },
    send: async (events, received) => {
      const from = await hands.position(0);
      const entries = events.map((event, at): Entry => {
        const sent = { channel: 'shop', source: 'main', time: day(0), type: 'view', ...event };
        return {
          kind: 'event',
          received: received ?? tick(undefined),
          event: { id: `e${from + at + 1}`, ...sent },
        };
      });
      await take(entries);
      return Promise.all(entries.map((entry) => ownerOf(preparer, reads, entry)));
    },
    decide: async (decision, received) => take([{ kind: 'decision', received: tick(received), decision }]),
    ...makeDecisions(reads),
    rows: reads.rows,
    view: async (id) => {
      const rows = await reads.rows(id);
      return rows && customerView(rows, ring);
    },
    find: async (kind, scope, value, at) => {
      const found = node(kind, scope, value);
      const joins = await reads.holder(found, false, at ?? null);
      return joins ?? reads.holder(found, true, at ?? null);
    },
    close: async () => {
      await store.close();
      if (dir === undefined) await rm(path, { recursive: true });
    },
  };
}

function makeDecisions(reads: IdentityReads): Pick<House, 'linkOf' | 'apartOf'> {
  const by = { actor: 'clerk', reason: 'seen' };
  return {
    linkOf: async (id, one, other) => {
      const [a, b] = [await originOf(reads, one), await originOf(reads, other)];
      return { what: 'link', id, anchors: [a.anchor, b.anchor], times: [a.time, b.time], ...by };
    },
    apartOf: async (id, one, other) => {
      const sides: [Side, Side] = [await sideOf(reads, one, other), await sideOf(reads, other, one)];
      return { what: 'apart', id, sides, ...by };
    },
  };
}

function handsOf(store: Store, ring: Ring, { again }: Preparer, clock: { received: number }): IdentityHands {
  return makeHands({
    store,
    ring,
    profiles: {
      applyEvent: (tables, event, resolution, dirty) => applyEvent(tables, ring, event, resolution, dirty),
      takeBack,
      applyCorrection: (tables, event, resolution, left, dirty) =>
        applyCorrection(tables, ring, event, resolution, left, dirty),
      applyChange: (tables, change, received, dirty) => applyChange(tables, ring, change, received, dirty),
    },
    again,
    now: () => clock.received,
  });
}

type Side = { anchors: string[]; nodes: string[] };

/** What one has and the other has not: a number they share can stand on no side. */
async function sideOf(reads: IdentityReads, id: string, other: string): Promise<Side> {
  const [rows, others] = [await reads.rows(id), await reads.rows(other)];
  if (!rows || !others) throw new Error(`no customer ${id} or ${other}`);
  const owned = rows.anchors.filter(({ row }) => !row.attached);
  const own = rows.customer.nodes.map(([node]) => node).filter((node) => !others.nodes.has(node));
  return { anchors: owned.map(({ anchor }) => anchor), nodes: own };
}

async function originOf(reads: IdentityReads, id: string): Promise<{ anchor: string; time: number }> {
  const rows = await reads.rows(id);
  if (!rows) throw new Error(`no customer ${id}`);
  return rows.customer.origin;
}

async function ownerOf(preparer: Preparer, reads: IdentityReads, entry: Entry): Promise<string | null> {
  const [step] = entry.kind === 'decision' ? [] : preparer.steps(entry);
  if (step?.kind !== 'event') return null;
  const row = await reads.reader.event(step.prepared.hash);
  return row?.anchor ? reads.ownerOf(row.anchor, row.time) : null;
}
