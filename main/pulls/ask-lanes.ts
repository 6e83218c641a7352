import { answerAsk, type WaitingAsk } from '../../ingest/pull/asks.ts';
import type { Account } from '../../ingest/pull/platform.ts';
import type { PullParts } from './parts.ts';

/** The asks of one source that are to be answered now, oldest first. */
export type Lane = { key: string; account: Account; asks: WaitingAsk[] };
/** Until when a source is left alone (epoch ms), by `{channel}/{source}`, since it answered no more. */
export type Rests = Map<string, number>;

/** Calls of one source that may be under way at once. */
const AT_ONCE = 4;

/** Asks whose source is not configured, lacks settings, or knows no such ask, wait: nothing is lost. */
export async function dueLanes(parts: PullParts, busy: (key: string) => boolean, rests: Rests): Promise<Lane[]> {
  const { clock, asks, channels, sources } = parts;
  const accounts = new Map<string, Account>();
  const due = await asks.due(clock.now(), async ({ channel, source, name }) => {
    const key = `${channel}/${source}`;
    if (busy(key) || (rests.get(key) ?? 0) > clock.now()) return false;
    const configured = accounts.get(key) ?? (await sources.get(channel, source));
    const asker = channels.get(channel)?.asks[name];
    if (!configured || !asker || asker.ready?.(configured.settings) === false) return false;
    accounts.set(key, { channel, source, settings: configured.settings });
    return true;
  });
  return [...due].flatMap(([key, waiting]) => {
    const account = accounts.get(key);
    return account ? [{ key, account, asks: waiting }] : [];
  });
}

/** Answers the asks of a lane until none is left, or the platform has to be left alone. */
export async function workLane(parts: PullParts, lane: Lane, rests: Rests, signal: AbortSignal): Promise<void> {
  const { platforms, clock, append, asks, channels } = parts;
  const { account, key } = lane;
  const queue = [...lane.asks];
  const resting = (): boolean => (rests.get(key) ?? 0) > clock.now();
  const one = async (waiting: WaitingAsk): Promise<void> => {
    const { name, params } = waiting.ask;
    const asker = channels.get(account.channel)?.asks[name];
    if (!asker) return;
    const use = { name: `ask ${name}`, callsPerSecond: asker.callsPerSecond, signal };
    const platform = platforms.of(account, use);
    const rest = await answerAsk(
      {
        answer: () => asker.answer(platform, account.settings, params),
        append: async (entries) => {
          await append(account, entries, signal);
          asks.settle(waiting.members);
        },
        postpone: asks.postpone,
        dropTokens: () => platforms.dropTokens(account),
        now: clock.now,
        stopped: () => signal.aborted,
      },
      waiting,
    );
    if (rest > 0) rests.set(key, Math.max(rests.get(key) ?? 0, clock.now() + rest));
  };
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next && !signal.aborted && !resting(); next = queue.shift()) await one(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
