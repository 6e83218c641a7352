import { Problem } from '../schemas/errors.ts';
import { FUTURE_LIMIT_MS, type LookupFate, type RefusedIdentifier } from '../schemas/fate.ts';
import type { Ring } from '../schemas/ring.ts';
import type { Known } from './consume.ts';
import { makeFlying } from './flying.ts';
import type { Log, Position } from './log/port.ts';
import type { Entry, KnownEvent } from './port.ts';
import type { Preparer, Step } from './prepare.ts';
import { sealEntry } from './record.ts';

/** What became of one entry, as far as the door can know. */
export type EntryResult = {
  id: string | null;
  /** Keyed hash of the event; null where the entry made none. */
  hash: string | null;
  fate: LookupFate;
  reason?: string;
  detail?: string;
  identifiers?: RefusedIdentifier[];
};
/** `results` are what the door can foresee; `verdicts` are filled in when this process applies the entries. */
export type Taken = { positions: Position[]; results: EntryResult[]; verdicts: Known['verdict'][] };

export type Acceptor = {
  /**
   * Stamps, seals and appends entries, all or none; resolves once they are on disk. `make` is given the stamp.
   * Throws Problem `overloaded` or `storage_full`; then nothing was taken.
   */
  take(make: (received: number) => Entry[]): Promise<Taken>;
  /** Told by the consumer: these events are applied. */
  applied(hashes: readonly string[]): void;
  /** In the log and not applied yet, as far as this process knows. */
  pending(hash: string): boolean;
  /** True from the first refusal by a full disk until a write succeeds. */
  full(): boolean;
};

/** Entries in the log that are not applied yet, before the door says `overloaded`. */
const MAX_BACKLOG = 100_000;

export function makeAcceptor(deps: {
  log: Log;
  ring: Ring;
  preparer: Preparer;
  remember(value: Buffer, known: Known): void;
  /** Stored events by hash, as committed now. */
  known(hashes: readonly string[]): Promise<(KnownEvent | null)[]>;
  now(): number;
  /** All that is taken here is applied by this process, which then says so. */
  appliesAll: boolean;
}): Acceptor {
  const { log, ring, preparer } = deps;
  const flying = makeFlying(deps.appliesAll, deps.now);
  let last = 0;
  let full = false;
  return {
    full: () => full,
    pending: (hash) => flying.has(hash),
    applied: flying.remove,
    take: async (make) => {
      if (flying.size() > MAX_BACKLOG)
        throw new Problem('overloaded', 'too many events wait to be applied', { retry_after: 2 });
      // Stamping, sealing and the call of append happen in one turn, so that the order of stamps is the order of the
      // log.
      last = Math.max(last, deps.now());
      const work = make(last).map((entry): Known => {
        const steps = entry.kind === 'decision' ? [] : preparer.steps(entry);
        return { entry, steps, verdict: { told: null } };
      });
      const hashes = work.flatMap(({ steps }) =>
        steps.flatMap((step) => (step.kind === 'event' ? [step.prepared.hash] : [])),
      );
      const flew = new Map(hashes.map((hash) => [hash, flying.get(hash)]));
      const stored = deps.known(hashes);
      const records = work.map((known) => {
        const value = sealEntry(ring, known.entry);
        deps.remember(value, known);
        return { key: keyOf(known.steps), value };
      });
      for (const { steps } of work) {
        for (const step of steps) if (step.kind === 'event') flying.add(step.prepared.hash, step.prepared.content);
      }
      try {
        const [known, positions] = await Promise.all([stored, log.append(records)]);
        full = false;
        const before = new Map(hashes.map((hash, at) => [hash, known[at]?.content ?? flew.get(hash)]));
        const results = work.map(({ steps, entry }) => resultOf(steps, entry, before));
        return { positions, results, verdicts: work.map(({ verdict }) => verdict) };
      } catch (error) {
        flying.remove(hashes);
        if (!isFull(error)) throw error;
        full = true;
        throw new Problem('storage_full', 'the disk is full, nothing was taken');
      }
    },
  };
}

export function isFull(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOSPC';
}

/**
 * The partition key: the first identifier, so that most events of a person stay in order. Correctness never rests on
 * it.
 */
function keyOf(steps: readonly Step[]): string {
  const [step] = steps;
  if (step?.kind !== 'event') return 'none';
  return step.prepared.identifiers[0]?.node ?? step.prepared.hash;
}

/** The fate of an entry is that of its first event; `seen` learns what stands under each hash from then on. */
function resultOf(steps: readonly Step[], entry: Entry, seen: Map<string, string | undefined>): EntryResult {
  const step = steps.find(({ kind }) => kind === 'event' || kind === 'drop');
  if (step?.kind !== 'event' && step?.kind !== 'drop') return { id: null, hash: null, fate: 'accepted' };
  if (step.kind === 'drop') {
    const { fate, reason, detail } = step;
    return { id: givenId(entry), hash: null, fate, reason, detail };
  }
  const { prepared } = step;
  const { id } = prepared.event;
  const base = { id, hash: prepared.hash, ...(prepared.refused.length > 0 ? { identifiers: prepared.refused } : {}) };
  const before = seen.get(prepared.hash);
  if (before !== undefined && entry.kind !== 'decision' && entry.replay === undefined) {
    return { ...base, fate: 'duplicate', reason: before === prepared.content ? 'seen_before' : 'duplicate_differs' };
  }
  seen.set(prepared.hash, prepared.content);
  if (prepared.time > prepared.received + FUTURE_LIMIT_MS) {
    return {
      ...base,
      fate: 'quarantined',
      reason: 'time_in_future',
      detail: 'the event time is more than 24 hours ahead',
    };
  }
  const usable = prepared.identifiers.some(({ role }) => role !== 'evidence');
  return { ...base, fate: 'accepted', ...(usable ? {} : { reason: 'anonymous' }) };
}

/** The id a malformed event bore, where it can be told. */
function givenId(entry: Entry): string | null {
  if (entry.kind !== 'event' || typeof entry.event !== 'object' || entry.event === null || !('id' in entry.event))
    return null;
  const { id } = entry.event;
  return typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, 256) : null;
}
