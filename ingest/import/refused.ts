import type { PosMeta } from './settings.ts';
import type { RefusedRow } from './sheet.ts';
import type { ImportUnit, RefusedBody } from './unit.ts';

/** A row that was no record: its cells are kept with the verdict. */
export function refusedUnit({ line, refusal, cells }: RefusedRow, meta: PosMeta): ImportUnit {
  const body: RefusedBody = { ...refusal, cells };
  return { type: 'row', line, ...refusal, item: { body: JSON.stringify(body), meta: { ...meta, kind: 'refused' } } };
}
