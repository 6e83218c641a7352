import type { Tables } from './tables.ts';

/**
 * Decisions that came before what they name: where several partitions are read anew, a decision may be read before the
 * events it is about, or its undoing before it. It waits under the anchor, node or decision it names. Almost always
 * nothing waits at all, and one row says so.
 */
const NOTE = 'waiting';
const listOf = (named: string): string => `m:${named}`;

export async function waitFor(tables: Tables, named: string, decision: string): Promise<void> {
  await tables.notes.load([NOTE]);
  tables.unit.add(listOf(named), decision, '');
  tables.notes.put(NOTE, { decisions: (tables.notes.get(NOTE)?.decisions ?? 0) + 1 });
}

/** Ids of the decisions that waited for something new. */
export async function waitingFor(tables: Tables, named: string): Promise<string[]> {
  await tables.notes.load([NOTE]);
  if (!tables.notes.get(NOTE)) return [];
  const waiting = await tables.unit.range(listOf(named), { limit: Number.MAX_SAFE_INTEGER });
  return waiting.map(({ member }) => member);
}
