import type { Store } from '../../identity/store/port.ts';
import type { Acceptor } from '../../ingest/accept.ts';
import type { Channel } from '../../ingest/channel.ts';
import type { Clock } from '../../ingest/pull/pace.ts';
import { makePlatforms, type Platforms } from '../../ingest/pull/platform.ts';
import type { Source, Sources } from '../../ingest/sources.ts';
import type { Ring } from '../../schemas/ring.ts';
import { type AppendTo, makeAppend } from './append.ts';
import { type AskList, makeAskList } from './ask-list.ts';
import { makePullStates, type PullStates } from './states.ts';

/** What pulls and asks work with. */
export type PullParts = {
  channels: ReadonlyMap<string, Channel>;
  sources: Sources;
  clock: Clock;
  platforms: Platforms;
  append: AppendTo;
  states: PullStates;
  asks: AskList;
  /** Every configured source whose channel has pulls or asks, secrets in clear. */
  configured(): Promise<{ channel: Channel; configured: Source }[]>;
};

export type PullDeps = {
  channels: ReadonlyMap<string, Channel>;
  sources: Sources;
  acceptor: Acceptor;
  store: Store;
  ring: Ring;
  clock: Clock;
};

export function pullParts({ channels, sources, acceptor, store, ring, clock }: PullDeps): PullParts {
  return {
    ...{ channels, sources, clock },
    platforms: makePlatforms(clock),
    append: makeAppend(acceptor, clock),
    states: makePullStates(store, ring),
    asks: makeAskList(store, ring),
    configured: async () => {
      const found: { channel: Channel; configured: Source }[] = [];
      for (const { channel: name, source } of await sources.list()) {
        const channel = channels.get(name);
        if (!channel || (channel.pulls.length === 0 && Object.keys(channel.asks).length === 0)) continue;
        // A list shows no secrets: each source is fetched by its name.
        const configured = await sources.get(name, source);
        if (configured) found.push({ channel, configured });
      }
      return found;
    },
  };
}
