import type { Services } from '../api/port.ts';
import { driftKey } from '../identity/drift.ts';
import { CHANNELS } from '../ingest/channels.ts';
import { changedFields, readFates } from './deadletters.ts';
import type { House } from './house.ts';

/** How the payloads of a source differ from what its channel lists: the most frequent first. */
export const makeFields =
  (house: House): Services['fields'] =>
  async (channel, source) => {
    if ((await house.sources.get(channel, source)) === null) return null;
    const [row] = await house.reads.reader.drift([driftKey({ channel, source })]);
    const items = (row ?? []).map(([path, { count, first, last }]) => ({
      path,
      count,
      first_seen: new Date(first).toISOString(),
      last_seen: new Date(last).toISOString(),
    }));
    const order = (a: { path: string; count: number }, b: { path: string; count: number }): number =>
      b.count - a.count || (a.path < b.path ? -1 : 1);
    return { items: items.sort(order), changed: await changedFields(house, { channel, source }) };
  };

/** Unknown fields counted by source, for all sources of which anything came. */
export async function driftCounts(house: House): Promise<{ channel: string; source: string; count: number }[]> {
  const { items } = await readFates(house, {});
  const came = new Map(items.map(({ channel, source }) => [driftKey({ channel, source }), { channel, source }]));
  const sources = [...came.values()].filter(({ channel }) => CHANNELS.has(channel));
  const rows = await house.reads.reader.drift(sources.map(driftKey));
  return sources.flatMap((names, at) => {
    const row = rows[at];
    return row ? [{ ...names, count: row.reduce((sum, [, seen]) => sum + seen.count, 0) }] : [];
  });
}
