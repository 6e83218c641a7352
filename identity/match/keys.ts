/** The block keys of every record, packed: 32 bits of each, ascending; those of record `n` begin at `starts[n]`. */
export type Keys = { all: Uint32Array; starts: Uint32Array };

/** The smallest key that two records share; -1 where there is none. */
export function firstShared({ all, starts }: Keys, a: number, b: number): number {
  let x = starts[a] ?? 0;
  let y = starts[b] ?? 0;
  const xEnd = starts[a + 1] ?? 0;
  const yEnd = starts[b + 1] ?? 0;
  while (x < xEnd && y < yEnd) {
    const one = all[x] ?? 0;
    const other = all[y] ?? 0;
    if (one === other) return one;
    if (one < other) x += 1;
    else y += 1;
  }
  return -1;
}
