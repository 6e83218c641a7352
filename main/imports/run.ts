import { setTimeout as pause } from 'node:timers/promises';
import type { ImportUnit } from '../../ingest/import/unit.ts';
import type { Position } from '../../ingest/log/port.ts';
import type { Entry } from '../../ingest/port.ts';
import { Problem } from '../../schemas/errors.ts';
import type { House } from '../house.ts';
import { entriesOf, inBatches, unreadable } from './batches.ts';
import type { ImportRow } from './rows.ts';

/** ms between tries while the consumer is behind, and while the disk is full. */
const BUSY_MS = 200;
const FULL_MS = 1_000;
/** ms after which somebody who waits for the consumer looks whether the service ends. */
const STEP_MS = 1_000;

/** The log or the store did not take something, and it is not known what of it arrived. */
export class Away extends Error {}

export type Work = {
  row: ImportRow;
  units: AsyncIterable<ImportUnit>;
  /** Batches that the log holds already. */
  done: number;
  /** Somebody waits who can be told of a full disk, so that nothing has been taken. */
  refusable(): boolean;
  /** Aborted when the service ends. */
  signal: AbortSignal;
  save(row: ImportRow): Promise<void>;
};

/**
 * Puts a file into the log, batch after batch: a batch is appended when the one before it is on the disk, and the one
 * before that is applied, so that the log never has a later batch without an earlier one. Resolves when all of it is
 * applied, with what is wrong with the file as a whole, or null. Throws Away, Problem `storage_full`, the reason of the
 * signal, and what reading the file throws.
 */
export async function runImport(house: House, work: Work): Promise<string | null> {
  const { row, done, signal } = work;
  let before: Promise<void> = Promise.resolve();
  let last = done;
  for await (const step of inBatches(work.units)) {
    signal.throwIfAborted();
    if (step.type === 'head') {
      Object.assign(row, { kind: step.kind, encoding: step.encoding });
      await work.save(row);
    } else if (step.type === 'failed') {
      if (done === 0)
        await applied(house, await append(house, work, 0, unreadable.bind(null, row.id, row, step)), signal);
      return step.detail;
    } else if (step.batch.number > done) {
      const positions = await append(house, work, last, (received) => entriesOf(row.id, row, step.batch, received));
      last = step.batch.number;
      await before;
      before = applied(house, positions, signal);
      // Awaited in the next round: a failure meanwhile must not count as nobody's.
      before.catch(() => undefined);
    }
  }
  await before;
  return null;
}

async function append(
  house: House,
  { signal, refusable }: Work,
  last: number,
  make: (received: number) => Entry[],
): Promise<Position[]> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return (await house.acceptor.take(make)).positions;
    } catch (error) {
      if (!(error instanceof Problem)) throw new Away('the log did not answer', { cause: error });
      const full = error.code === 'storage_full';
      if (full ? last === 0 && refusable() : error.code !== 'overloaded') throw error;
      await pause(full ? FULL_MS : BUSY_MS, undefined, { signal });
    }
  }
}

async function applied(house: House, positions: readonly Position[], signal: AbortSignal): Promise<void> {
  while (!(await house.progress.reached(positions, STEP_MS))) signal.throwIfAborted();
}

/** Resolves when all that stands in the log is applied. */
export async function settled(house: House, signal: AbortSignal): Promise<void> {
  const ends = await house.log.ends();
  const positions = [...ends].filter(([, end]) => end > 0).map(([partition, end]) => ({ partition, offset: end - 1 }));
  await applied(house, positions, signal);
}
