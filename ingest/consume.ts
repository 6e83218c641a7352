import { type Fate, FUTURE_LIMIT_MS, type Reason } from '../schemas/fate.ts';
import type { Ring } from '../schemas/ring.ts';
import type { Batch } from './log/port.ts';
import type { ChangeNote, Committed, Dead, Entry, Hands, Names, Prepared, Verdict } from './port.ts';
import type { Preparer, Step } from './prepare.ts';
import { openEntry } from './record.ts';

/**
 * The batch loop: read, map, resolve, apply, commit. A plain loop: one batch after the other, each in one store
 * transaction together with the log position. Where another process was faster the whole batch is done again on fresh
 * rows.
 */
export type Consumption = {
  handle(batch: Batch): Promise<void>;
  /**
   * Keeps what the door has parsed already, so that the same process need not open and parse the record again;
   * `verdict` is filled in when the entry is applied.
   */
  remember(value: Buffer, known: Known): void;
};
/** `gone`: a replay of what was replayed before, which does nothing. */
export type Known = { entry: Entry; steps: Step[]; verdict: { told: Verdict | null; gone?: boolean } };

type Applying = Omit<Hands, 'commit'>;
type Judged = Exclude<Entry, { kind: 'decision' }>;
/** `corrects`: hash of the event that the replayed letter was written for. */
type Place = { hands: Applying; entry: Judged; id: string; notes: ChangeNote[]; corrects: string | null };

export function makeConsumption<Done extends Committed>(deps: {
  ring: Ring;
  preparer: Preparer;
  hands: Applying & {
    commit(partition: number, next: number, notes: readonly ChangeNote[]): Promise<Done | null>;
  };
  /** Awaited before the next batch is begun: back-pressure. */
  committed(done: Done): Promise<void>;
}): Consumption {
  const { ring, preparer, hands, committed } = deps;
  const memory = new WeakMap<Buffer, Known>();
  const read = (value: Buffer): Known => {
    const known = memory.get(value);
    if (known) return known;
    const entry = openEntry(ring, value);
    return { entry, steps: entry.kind === 'decision' ? [] : preparer.steps(entry), verdict: { told: null } };
  };
  const hashesOf = (value: Buffer): string[] =>
    (memory.get(value)?.steps ?? []).flatMap((step) => preparedOf(step)?.hash ?? []);
  const attempt = async (batch: Batch): Promise<Done | null> => {
    const position = await hands.position(batch.partition);
    const work = batch.records
      .filter(({ offset }) => offset >= position)
      .map(({ value, offset }) => ({ known: read(value), offset }));
    await hands.prefetch(work.flatMap(({ known }) => known.steps.flatMap((step) => preparedOf(step) ?? [])));
    const notes: ChangeNote[] = [];
    for (const { known, offset } of work) {
      const { entry, steps, verdict } = known;
      if (entry.kind === 'decision') await hands.decide(entry.decision, entry.received, notes);
      else {
        const letter = entry.replay === undefined ? undefined : await hands.takeDead(entry.replay);
        const place = { hands, entry, id: `${batch.partition}-${offset}`, notes, corrects: letter?.corrects ?? null };
        verdict.gone = letter === null;
        verdict.told = verdict.gone ? null : await applyEntry(place, steps);
      }
    }
    const last = batch.records[batch.records.length - 1];
    const done = await hands.commit(batch.partition, (last?.offset ?? -1) + 1, notes);
    // The door waits for repeats too, and for what another process was faster with.
    return done && { ...done, applied: [...done.applied, ...batch.records.flatMap(({ value }) => hashesOf(value))] };
  };
  return {
    remember: (value, known) => {
      memory.set(value, known);
    },
    handle: async (batch) => {
      for (;;) {
        const done = await attempt(batch).catch((error: unknown) => {
          hands.forget();
          throw error;
        });
        if (done) {
          // The log holds on to its last records for a while: what was parsed of them must not stay with them.
          for (const { value } of batch.records) memory.delete(value);
          return committed(done);
        }
      }
    },
  };
}

const preparedOf = (step: Step): Prepared | null => (step.kind === 'event' ? step.prepared : null);

/**
 * The fate of an entry is that of its first event or drop; what only asks the platform something is accepted, and what
 * only ends an ask has no fate. An entry of repeats alone asks nothing: it did so when it first came.
 */
async function applyEntry(place: Place, steps: readonly Step[]): Promise<Verdict | null> {
  const { hands, entry } = place;
  const told: Verdict[] = [];
  const idOf = (step: Step): string => (step === steps[0] ? place.id : `${place.id}-${steps.indexOf(step)}`);
  const own = entry.replay === undefined ? null : stepOf(entry.replay, steps);
  for (const step of steps) {
    if (own !== null && step !== own && (await hasFate(hands, step))) continue;
    const here = { ...place, id: idOf(step) };
    if (step.kind === 'drop') told.push(drop(here, step));
    else if (step.kind === 'event') told.push(await applyPrepared(here, step.prepared));
    else if (step.kind === 'fields') hands.drift(namesOf(entry), step.unknown, entry.received);
  }
  const repeats = told.length > 0 && told.every(({ reason }) => reason === 'seen_before');
  for (const step of steps) {
    if (step.kind === 'ask' && !repeats) hands.ask(idOf(step), namesOf(entry), step.ask, entry.received);
  }
  const first = told[0] ?? (steps.length > 0 ? countAs(hands, namesOf(entry), 'accepted', null) : null);
  if (entry.kind === 'item' && entry.answers) hands.answered(entry.answers);
  // A replay of a row is no row of the file again.
  if (entry.kind === 'item' && entry.import && !entry.replay && first) hands.imported(entry.import, first);
  return first;
}

const isPart = (step: Step | undefined): boolean => step?.kind === 'event' || step?.kind === 'drop';

/** The part of an item that a letter was made of, as its id tells; the first where the item has other parts now. */
function stepOf(letter: string, steps: readonly Step[]): Step | null {
  const told = steps[Number(/^\d+-\d+-(\d+)$/.exec(letter)?.[1] ?? 0)];
  return (isPart(told) ? told : steps.find(isPart)) ?? null;
}

/** The other parts of a replayed item: each had its fate when it first came, or waits as a letter of its own. */
const hasFate = async (hands: Applying, step: Step): Promise<boolean> =>
  step.kind === 'drop' || (step.kind === 'event' && (await hands.known(step.prepared.hash)) !== null);

function namesOf(entry: Judged): Names {
  if (entry.kind === 'item') return { channel: entry.channel, source: entry.source };
  const { event } = entry;
  const fields = new Map<string, unknown>(typeof event === 'object' && event !== null ? Object.entries(event) : []);
  // A malformed event is counted under the names it bears only where these can be names.
  const told = (name: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : 'unknown';
  };
  return { channel: told('channel'), source: told('source') };
}

function drop({ hands, entry, id }: Place, dead: Dead): Verdict {
  hands.count(namesOf(entry), dead.fate, dead.reason);
  if (dead.fate !== 'ignored') hands.keepDead(id, entry, namesOf(entry), dead);
  return dead;
}

/**
 * The first event under a key stands; what comes after it is a repeat, another telling, or a replay that mends or
 * corrects it.
 */
async function applyPrepared(place: Place, prepared: Prepared): Promise<Verdict> {
  const { hands, entry, notes } = place;
  const known = await hands.known(prepared.hash);
  const mends = entry.replay !== undefined && known?.fate === 'quarantined';
  if (known && !mends) {
    if (known.content === prepared.content) return count(place, prepared, 'duplicate', 'seen_before');
    if (!prepared.retold && place.corrects === prepared.hash) return correct(place, prepared, known.received);
    if (!prepared.retold) {
      const differs = { ...place, corrects: prepared.hash };
      return setApart(differs, prepared, 'duplicate', 'duplicate_differs', 'another event stands under this id');
    }
    const { day } = prepared.retold;
    if (day !== null && known.day !== null && day !== known.day && !entry.replay) {
      const detail = 'the receipt number was used on another business day before';
      return setApart(place, prepared, 'quarantined', 'receipt_reused', detail);
    }
    return applyPrepared(place, hands.retell(prepared));
  }
  if (prepared.time > prepared.received + FUTURE_LIMIT_MS) {
    hands.setAside(prepared, 'time_in_future');
    const detail = 'the event time is more than 24 hours after it was received';
    return setApart(place, prepared, 'quarantined', 'time_in_future', detail);
  }
  const owner = await hands.apply(prepared, notes);
  return count(place, prepared, 'accepted', owner === null ? 'anonymous' : null);
}

/**
 * The later telling stands from now on, under the `received` of the first: as if it had come then. It moves into the
 * place of the other, which is the duplicate now.
 */
async function correct(place: Place, prepared: Prepared, received: number): Promise<Verdict> {
  const { hands, notes } = place;
  if (prepared.time > prepared.received + FUTURE_LIMIT_MS) {
    const detail = 'the event time is more than 24 hours after it was received';
    return setApart(place, prepared, 'quarantined', 'time_in_future', detail);
  }
  const owner = await hands.correct({ ...prepared, received }, prepared.received, notes);
  count(place, prepared, 'duplicate', 'corrected');
  return { fate: 'accepted', reason: owner === null ? 'anonymous' : null, detail: '' };
}

function countAs(hands: Applying, names: Names, fate: Fate, reason: Reason | null): Verdict {
  hands.count(names, fate, reason);
  return { fate, reason, detail: '' };
}

function count({ hands }: Place, { event }: Prepared, fate: Fate, reason: Reason | null): Verdict {
  return countAs(hands, event, fate, reason);
}

/** Kept and listed with the dead letters, to be looked at and replayed. */
function setApart(place: Place, prepared: Prepared, fate: Fate, reason: Reason, detail: string): Verdict {
  const corrects = place.corrects === prepared.hash ? { corrects: prepared.hash } : {};
  place.hands.keepDead(place.id, place.entry, prepared.event, { fate, reason, detail, ...corrects });
  return { ...count(place, prepared, fate, reason), detail };
}
