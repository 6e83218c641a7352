/**
 * Ids packed in one run of bytes and found by a table of numbers: a million of them as strings in a Map would take
 * more room than all that is compared. ASCII is meant.
 */
export type Ids = {
  /** Numbers begin at 0 and grow by one. */
  add(id: string): void;
  /** The id that stands in a text from one place to before another; -1: was never added. */
  find(text: string, from: number, to: number): number;
  at(number: number): string;
};

const LONGEST = 64;
const SAMPLE = 8;

export function makeIds(expected: number): Ids {
  let bytes = Buffer.alloc(Math.max(1, expected) * 24);
  let starts = new Uint32Array(Math.max(1, expected) + 2);
  let slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(8, expected * 2)))).fill(-1);
  let count = 0;
  const hashOf = (text: string, from: number, to: number): number => {
    let hash = 0x811c9dc5;
    // Ids are keyed hashes: their last characters tell them apart, and what is found is compared whole.
    for (let at = Math.max(from, to - SAMPLE); at < to; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    return (hash ^ (hash >>> 15)) >>> 0;
  };
  const isAt = (number: number, text: string, from: number, to: number): boolean => {
    const start = starts[number] ?? 0;
    if ((starts[number + 1] ?? 0) - start !== to - from) return false;
    for (let at = from; at < to; at++) if (bytes[start + at - from] !== text.charCodeAt(at)) return false;
    return true;
  };
  /** The place of an id in the table, or the free one where it would stand. */
  const slotOf = (text: string, from: number, to: number): number => {
    const mask = slots.length - 1;
    for (let slot = hashOf(text, from, to) & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot] ?? -1;
      if (number < 0 || isAt(number, text, from, to)) return slot;
    }
  };
  const textAt = (number: number): string => bytes.toString('latin1', starts[number] ?? 0, starts[number + 1] ?? 0);
  const grow = (): void => {
    const wider = new Int32Array(slots.length * 2).fill(-1);
    slots = wider;
    for (let number = 0; number < count; number++) {
      const id = textAt(number);
      slots[slotOf(id, 0, id.length)] = number;
    }
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
      else slots[slotOf(id, 0, id.length)] = count - 1;
    },
    find: (text, from, to) => slots[slotOf(text, from, to)] ?? -1,
    at: textAt,
  };
}
