import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Task, ThreadData, Worked } from './tasks.ts';

/**
 * Megabytes for what is new in the heap of a thread. What it keeps is in arrays beside the heap; with 8 it is swept so
 * seldom that the process grows by some fifty megabytes.
 */
const YOUNG_MB = 2;

/**
 * Hands in threads of their own, so that the process goes on with its other work, for as long as `use` runs: whatever
 * its end, they end with it. A piece of work that fails, or whose thread dies, rejects.
 */
export async function withThreads<T>(
  count: number,
  data: ThreadData,
  use: (hands: readonly Worked[]) => Promise<T>,
): Promise<T> {
  const threads = Array.from({ length: count }, () => startThread(data));
  try {
    return await use(threads.map(({ hand }) => hand));
  } finally {
    await Promise.all(threads.map(({ end }) => end()));
  }
}

function startThread(workerData: ThreadData): { hand: Worked; end(): Promise<unknown> } {
  const worker = new Worker(new URL('./thread.mjs', import.meta.url), {
    // The loader that a command line names for the main thread is not for this one.
    ...{ workerData, execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } },
  });
  const gone = new AbortController();
  worker.once('exit', () => gone.abort());
  // An error outside any piece of work; whoever asks next is told by `exit`.
  worker.on('error', () => undefined);
  const ask = async <T>(task: Task): Promise<T> => {
    if (gone.signal.aborted) throw new Error('a thread of the search for duplicates has ended');
    worker.postMessage(task);
    const [answer] = await once(worker, 'message', { signal: gone.signal }).catch(() => {
      throw new Error('a thread of the search for duplicates has ended');
    });
    if ('failed' in answer) throw new Error(answer.failed);
    return answer.done;
  };
  return { hand: handOf(ask, makeDesk()), end: () => worker.terminate() };
}

const handOf = (ask: <T>(task: Task) => Promise<T>, lay: (rows: Uint8Array) => Uint8Array): Worked => ({
  open: (rows) => ask({ what: 'open', rows: lay(rows) }),
  take: (input) => ask({ what: 'take', input }),
  common: (field) => ask({ what: 'common', field }),
  blocks: (keys, most) => ask({ what: 'blocks', keys, most }),
  ready: (common, shared) => ask({ what: 'ready', common, shared }),
  strangers: (seed) => ask({ what: 'strangers', seed }),
  compare: (blocks) => ask({ what: 'compare', blocks }),
  counted: () => ask({ what: 'counted' }),
  learn: (evidence) => ask({ what: 'learn', evidence }),
  hope: (model) => ask({ what: 'hope', model }),
  suggested: (model, min) => ask({ what: 'suggested', model, min }),
});

/** Lays rows where the thread reads them: copies in its heap would pile up until it is swept. One page at a time. */
function makeDesk(): (rows: Uint8Array) => Uint8Array {
  let desk = new Uint8Array(new SharedArrayBuffer(0));
  return (rows) => {
    if (rows.length > desk.length) desk = new Uint8Array(new SharedArrayBuffer(rows.length * 2));
    desk.set(rows);
    return desk.subarray(0, rows.length);
  };
}
