import type { Keys } from './keys.ts';
import type { Records } from './records.ts';

/** Ids in one run of ASCII: id `n` is from `starts[n]` to before `starts[n + 1]`. */
export type Ids = { bytes: Uint8Array; starts: Uint32Array };
export const idAt = ({ bytes, starts }: Ids, number: number): string =>
  String.fromCharCode(...bytes.subarray(starts[number], starts[number + 1]));

/** Records with their ids and block keys, in the same order. */
export type Pack = { records: Records; keys: Keys; ids: Ids };

export type Room = { records: number; ids: number; keys: number; bytes: number };
export type Packer = {
  /** Begins anew, with room for so many records, and at most so many bytes of ids, block keys and bytes of texts. */
  begin(room: Room): void;
  /** `plain`: UTF-8 of the texts of all slots, a line feed between them; `keys` ascending. */
  add(id: Uint8Array, keys: ArrayLike<number>, plain: Uint8Array): void;
  /** What was added since it began; written over by the next. In memory that threads share. */
  done(): Pack;
};

const BETWEEN_SLOTS = 0x0a;
const sharedBytes = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length));
const sharedWords = (length: number): Uint32Array => new Uint32Array(new SharedArrayBuffer(length * 4));

/** The same memory for page after page: new arrays for each would pile up to some hundred megabytes between sweeps. */
export function makePacker(slots: number): Packer {
  let ids: Ids = { bytes: sharedBytes(0), starts: sharedWords(0) };
  let keys: Keys = { all: sharedWords(0), starts: sharedWords(0) };
  let [bytes, starts] = [sharedBytes(0), sharedWords(0)];
  let count = 0;
  let at = 0;
  return {
    begin: (room) => {
      [count, at] = [0, 0];
      const words = (old: Uint32Array, length: number) => (old.length < length ? sharedWords(length) : old);
      const octets = (old: Uint8Array, length: number) => (old.length < length ? sharedBytes(length) : old);
      ids = { bytes: octets(ids.bytes, room.ids), starts: words(ids.starts, room.records + 1) };
      keys = { all: words(keys.all, room.keys), starts: words(keys.starts, room.records + 1) };
      bytes = octets(bytes, room.bytes);
      starts = words(starts, room.records * slots + 1);
    },
    add: (id, mine, plain) => {
      const [idAt, keyAt] = [ids.starts[count] ?? 0, keys.starts[count] ?? 0];
      ids.bytes.set(id, idAt);
      keys.all.set(mine, keyAt);
      let slot = 0;
      starts[count * slots] = at;
      for (let from = 0; from < plain.length && slot < slots; from++) {
        const byte = plain[from] ?? 0;
        if (byte !== BETWEEN_SLOTS) bytes[at++] = byte;
        else if (++slot < slots) starts[count * slots + slot] = at;
      }
      while (++slot < slots) starts[count * slots + slot] = at;
      count += 1;
      starts[count * slots] = at;
      ids.starts[count] = idAt + id.length;
      keys.starts[count] = keyAt + mine.length;
    },
    done: () => ({
      records: { count, slots, bytes: bytes.subarray(0, at), starts: starts.subarray(0, count * slots + 1) },
      keys: { all: keys.all.subarray(0, keys.starts[count]), starts: keys.starts.subarray(0, count + 1) },
      ids: { bytes: ids.bytes.subarray(0, ids.starts[count]), starts: ids.starts.subarray(0, count + 1) },
    }),
  };
}

/** Of a record, as customers are; more are found room for. */
const TYPICAL = { bytes: 84, keys: 9, id: 23 };

/** Packs one after the other as one, in memory that threads share; `expected`: about how many records. */
export function makeJoin(slots: number, expected: number): { add(pack: Pack): void; done(): Pack } {
  const texts = growing(expected * TYPICAL.bytes);
  const starts = growing(expected * slots * 4);
  const keys = growing(expected * TYPICAL.keys * 4);
  const keyStarts = growing(expected * 4);
  const ids = growing(expected * TYPICAL.id);
  const idStarts = growing(expected * 4);
  let count = 0;
  return {
    add: (pack) => {
      count += pack.records.count;
      // Where each ends is where the next begins.
      starts.add(moved(pack.records.starts.subarray(0, -1), texts.used()));
      keyStarts.add(moved(pack.keys.starts.subarray(0, -1), keys.used() / 4));
      idStarts.add(moved(pack.ids.starts.subarray(0, -1), ids.used()));
      texts.add(pack.records.bytes);
      keys.add(pack.keys.all);
      ids.add(pack.ids.bytes);
    },
    done: () => {
      starts.add(Uint32Array.of(texts.used()));
      keyStarts.add(Uint32Array.of(keys.used() / 4));
      idStarts.add(Uint32Array.of(ids.used()));
      return {
        records: { count, slots, bytes: texts.bytes(), starts: starts.words() },
        keys: { all: keys.words(), starts: keyStarts.words() },
        ids: { bytes: ids.bytes(), starts: idStarts.words() },
      };
    },
  };
}

const moved = (starts: Uint32Array, by: number): Uint32Array => starts.map((start) => start + by);

const SPARE = 1.5;

/** Shared memory that grows. What nothing was written to yet takes no room, so there may be plenty. */
function growing(expected: number) {
  const take = (size: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(Math.ceil(size * SPARE) + 64));
  let memory = take(expected);
  let used = 0;
  return {
    add: (some: Uint8Array | Uint32Array): void => {
      if (used + some.byteLength > memory.length) {
        const wider = take(used + some.byteLength);
        wider.set(memory.subarray(0, used));
        memory = wider;
      }
      memory.set(new Uint8Array(some.buffer, some.byteOffset, some.byteLength), used);
      used += some.byteLength;
    },
    used: () => used,
    bytes: () => memory.subarray(0, used),
    words: () => new Uint32Array(memory.buffer, 0, used / 4),
  };
}
