import { describe, expect, test } from 'vitest';
import { hashOf, makeLastRows } from '../../../ingest/import/last-rows.ts';

const NUMBERS = Array.from({ length: 3_000 }, (_, at) => `BJ001-${20_260_801_000 + at * 7}`);

/** Notes each number three times, far apart, and gives the last row of each. */
function noted(lasts: ReturnType<typeof makeLastRows>): Map<string, number> {
  const rows = new Map<string, number>();
  let row = 0;
  for (let round = 0; round < 3; round++) {
    for (const number of NUMBERS) {
      lasts.note(hashOf(number), ++row);
      rows.set(number, row);
    }
  }
  return rows;
}

describe('the last rows of receipts', () => {
  test('tells the last row of each number, and nothing of one it has not seen or that is closed', () => {
    const lasts = makeLastRows();
    const slots = new Set<number>();
    for (const [number, row] of noted(lasts)) {
      const slot = lasts.slotOf(hashOf(number));
      expect(lasts.last(slot)).toBe(row);
      lasts.close(slot);
      slots.add(slot);
    }
    expect(slots.size).toBe(NUMBERS.length);
    for (const slot of slots) expect(lasts.last(slot)).toBe(0);
    expect(lasts.last(lasts.slotOf(hashOf('no such number')))).toBe(0);
  });

  test('with more numbers than it has room for, tells of each the last row of all that share its slot', () => {
    const lasts = makeLastRows(1_024);
    const rows = noted(lasts);
    const latest = new Map<number, number>();
    for (const [number, row] of rows) {
      const slot = lasts.slotOf(hashOf(number));
      latest.set(slot, Math.max(row, latest.get(slot) ?? 0));
    }
    expect(latest.size).toBeGreaterThan(384);
    expect(latest.size).toBeLessThanOrEqual(768);
    for (const [slot, row] of latest) {
      expect(slot).toBeLessThan(2 ** lasts.bits());
      expect(lasts.last(slot)).toBe(row);
    }
    const [first] = [...latest.keys()];
    lasts.close(first ?? 0);
    expect(lasts.last(first ?? 0)).toBe(0);
  });
});
