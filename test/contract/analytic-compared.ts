import { expect, it } from 'vitest';
import type { AnalyticStore, Compared, ComparedRow } from '../../profiles/store/port.ts';
import { writes } from './analytic-rows.ts';

const row = (id: string, blocks: readonly string[], more: Partial<ComparedRow> = {}): ComparedRow => ({
  ...{ id, deleted: false, blocks, sealed: `sealed ${id}`, version: 1 },
  ...more,
});
const ALL = { from: 0, to: 2 ** 32, most: 10 };
/** Blocks by their upper halves, with what stands below. */
const block = (upper: number, lower = 0): string => (BigInt(upper) * 2n ** 32n + BigInt(lower)).toString();

/** What probable duplicates are found by: rows that are replaced and go, pages, blocks within bounds. */
export function comparedContract(store: () => AnalyticStore): void {
  it('keeps the latest of what is compared, page by page', async () => {
    const { compared } = store();
    const rows = ['p1', 'p2', 'p3'].map((id) => row(id, [block(7), block(4_294_967_295, 5)]));
    await store().write(writes({ compared: rows }));
    await store().write(
      writes({ compared: [row('p2', [block(9)], { version: 2, sealed: 'newer' }), rows[0] ?? row('', [])] }),
    );
    expect(await compared.count()).toBe(3);
    const read = async (limit: number): Promise<Compared[]> => {
      const all: Compared[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const page: { items: Compared[]; next: string | null } = await compared.page(after, limit);
        expect(page.items.length).toBeLessThanOrEqual(limit);
        all.push(...page.items);
        after = page.next;
      }
      return all;
    };
    for (const limit of [1, 2, 3, 1_000]) {
      const found = await read(limit);
      expect(found.map(({ id }) => id)).toEqual(['p1', 'p2', 'p3']);
      expect(found[0]?.keys).toEqual([7, 4_294_967_295]);
      expect(found[1]).toEqual({ id: 'p2', keys: [9], sealed: 'newer' });
    }
    await store().write(writes({ compared: [row('p3', [], { version: 2, deleted: true, sealed: '' })] }));
    expect(await compared.count()).toBe(2);
    expect((await read(1)).map(({ id }) => id)).toEqual(['p1', 'p2']);
  });

  it('tells who shares a block, of a range, and of a large one only its size', async () => {
    const { compared } = store();
    const rows = [
      row('q1', [block(100), block(200), block(300)]),
      row('q2', [block(100), block(200), block(300, 1)]),
      row('q3', [block(200)]),
      row('q4', []),
    ];
    await store().write(writes({ compared: rows }));
    const found = async (range: typeof ALL) =>
      (await compared.blocks(range)).map(({ key, size, members }) => ({
        key,
        size,
        members: members.split(' ').sort(),
      }));
    expect(await found({ ...ALL, from: 50 })).toEqual([
      { key: 100, size: 2, members: ['q1', 'q2'] },
      { key: 200, size: 3, members: ['q1', 'q2', 'q3'] },
    ]);
    expect(await found({ from: 101, to: 300, most: 2 })).toEqual([{ key: 200, size: 3, members: [''] }]);
    expect(await found({ ...ALL, from: 201 })).toEqual([]);
  });
}
