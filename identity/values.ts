import { MAX_ANCHORS_PER_NODE } from './explore.ts';
import type { NodeRow } from './port.ts';
import type { Tables } from './tables.ts';

/** Values that join nobody now: the list `v`, by node, with their state. */
export const VALUES = 'v';

export function noteValue(tables: Tables, node: string, now: NodeRow['suspended'], before: NodeRow['suspended']): void {
  if (now === before) return;
  if (now === null) tables.unit.remove(VALUES, node);
  else tables.unit.add(VALUES, node, now);
}

/** The anchors that bear a node, as many as are read of one. */
export async function anchorsBearing(tables: Tables, row: NodeRow, node: string): Promise<string[]> {
  const more = row.more ? await tables.unit.range(`n:${node}`, { limit: MAX_ANCHORS_PER_NODE }) : [];
  return [...row.anchors, ...more.map(({ member }) => member)];
}
