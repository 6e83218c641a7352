import { changeLists, memberAt } from '../../identity/store/lists.ts';
import type { Store } from '../../identity/store/port.ts';
import { NEW_PULL, type PullState, pullState } from '../../ingest/pull/state.ts';
import type { Ring } from '../../schemas/ring.ts';

/** A pull of a configured source. */
export type PullName = { channel: string; source: string; name: string };

/** The list of what is kept of each pull, sealed; its members name source and pull. */
export const PULLS = 'pulls';
const MOST = 100_000;

export const pullKey = ({ channel, source, name }: PullName): string => `${channel}/${source}/${name}`;

export type PullStates = {
  all(): Promise<Map<string, PullState>>;
  get(pull: PullName): Promise<PullState>;
  save(pull: PullName, state: PullState): Promise<void>;
};

export function makePullStates(store: Store, ring: Ring): PullStates {
  const read = (sealed: string): PullState => pullState.parse(JSON.parse(ring.openText(sealed)));
  return {
    all: async () => {
      const rows = await store.range(PULLS, { limit: MOST });
      return new Map(rows.map(({ member, value }) => [member, read(value)]));
    },
    get: async (pull) => {
      const sealed = await memberAt(store, PULLS, pullKey(pull));
      return sealed === null ? NEW_PULL : read(sealed);
    },
    save: async (pull, state) => {
      const add = [{ list: PULLS, member: pullKey(pull), value: ring.sealText(JSON.stringify(state)) }];
      await changeLists(store, { add });
    },
  };
}
