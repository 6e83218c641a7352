import { expect, it } from 'vitest';
import { runMutants } from './mutants.ts';

it.each([101, 102])(
  'whatever a platform sends has its fate: a thousand mutants of seed %i',
  async (seed) => {
    const { sent, items, fates, faults } = await runMutants(seed, 1_000);
    expect(faults).toEqual([]);
    expect(sent).toBe(1_000);
    expect(items).toBeGreaterThan(500);
    expect(fates.accepted).toBeGreaterThan(50);
    expect(fates['dead-letter unreadable']).toBeGreaterThan(50);
  },
  300_000,
);
