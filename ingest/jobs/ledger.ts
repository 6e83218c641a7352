import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { Range, Store } from '../../identity/store/port.ts';
import { JOB_STATES, type Job } from './port.ts';

/**
 * What is kept of a job. `run` is a new number with each start: a run that has been overtaken sees that it is no
 * longer its own.
 */
const Entry = z.object({
  id: z.string(),
  kind: z.string(),
  state: z.enum(JOB_STATES),
  done: z.number(),
  total: z.number().nullable(),
  created: z.number(),
  started: z.number().nullable(),
  ended: z.number().nullable(),
  result: z.unknown().optional(),
  error: z.string().nullable(),
  data: z.unknown().optional(),
  cursor: z.unknown().optional(),
  run: z.number(),
});
export type Entry = z.infer<typeof Entry>;
type Change = (entry: Entry) => Partial<Entry> | undefined;

/** All jobs by age, and those that are not at an end: what a start has to look through. */
const ALL = 'jobs/all';
const OPEN = 'jobs/open';
const OPEN_STATES: readonly string[] = ['queued', 'running', 'paused'];

export type Ledger = ReturnType<typeof openLedger>;

/**
 * Job records in the identity store. Every change is one commit, made again on what stands there now when another one
 * came first.
 */
export function openLedger(store: Store, now: () => number) {
  const load = async (id: string) => {
    const [row] = await store.read([rowKey(id)]);
    return { stamp: row?.stamp ?? 0, entry: row?.text ? Entry.parse(JSON.parse(row.text)) : undefined };
  };

  const save = (entry: Entry, stamp: number) => {
    const member = memberOf(entry);
    const open = OPEN_STATES.includes(entry.state);
    return store.commit({
      seen: new Map([[rowKey(entry.id), stamp]]),
      put: new Map([[rowKey(entry.id), JSON.stringify(entry)]]),
      add: [
        ...(stamp === 0 ? [{ list: ALL, member, value: entry.id }] : []),
        ...(open ? [{ list: OPEN, member, value: entry.id }] : []),
      ],
      remove: open ? [] : [{ list: OPEN, member }],
    });
  };

  /**
   * The entry as it stands afterwards; undefined where there is none. `change` answers undefined to leave it as it
   * is.
   */
  const update = async (id: string, change: Change): Promise<Entry | undefined> => {
    for (;;) {
      const { entry, stamp } = await load(id);
      const changes = entry && change(entry);
      if (!entry || !changes) return entry;
      const changed = { ...entry, ...changes };
      if ((await save(changed, stamp)) === 'ok') return changed;
      await nextTurn();
    }
  };

  const ids = async (list: string, range: Range) => (await store.range(list, range)).map(({ value }) => value);

  return {
    update,
    get: async (id: string) => (await load(id)).entry,
    /** The job under this id, queued now if there was none. */
    create: async (kind: string, data: unknown, id: string): Promise<Entry> => {
      for (;;) {
        const { entry, stamp } = await load(id);
        if (entry) return entry;
        const fresh = { ...BLANK, id, kind, data, created: now() };
        if ((await save(fresh, stamp)) === 'ok') return fresh;
        await nextTurn();
      }
    },
    /** Newest first; those older than the job `after`. */
    newest: async (limit: number, after?: string): Promise<Entry[]> => {
      if (after === undefined) return entries(store, await ids(ALL, { limit, reverse: true }));
      const { entry } = await load(after);
      return entry ? entries(store, await ids(ALL, { before: memberOf(entry), limit, reverse: true })) : [];
    },
    /** Oldest first; there are never many. */
    open: async (): Promise<Entry[]> => entries(store, await ids(OPEN, { limit: 100_000 })),
  };
}

const BLANK = {
  state: 'queued' as const,
  done: 0,
  total: null,
  started: null,
  ended: null,
  result: null,
  error: null,
  cursor: undefined,
  run: 0,
};

export function toJob(entry: Entry): Job {
  const { id, kind, state, done, total, started, ended, result, error } = entry;
  return { id, kind, state, done, total, started, ended, result: result ?? null, error };
}

async function entries(store: Store, ids: readonly string[]): Promise<Entry[]> {
  const rows = await store.read(ids.map(rowKey));
  return rows.flatMap(({ text }) => (text === null ? [] : [Entry.parse(JSON.parse(text))]));
}

const rowKey = (id: string) => `jobs/${id}`;
const memberOf = ({ created, id }: Entry) => `${String(created).padStart(15, '0')}/${id}`;
