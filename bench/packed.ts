import { makePacker, type Pack } from '../identity/match/pack.ts';
import { joinSlots } from '../schemas/compared.ts';

/** Texts of records, one for each slot, and their block keys, packed as pages of the store are; without ids. */
export function packTexts(rows: readonly { texts: readonly string[]; keys: readonly number[] }[], slots: number): Pack {
  const plain = rows.map(({ texts }) => Buffer.from(joinSlots(texts)));
  const bytes = plain.reduce((sum, { length }) => sum + length, 0);
  const keys = rows.reduce((sum, row) => sum + row.keys.length, 0);
  const packer = makePacker(slots);
  packer.begin({ records: rows.length, ids: 0, keys, bytes });
  for (const [at, row] of rows.entries()) packer.add(new Uint8Array(), row.keys, plain[at] ?? new Uint8Array());
  return packer.done();
}
