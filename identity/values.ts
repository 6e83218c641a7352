import type { NodeRow } from './port.ts';
import type { Tables } from './tables.ts';

/** Values that join nobody now: the list `v`, by node, with their state. */
export const VALUES = 'v';

export function noteValue(tables: Tables, node: string, now: NodeRow['suspended'], before: NodeRow['suspended']): void {
  if (now === before) return;
  if (now === null) tables.unit.remove(VALUES, node);
  else tables.unit.add(VALUES, node, now);
}
