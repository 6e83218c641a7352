/**
 * Rows of what is compared as ClickHouse gives them in RowBinary: id, keys (the upper 32 bits of each block,
 * ascending), sealed. A text or a list begins with its length as LEB128; numbers are little-endian.
 * https://clickhouse.com/docs/interfaces/formats/RowBinary
 */
export type RowVisitor = (id: Uint8Array, keys: Uint32Array, sealed: Uint8Array) => void;

/** Views into the rows; `keys` is good until the next row. */
export function eachComparedRow(rows: Uint8Array, visit: RowVisitor): void {
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  let keys = new Uint32Array(64);
  let at = 0;
  const length = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = view.getUint8(at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  const bytes = (): Uint8Array => {
    const size = length();
    at += size;
    return rows.subarray(at - size, at);
  };
  while (at < rows.length) {
    const id = bytes();
    const count = length();
    if (count > keys.length) keys = new Uint32Array(count * 2);
    for (let key = 0; key < count; key++, at += 4) keys[key] = view.getUint32(at, true);
    visit(id, keys.subarray(0, count), bytes());
  }
}
