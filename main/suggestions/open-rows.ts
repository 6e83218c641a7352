import type { Pack, Packer } from '../../identity/match/pack.ts';
import { eachComparedRow } from '../../profiles/store/compared-rows.ts';

/** Opens the rows of a page and packs what is in them. Throws what `open` throws. */
export function openRows(rows: Uint8Array, packer: Packer, open: (sealed: Uint8Array) => Uint8Array): Pack {
  const room = { records: 0, ids: 0, keys: 0, bytes: 0 };
  eachComparedRow(rows, (id, keys, sealed) => {
    room.records += 1;
    room.ids += id.length;
    room.keys += keys.length;
    room.bytes += sealed.length;
  });
  packer.begin(room);
  eachComparedRow(rows, (id, keys, sealed) => packer.add(id, keys, open(sealed)));
  return packer.done();
}
