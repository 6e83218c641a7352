import type { Pull } from '../../ingest/channel.ts';
import type { Platform } from '../../ingest/platform.ts';
import type { Account } from '../../ingest/pull/platform.ts';
import { isDue, NEW_PULL, type PullState } from '../../ingest/pull/state.ts';
import { pullRange, pullTurn, type RangeState, type TurnHands } from '../../ingest/pull/turn.ts';
import type { PullParts } from './parts.ts';
import { type PullName, pullKey } from './states.ts';

/** One pull of one configured source. */
export type PullTask = PullName & { key: string; pull: Pull<unknown>; account: Account };

/** How long a pull may read in one go before others of its turn are looked at again, in ms. */
const BUDGET_MS = 30_000;

/** Every pull that its settings allow. */
export async function readyPulls({ configured }: PullParts): Promise<PullTask[]> {
  return (await configured()).flatMap(({ channel, configured: { channel: name, source, settings } }) =>
    channel.pulls
      .filter((pull) => pull.ready(settings))
      .map((pull): PullTask => {
        const names = { channel: name, source, name: pull.name };
        return { ...names, key: pullKey(names), pull, account: { channel: name, source, settings } };
      }),
  );
}

export async function duePulls(parts: PullParts): Promise<PullTask[]> {
  const tasks = await readyPulls(parts);
  if (tasks.length === 0) return [];
  const states = await parts.states.all();
  const now = parts.clock.now();
  return tasks.filter(({ key }) => isDue(states.get(key) ?? NEW_PULL, now));
}

function handsOf(parts: PullParts, task: PullTask, signal: AbortSignal, range?: Platform['range']): TurnHands {
  const { pull, account } = task;
  const { name, callsPerSecond } = pull;
  const platform = parts.platforms.of(account, { name: `pull ${name}`, callsPerSecond, signal, range });
  return {
    next: (cursor) => pull.next(platform, account.settings, cursor),
    append: (items) =>
      parts.append(
        task,
        items.map((item) => ({ item })),
        signal,
      ),
    dropTokens: () => parts.platforms.dropTokens(account),
    now: parts.clock.now,
    stopped: () => signal.aborted,
  };
}

/** One turn, from where the last one ended. */
export async function takeTurn(parts: PullParts, task: PullTask, signal: AbortSignal): Promise<PullState> {
  const save = (state: PullState): Promise<void> => parts.states.save(task, state);
  const options = { everyMs: task.pull.everySeconds * 1000, budgetMs: BUDGET_MS };
  return pullTurn({ ...handsOf(parts, task, signal), save }, await parts.states.get(task), options);
}

/** Reads a part of the past; where ordinary turns have come to is left as it is. */
export function takeRange(
  parts: PullParts,
  task: PullTask,
  work: {
    range: NonNullable<Platform['range']>;
    begun: RangeState;
    save(state: RangeState): Promise<void>;
    signal: AbortSignal;
  },
): Promise<RangeState> {
  const { range, begun, save, signal } = work;
  const sleep = (ms: number): Promise<void> => parts.clock.sleep(ms, signal);
  return pullRange({ ...handsOf(parts, task, signal, range), save, sleep }, begun);
}
