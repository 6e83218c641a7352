import { expect, it } from 'vitest';
import { eachComparedRow } from '../../profiles/store/compared-rows.ts';
import type { AnalyticStore, ComparedRow } from '../../profiles/store/port.ts';
import { writes } from './analytic-rows.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const row = (id: string, blocks: readonly string[], more: Partial<ComparedRow> = {}): ComparedRow => ({
  ...{ id, deleted: false, blocks, sealed: base64(`sealed ${id}`), version: 1 },
  ...more,
});
/** Blocks by their upper halves, with what stands below. */
const block = (upper: number, lower = 0): string => (BigInt(upper) * 2n ** 32n + BigInt(lower)).toString();

type Compared = { id: string; keys: number[]; sealed: string };
function comparedIn(rows: Uint8Array): Compared[] {
  const found: Compared[] = [];
  eachComparedRow(rows, (id, keys, sealed) => {
    found.push({ id: Buffer.from(id).toString(), keys: [...keys], sealed: Buffer.from(sealed).toString() });
  });
  return found;
}

/** What probable duplicates are found by: rows that are replaced and go, in pages. */
export function comparedContract(store: () => AnalyticStore): void {
  it('keeps the latest of what is compared, page by page', async () => {
    const { compared } = store();
    const long = 'x'.repeat(300);
    const rows = ['p1', 'p2', 'p3'].map((id) => row(id, [block(7), block(4_294_967_295, 5)]));
    await store().write(writes({ compared: rows }));
    await store().write(
      writes({ compared: [row('p2', [block(9)], { version: 2, sealed: base64(long) }), rows[0] ?? row('', [])] }),
    );
    expect(await compared.count()).toBe(3);
    const read = async (limit: number): Promise<Compared[]> => {
      const all: Compared[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const page: Awaited<ReturnType<typeof compared.page>> = await compared.page(after, limit);
        const items = comparedIn(page.rows);
        expect(items.length).toBeLessThanOrEqual(limit);
        all.push(...items);
        after = page.next;
      }
      return all;
    };
    for (const limit of [1, 2, 3, 1_000]) {
      const found = await read(limit);
      expect(found.map(({ id }) => id)).toEqual(['p1', 'p2', 'p3']);
      expect(found[0]?.keys).toEqual([7, 4_294_967_295]);
      expect(found[1]).toEqual({ id: 'p2', keys: [9], sealed: long });
    }
    await store().write(writes({ compared: [row('p3', [], { version: 2, deleted: true, sealed: '' })] }));
    expect(await compared.count()).toBe(2);
    expect((await read(1)).map(({ id }) => id)).toEqual(['p1', 'p2']);
  });
}
