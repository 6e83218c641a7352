import { pathToFileURL } from 'node:url';
import { faultsOf } from './agree.ts';

/**
 * Histories from one seed to another, and what is wrong with them: `node --import tsx test/identity/long.ts 100000
 * [first seed]`
 */
export function faultsBetween(first: number, count: number): string[] {
  const faults: string[] = [];
  for (let seed = first; seed < first + count; seed += 1) {
    try {
      faults.push(...faultsOf(seed).map((fault) => `seed ${seed}: ${fault}`));
    } catch (error) {
      faults.push(`seed ${seed}: ${error instanceof Error ? error.stack : error}`);
    }
  }
  return faults;
}

const [, script, count, first] = process.argv;
if (script !== undefined && import.meta.url === pathToFileURL(script).href) {
  const faults = faultsBetween(Number(first ?? 1), Number(count ?? 100_000));
  process.stdout.write(`${faults.length} faults\n${faults.slice(0, 20).join('\n')}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
