import { ASKS, type AskRow } from '../../identity/commit.ts';
import { changeLists, chunksOf, memberAt } from '../../identity/store/lists.ts';
import type { Store } from '../../identity/store/port.ts';
import type { Ask } from '../../ingest/channel.ts';
import type { WaitingAsk } from '../../ingest/pull/asks.ts';
import type { Ring } from '../../schemas/ring.ts';

/** The list of asks as the runner reads it: the consumer puts asks in, and takes them out once they are answered. */
const CHUNK = 1_000;
/** Asks looked at in one go, and answered together where they want the same. */
const LOOK = 20_000;
const TOGETHER = 100;
const MOST_COUNTED = 100_000;

export type AskCount = { channel: string; source: string; name: string; waiting: number };
export type AskList = {
  /** The due asks of those sources that `wanted` lets through, oldest first, by `{channel}/{source}`. */
  due(now: number, wanted: (row: AskRow) => Promise<boolean>): Promise<Map<string, WaitingAsk[]>>;
  postpone(waiting: WaitingAsk, again: { due: number; tries: number; since: number }): Promise<void>;
  /** These have their answer in the log: they are not looked at again until they have left the list. */
  settle(members: readonly string[]): void;
  /** Asks waiting, due or not, by what they ask. */
  counts(): Promise<AskCount[]>;
};

export function makeAskList(store: Store, ring: Ring): AskList {
  let settled = new Set<string>();
  let from: string | undefined;
  const read = async function* (after: string | undefined, most: number) {
    let seen = 0;
    for await (const chunk of chunksOf(store, ASKS, { size: CHUNK, from: after })) {
      for (const { member, value } of chunk) {
        const row: AskRow = JSON.parse(value);
        yield { member, row };
      }
      seen += chunk.length;
      if (seen >= most) return;
    }
  };
  const askOf = (row: AskRow): Ask => JSON.parse(ring.openText(row.ask));
  return {
    settle: (members) => {
      for (const member of members) settled.add(member);
    },
    due: async (now, wanted) => {
      const still = new Set<string>();
      const found = new Map<string, Map<string, WaitingAsk>>();
      const begun = from;
      let looked = 0;
      for await (const { member, row } of read(begun, LOOK)) {
        looked += 1;
        from = member;
        if (settled.has(member)) still.add(member);
        else if (row.due <= now && (await wanted(row))) gather(found, member, row, askOf(row));
      }
      // Where more wait than are looked at, the next look goes on from here: no source is hidden behind another's.
      if (looked < LOOK) from = undefined;
      if (begun === undefined && looked < LOOK) settled = still;
      return new Map([...found].map(([source, asks]) => [source, [...asks.values()]]));
    },
    postpone: async ({ members }, { due, tries, since }) => {
      for (const member of members) {
        const value = await memberAt(store, ASKS, member);
        if (value === null) continue;
        const old: AskRow = JSON.parse(value);
        const add = [{ list: ASKS, member, value: JSON.stringify({ ...old, due, tries, since }) }];
        await changeLists(store, { add });
      }
    },
    counts: async () => {
      const counts = new Map<string, AskCount>();
      for await (const { row } of read(undefined, MOST_COUNTED)) {
        const { channel, source, name } = row;
        const key = `${channel}/${source}/${name}`;
        counts.set(key, { channel, source, name, waiting: (counts.get(key)?.waiting ?? 0) + 1 });
      }
      return [...counts.values()];
    },
  };
}

/** Asks for the same thing are one call. */
function gather(found: Map<string, Map<string, WaitingAsk>>, member: string, row: AskRow, ask: Ask): void {
  const source = `${row.channel}/${row.source}`;
  const asks = found.get(source) ?? new Map<string, WaitingAsk>();
  found.set(source, asks);
  const wants = JSON.stringify([ask.name, Object.entries(ask.params).sort(([a], [b]) => (a < b ? -1 : 1))]);
  const same = asks.get(wants);
  if (!same) asks.set(wants, { ask, members: [member], tries: row.tries ?? 0, since: row.since ?? null });
  else if (same.members.length < TOGETHER) asks.set(wants, { ...same, members: [...same.members, member] });
}
