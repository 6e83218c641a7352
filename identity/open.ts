import type { Ring } from '../schemas/ring.ts';
import type { NodeRow, ThingRow } from './port.ts';

/** An identifier in clear, as answers show it. */
export type ClearRef = { kind: string; scope: string | null; value: string };

/** The clear identifier behind the row of a node or of an attaching one; null where there is none. */
export function openNode(ring: Ring, row: NodeRow | ThingRow | null | undefined): ClearRef | null {
  if (!row) return null;
  const scope = row.scope === '' ? null : row.scope;
  if (!('pointers' in row)) return { kind: row.kind, scope, value: ring.openText(row.value) };
  // Values in which nothing personal stands are kept clear; a leading `~` marks the sealed ones.
  const value = row.value.startsWith('~') ? ring.openText(row.value.slice(1)) : row.value;
  return { kind: row.kind, scope, value };
}
