import { isDeepStrictEqual } from 'node:util';
import { type Pair, recounted, repeated, unordered, unorderedLife } from './checks.ts';
import { firstDifference } from './difference.ts';
import type { HistoryOptions } from './history.ts';

/**
 * The checks of this folder over many more histories: `node --import tsx test/whole/long.ts [first seed] [how many]`.
 * Prints the first difference of every history that fails; its seed makes it again.
 */
const [first = 1_000, many = 50] = process.argv.slice(2).map(Number);
const CHECKS = { recounted, unordered, unorderedLife, repeated };

/** Few people who say much, many who say little, months and years. */
function optionsOf(seed: number): HistoryOptions {
  const people = [1, 2, 3, 5, 8, 14][seed % 6] ?? 3;
  return { seed, people, events: 60 + 40 * (seed % 5), days: [30, 60, 200, 500, 900][seed % 5] ?? 60 };
}

async function failures(
  options: HistoryOptions,
  check: (options: HistoryOptions) => Promise<Pair[]>,
): Promise<string[]> {
  try {
    const pairs = await check(options);
    const wrong = pairs.filter(({ found, expected }) => !isDeepStrictEqual(found, expected));
    return wrong.map(({ name, found, expected }) => `${name}: ${firstDifference(found, expected)}`);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

let failed = 0;
for (let seed = first; seed < first + many; seed += 1) {
  const options = optionsOf(seed);
  for (const [name, check] of Object.entries(CHECKS)) {
    const [wrong] = await failures(options, check);
    if (wrong === undefined) continue;
    failed += 1;
    process.stdout.write(`${name} ${JSON.stringify(options)}\n  ${wrong}\n`);
  }
}
process.stdout.write(`${many} histories from seed ${first}: ${failed} checks failed\n`);
process.exit(failed === 0 ? 0 : 1);
