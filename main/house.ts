import { type Keys, openKeys } from '../api/keys.ts';
import { makeHands, type WithDirty } from '../identity/hands.ts';
import { type IdentityReads, makeReads, type Settle } from '../identity/reads.ts';
import { tablesReader } from '../identity/tables.ts';
import { type Acceptor, makeAcceptor } from '../ingest/accept.ts';
import { CHANNELS } from '../ingest/channels.ts';
import { makeConsumption } from '../ingest/consume.ts';
import { makeNormaliser, type Normaliser } from '../ingest/identify.ts';
import type { Jobs } from '../ingest/jobs/port.ts';
import type { Batch } from '../ingest/log/port.ts';
import { makePreparer, type Preparer } from '../ingest/prepare.ts';
import { makeProgress, type Progress } from '../ingest/progress.ts';
import { sleepFor } from '../ingest/pull/pace.ts';
import { makeSources, type Source, type Sources } from '../ingest/sources.ts';
import { applyChange, applyEvent } from '../profiles/apply.ts';
import { applyCorrection, takeBack } from '../profiles/correct.ts';
import type { Profiles } from '../profiles/port.ts';
import { settleRows } from '../profiles/settle.ts';
import { makeTokens, type Tokens } from '../profiles/tokens.ts';
import type { Config } from '../schemas/config.ts';
import type { Ring } from '../schemas/ring.ts';
import { keepConsuming } from './consumer.ts';
import type { Engines } from './engines.ts';
import { makeExclusive } from './exclusive.ts';
import { type Flusher, makeFlusher } from './flush.ts';
import { defineRuleJobs } from './identity/runs.ts';
import { startJobs } from './jobs.ts';
import { makePulls, type Pulls } from './pulls.ts';
import { defineSuggestions } from './suggestions/run.ts';

/** The stages wired to one another: from the door to the stores, without HTTP. */
export type House = Engines & {
  ring: Ring;
  now(): number;
  /** True where no other process shares the stores. */
  alone: boolean;
  normaliser: Normaliser;
  preparer: Preparer;
  acceptor: Acceptor;
  progress: Progress;
  flusher: Flusher;
  reads: IdentityReads;
  sources: Sources;
  keys: Keys;
  tokens: Tokens;
  jobs: Jobs;
  pulls: Pulls;
  /** Called after every commit with the customers it changed. */
  onChange(listener: (customers: readonly string[]) => void): void;
  /** Null while all is well; else why the consumer stopped. */
  broken(): unknown;
  close(): Promise<void>;
};

export type HouseOptions = {
  config: Pick<Config, 'adminKey' | 'roles' | 'kafkaBrokers' | 'redisUrl'>;
  engines: Engines;
  ring: Ring;
  now(): number;
  fileSources: readonly Source[];
  /** Shows the admin key that was made on the first start. */
  showKey(key: string): void;
};

/** Builds the stages and ties each to the next; nothing runs yet. */
function connect({ engines, ring, now, config }: HouseOptions) {
  const { log, store, analytic } = engines;
  const normaliser = makeNormaliser(ring);
  const preparer = makePreparer(ring, normaliser, CHANNELS);
  const settle: Settle = (rows, { events }) => settleRows(rows, { range: store.range, events }, ring);
  const reads = makeReads(store, ring, undefined, settle);
  const position = async (partition: number): Promise<number> =>
    (await reads.reader.notes([`p${partition}`]))[0]?.next ?? 0;
  const consumesAll = config.roles.has('resolve') && config.kafkaBrokers === undefined;
  const progress = makeProgress(position, consumesAll);
  const listeners: ((customers: readonly string[]) => void)[] = [];
  const profiles: Profiles = {
    applyEvent: (tables, event, resolution, dirty) => applyEvent(tables, ring, event, resolution, dirty),
    takeBack,
    applyCorrection: (tables, event, resolution, left, dirty) =>
      applyCorrection(tables, ring, event, resolution, left, dirty),
    applyChange: (tables, change, received, dirty) => applyChange(tables, ring, change, received, dirty),
  };
  const hands = makeHands({ store, ring, now, profiles, again: preparer.again });
  const exclusive = makeExclusive();
  const inMemory = makeReads(store, ring, tablesReader(hands.tables), settle);
  const tokens = makeTokens(ring);
  const { trim } = hands.tables.unit;
  const flusher = makeFlusher({ store, reads: inMemory, analytic, ring, tokens, now, trim, exclusive });
  const committed = async (done: WithDirty): Promise<void> => {
    acceptor.applied(done.applied);
    for (const listener of listeners) listener(done.customers);
    progress.advance(done.partition, done.next);
    await flusher.committed(done);
  };
  const { handle, remember } = makeConsumption<WithDirty>({ ring, preparer, hands, committed });
  const known = reads.reader.events;
  const acceptor: Acceptor = makeAcceptor({ log, ring, preparer, remember, known, now, appliesAll: consumesAll });
  const work = { start: position, handle: (batch: Batch) => exclusive(() => handle(batch)) };
  return { normaliser, preparer, reads, progress, listeners, tokens, flusher, acceptor, work };
}

export async function openHouse(options: HouseOptions): Promise<House> {
  const { engines, ring, now, config } = options;
  const { log, store, analytic } = engines;
  const { work, listeners, ...stages } = connect(options);
  const sources = makeSources({ store, ring, channels: CHANNELS, file: options.fileSources, now });
  const keys = await openKeys({ store, ring, now, adminKey: config.adminKey, show: options.showKey });
  await stages.flusher.recover();
  const consumer = config.roles.has('resolve') ? await keepConsuming(log, work) : null;
  const { acceptor, flusher } = stages;
  const pulls = makePulls({ channels: CHANNELS, sources, acceptor, store, ring, clock: { now, sleep: sleepFor } });
  const define = (kinds: Jobs): void => {
    defineRuleJobs(kinds, { ...engines, ...stages, ring, now });
    defineSuggestions(kinds, { ...engines, ...stages, ring });
  };
  const jobs = await startJobs({ config, store, now, flusher, pulls, define });
  return {
    ...engines,
    ...stages,
    ...{ ring, now, alone: config.redisUrl === undefined, sources, keys, jobs, pulls },
    onChange: (listener) => {
      listeners.push(listener);
    },
    broken: () => consumer?.broken() ?? null,
    close: async () => {
      pulls.stop();
      await jobs.close();
      await consumer?.stop();
      await stages.flusher.close();
      await log.close();
      await analytic.close();
      await store.flushed();
      await store.close();
    },
  };
}
