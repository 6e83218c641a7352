import type { NodeRow } from './port.ts';
import type { Store } from './store/port.ts';

/** Anchors of a node that are read at most, in the order of their hashes: what lies beyond them is not weighed. */
const MAX_ANCHORS_PER_NODE = 5_000;

/** The anchors that bear a node: those in its row, then those in its list. */
export async function anchorsBearing(lists: Pick<Store, 'range'>, row: NodeRow, node: string): Promise<string[]> {
  const more = row.more ? await lists.range(`n:${node}`, { limit: MAX_ANCHORS_PER_NODE }) : [];
  return [...row.anchors, ...more.map(({ member }) => member)];
}
