import type { Names } from '../ingest/port.ts';
import type { Seen } from './port.ts';
import type { Tables } from './tables.ts';

export type Drift = Map<string, Map<string, Seen>>;

/** Paths that are told apart for a source; all others are counted under REST. */
const MAX_PATHS = 500;
const REST = '…';

export const driftKey = ({ channel, source }: Names): string => `${channel}|${source}`;

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
