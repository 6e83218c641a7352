import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { recounted, repeated, unordered, unorderedLife } from './checks.ts';
import { firstDifference } from './difference.ts';
import type { HistoryOptions } from './history.ts';

const CHECKS = { recounted, unordered, unorderedLife, repeated };

/** Few people who say much, many who say little; a month or years. */
function optionsOf(seed: number): HistoryOptions {
  const people = [1, 2, 3, 5, 8, 14][seed % 6] ?? 3;
  return { seed, people, events: 60 + 40 * (seed % 5), days: [30, 60, 200, 500, 900][seed % 5] ?? 60 };
}

/** What is wrong with the history of a seed: the first difference that each check finds. */
async function faultsOf(seed: number): Promise<string[]> {
  const options = optionsOf(seed);
  const faults: string[] = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    try {
      const wrong = (await check(options)).find(({ found, expected }) => !isDeepStrictEqual(found, expected));
      if (wrong) faults.push(`seed ${seed}: ${name}: ${wrong.name}${firstDifference(wrong.found, wrong.expected)}`);
    } catch (error) {
      faults.push(`seed ${seed}: ${name}: ${error instanceof Error ? error.stack : error}`);
    }
  }
  return faults;
}

/**
 * The checks of this folder over many more histories, and what is wrong with them:
 * `node --import tsx test/whole/long.ts 100 [first seed]`
 */
export async function faultsBetween(
  first: number,
  count: number,
  tell = (_: string): void => undefined,
): Promise<string[]> {
  const faults: string[] = [];
  for (let seed = first; seed < first + count; seed += 1) {
    const found = await faultsOf(seed);
    for (const fault of found) tell(fault);
    faults.push(...found);
  }
  return faults;
}

const [, script, count, first] = process.argv;
if (script && import.meta.url === pathToFileURL(script).href) {
  const say = (text: string): boolean => process.stdout.write(`${text}\n`);
  const faults = await faultsBetween(Number(first ?? 1_000), Number(count ?? 50), say);
  say(`${faults.length} faults`);
  process.exit(faults.length === 0 ? 0 : 1);
}
