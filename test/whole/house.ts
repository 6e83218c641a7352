import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drainPending } from 'chdb';
import type { Services } from '../../api/port.ts';
import { openLmdbStore } from '../../identity/store/lmdb.ts';
import type { Store } from '../../identity/store/port.ts';
import { openEmbeddedLog } from '../../ingest/log/embedded.ts';
import type { Entry } from '../../ingest/port.ts';
import { openEntry, sealEntry } from '../../ingest/record.ts';
import { type House, openHouse } from '../../main/house.ts';
import { openRing } from '../../main/ring.ts';
import { makeServices } from '../../main/services.ts';
import { openAnalyticStore } from '../../profiles/store/clickhouse.ts';
import type { AnalyticStore } from '../../profiles/store/port.ts';
import type { RingFile } from '../../schemas/ring.ts';
import { ROLES } from '../../schemas/variables.ts';

/**
 * The whole product in one process and one directory, laid out as the server lays it out, without HTTP. Entries are put
 * into the log with the `received` stamps that a test chose; decisions made by the services get the time of `clock`.
 */
export type Whole = {
  directory: string;
  house: House;
  services: Services;
  clock: { now: number };
  /** Puts entries into the log, so many in a batch as `sizes` say by turns, and waits until they are applied. */
  deliver(entries: readonly Entry[], sizes?: readonly number[]): Promise<void>;
  /** All that stands in the log, in order. */
  entries(): Promise<Entry[]>;
  /** Keeps the directory. */
  close(): Promise<void>;
};
export type WholeOptions = {
  /** Of a house that was closed before. */
  directory?: string;
  /** Of which key ring the house is made: with the same one, ids are the same. */
  key?: number;
  /** The analytic store is chDB; else nothing is kept of what is written to it. */
  analytic?: boolean;
  wrap?(store: Store): Store;
};

const RING = 'keyring.json';
const LOOK_MS = 500;
const ADMIN_KEY = 'an admin key of the tests';

/** A key ring that is the same in every run, so that what fails fails again. */
function ringOf(key: number): RingFile {
  const bytes = (name: string): string => createHash('sha256').update(`${name} ${key}`).digest('base64');
  return { index: bytes('index'), current: 'k1', keys: { k1: bytes('k1') } };
}

export const newDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'huaxiang-whole-'));
export const removeDirectory = (directory: string): Promise<void> => rm(directory, { recursive: true, force: true });

/** Takes all and answers nothing: for tests that ask nothing of sets. */
function openNowhere(): AnalyticStore {
  return {
    write: async () => undefined,
    query: async () => ({ items: [], total: 0, next: null }),
    aggregate: async () => ({ rows: [] }),
    search: async () => [],
    anchors: async () => [],
    quality: async () => ({ total: 0, identifiers: [], channels: [] }),
    compared: { count: async () => 0, page: async () => ({ rows: new Uint8Array(), next: null }) },
    ping: async () => undefined,
    close: async () => undefined,
  };
}

export async function openWhole(options: WholeOptions = {}): Promise<Whole> {
  const directory = options.directory ?? (await newDirectory());
  if (options.directory === undefined) await writeFile(join(directory, RING), JSON.stringify(ringOf(options.key ?? 0)));
  const clock = { now: Date.UTC(2026, 0, 1) };
  const ring = await openRing(undefined, directory, () => undefined);
  const store = await openLmdbStore(join(directory, 'identity'));
  const analytic = options.analytic ? await openAnalyticStore({ path: join(directory, 'analytic') }) : openNowhere();
  const log = await openEmbeddedLog(join(directory, 'log'));
  const house = await openHouse({
    config: { adminKey: ADMIN_KEY, roles: new Set(ROLES), kafkaBrokers: undefined, redisUrl: undefined },
    engines: { store: options.wrap?.(store) ?? store, analytic, log },
    ring,
    now: () => clock.now,
    fileSources: [],
    showKey: () => undefined,
  });
  const put = async (entries: readonly Entry[]): Promise<void> => {
    const records = entries.map((entry) => ({ key: 'test', value: sealEntry(ring, entry) }));
    const positions = await log.append(records);
    // A consumer that stopped never gets there: what stopped it says more than a wait that runs out.
    while (house.broken() === null && !(await house.progress.reached(positions, LOOK_MS)));
    if (house.broken() !== null) throw house.broken();
  };
  return {
    directory,
    house,
    services: makeServices(house, directory),
    clock,
    deliver: async (entries, sizes = [Number.MAX_SAFE_INTEGER]) => {
      for (let at = 0, turn = 0; at < entries.length; turn += 1) {
        const size = Math.max(sizes[turn % sizes.length] ?? 1, 1);
        await put(entries.slice(at, at + size));
        at += size;
      }
    },
    entries: async () => (await log.read(0, 0, 1_000_000)).map(({ value }) => openEntry(ring, value)),
    close: async () => {
      await house.close();
      if (options.analytic) await drainPending();
    },
  };
}

/** A house in a directory that goes with it. */
export async function withWhole<T>(options: WholeOptions, run: (whole: Whole) => Promise<T>): Promise<T> {
  const whole = await openWhole(options);
  try {
    return await run(whole);
  } finally {
    await whole.close();
    await removeDirectory(whole.directory);
  }
}
