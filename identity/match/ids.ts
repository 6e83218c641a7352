/**
 * Ids packed in one run of bytes and found by a table of numbers: a million of them as strings in a Map would take
 * more room than all that is compared. ASCII is meant.
 */
export type Ids = {
  /** Numbers begin at 0 and grow by one. */
  add(id: string): void;
  /** -1: was never added. */
  find(id: string): number;
  at(number: number): string;
};

const LONGEST = 64;
const SAMPLE = 8;

export function makeIds(expected: number): Ids {
  let bytes = Buffer.alloc(Math.max(1, expected) * 24);
  let starts = new Uint32Array(Math.max(1, expected) + 2);
  let slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(8, expected * 2)))).fill(-1);
  let count = 0;
  const hashOf = (id: string): number => {
    let hash = 0x811c9dc5;
    // Ids are keyed hashes: their last characters tell them apart, and what is found is compared whole.
    for (let at = Math.max(0, id.length - SAMPLE); at < id.length; at++)
      hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
    return (hash ^ (hash >>> 15)) >>> 0;
  };
  const isAt = (number: number, id: string): boolean => {
    const from = starts[number] ?? 0;
    if ((starts[number + 1] ?? 0) - from !== id.length) return false;
    for (let at = 0; at < id.length; at++) if (bytes[from + at] !== id.charCodeAt(at)) return false;
    return true;
  };
  /** The place of an id in the table, or the free one where it would stand. */
  const slotOf = (id: string): number => {
    for (let slot = hashOf(id) & (slots.length - 1); ; slot = (slot + 1) & (slots.length - 1)) {
      const number = slots[slot] ?? -1;
      if (number < 0 || isAt(number, id)) return slot;
    }
  };
  const textAt = (number: number): string => bytes.toString('latin1', starts[number] ?? 0, starts[number + 1] ?? 0);
  const grow = (): void => {
    const wider = new Int32Array(slots.length * 2).fill(-1);
    slots = wider;
    for (let number = 0; number < count; number++) slots[slotOf(textAt(number))] = number;
  };
  return {
    add: (id) => {
      const at = starts[count] ?? 0;
      if (at + LONGEST > bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(bytes.length + LONGEST)]);
      if (count + 2 > starts.length) {
        const longer = new Uint32Array(starts.length * 2);
        longer.set(starts);
        starts = longer;
      }
      starts[count + 1] = at + bytes.write(id, at, 'latin1');
      count += 1;
      if (count * 2 > slots.length) grow();
      else slots[slotOf(id)] = count - 1;
    },
    find: (id) => slots[slotOf(id)] ?? -1,
    at: textAt,
  };
}
