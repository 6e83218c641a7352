import type { Names } from '../ingest/port.ts';
import type { Ring } from '../schemas/ring.ts';
import type { Tables } from './tables.ts';
import type { Codec } from './unit.ts';

/**
 * Fields of payloads that no channel lists, counted by source and path: how many payloads had it, and the first and the
 * last `received` (epoch ms) of these. Sums and extremes: the order of arrival makes no difference.
 */
export type Seen = { count: number; first: number; last: number };
export type DriftRow = [path: string, seen: Seen][];
export type Drift = Map<string, Map<string, Seen>>;

/** Paths that are told apart for a source; all others are counted under REST. */
const MAX_PATHS = 500;
const REST = '…';

export const driftKey = ({ channel, source }: Names): string => `${channel}|${source}`;

/** Sealed: a path is made of keys, and some platforms use ids of persons as keys. */
export function driftCodec(ring: Ring): Codec<DriftRow> {
  return {
    encode: (row) => ring.sealText(JSON.stringify(row)),
    decode: (text) => {
      const row: DriftRow = JSON.parse(ring.openText(text));
      return row;
    },
  };
}

function merge(into: Map<string, Seen>, path: string, { count, first, last }: Seen): void {
  const name = into.has(path) || into.size < MAX_PATHS ? path : REST;
  const had = into.get(name);
  into.set(name, {
    count: (had?.count ?? 0) + count,
    first: Math.min(had?.first ?? first, first),
    last: Math.max(had?.last ?? last, last),
  });
}

export function noteDrift(drift: Drift, names: Names, paths: readonly string[], received: number): void {
  const key = driftKey(names);
  const here = drift.get(key) ?? new Map<string, Seen>();
  drift.set(key, here);
  for (const path of paths) merge(here, path, { count: 1, first: received, last: received });
}

export async function writeDrift({ drift: table }: Pick<Tables, 'drift'>, drift: Drift): Promise<void> {
  if (drift.size === 0) return;
  await table.load([...drift.keys()]);
  for (const [key, paths] of drift) {
    const row = new Map(table.get(key) ?? []);
    for (const [path, seen] of paths) merge(row, path, seen);
    table.put(key, [...row]);
  }
}
