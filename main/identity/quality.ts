import type { QualityView } from '../../api/identity/port.ts';
import type { Services } from '../../api/port.ts';
import { CHANGES, type ChangesNote } from '../../identity/commit.ts';
import { CONFLICTS } from '../../identity/record.ts';
import { chunksOf } from '../../identity/store/lists.ts';
import { VALUES } from '../../identity/values.ts';
import type { House } from '../house.ts';

/** How well identities hold together: CONTRACT §6. Sums over customers are asked of the analytic store. */
const CHUNK = 1_000;

export const makeQuality =
  (house: House): Services['quality'] =>
  async () => {
    const { total, identifiers, channels } = await house.analytic.quality();
    return {
      customers: { total, by_identifiers: identifiers },
      conflicts: await openByRule(house),
      values: await valuesByState(house),
      changes: await movesOf(house),
      channels,
    };
  };

async function openByRule({ store, reads }: House): Promise<QualityView['conflicts']> {
  const counts = new Map<string, { open: number; later: number }>();
  for await (const chunk of chunksOf(store, CONFLICTS, { size: CHUNK })) {
    for (const row of await reads.reader.conflicts(chunk.map(({ value }) => value))) {
      if (row?.state !== 'open' && row?.state !== 'later') continue;
      const known = counts.get(row.rule) ?? { open: 0, later: 0 };
      known[row.state] += 1;
      counts.set(row.rule, known);
    }
  }
  return [...counts].sort().map(([rule, count]) => ({ rule, ...count }));
}

async function valuesByState({ store, reads }: House): Promise<QualityView['values']> {
  const counts = new Map<string, number>();
  for await (const chunk of chunksOf(store, VALUES, { size: CHUNK })) {
    for (const row of await reads.reader.nodes(chunk.map(({ member }) => member))) {
      if (row?.suspended)
        counts.set(`${row.suspended}|${row.kind}`, (counts.get(`${row.suspended}|${row.kind}`) ?? 0) + 1);
    }
  }
  return [...counts].sort().map(([key, count]) => {
    const [state = '', kind = ''] = key.split('|');
    return { state, kind, count };
  });
}

/** Merges and splits as they were told; a split of a customer that was merged before is a merge that was wrong. */
async function movesOf({ store }: House): Promise<QualityView['changes']> {
  const merged = new Set<string>();
  const moves = { created: 0, merged: 0, split: 0, split_after_merge: 0 };
  for await (const chunk of chunksOf(store, CHANGES, { size: CHUNK })) {
    for (const { value } of chunk) {
      const { changes }: ChangesNote = JSON.parse(value);
      for (const { what, other } of changes) {
        if (what === 'updated') continue;
        moves[what] += 1;
        if (what === 'merged' && other) merged.add(other);
        if (what === 'split' && other && merged.has(other)) moves.split_after_merge += 1;
      }
    }
  }
  return moves;
}
