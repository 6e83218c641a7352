import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startChild } from './crash.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hx-clear-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const SECRET = 'clear 13900001234 ';

// With one arena all threads take memory from where the others left it: what is left on a page comes to light.
test('nothing that stood in memory before comes onto the disk with a page that is not full', async () => {
  const told: string[] = [];
  const [rows, records] = [join(directory, 'rows'), join(directory, 'records')];
  await startChild('scribbler.ts', [SECRET, rows, records], (text) => told.push(text), 'MALLOC_ARENA_MAX=1');
  expect(told).toEqual(['done']);
  for (const place of [rows, records]) {
    const bytes = readFileSync(join(place, 'data.mdb'));
    expect(bytes.length).toBeGreaterThan(1_000_000);
    expect(bytes.includes(SECRET)).toBe(false);
  }
});
