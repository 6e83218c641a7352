import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { LogRecord } from '../../ingest/log/port.ts';

/**
 * Runs a file of this folder as a process, after a piece of shell where one is given. `line` gets what it prints,
 * line by line.
 */
export function startChild(
  file: string,
  args: readonly string[],
  line: (text: string, child: ChildProcess) => void,
  shell = '',
): Promise<void> {
  // The shell becomes the process: its number stays, for the one who wants to kill it.
  const command = `${shell} exec "$0" --import tsx "$@"`;
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn('sh', ['-c', command, process.execPath, path, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  createInterface({ input: child.stdout }).on('line', (text) => line(text, child));
  return once(child, 'close').then(() => undefined);
}

/** Every batch that was acknowledged is there, and every batch that is there is whole and in its order. */
export function expectWhole(records: readonly LogRecord[], acknowledged: readonly number[]): void {
  const batches = new Map<number, { size: number; places: number[] }>();
  for (const { value } of records) {
    const [number = -1, place = -1, size = -1] = value.toString().split(' ').map(Number);
    const batch = batches.get(number) ?? { size, places: [] };
    batch.places.push(place);
    batches.set(number, batch);
  }
  for (const { size, places } of batches.values()) expect(places).toEqual(Array.from({ length: size }, (_, at) => at));
  expect(acknowledged.filter((number) => !batches.has(number))).toEqual([]);
}

/** Kills an appender with SIGKILL when it has been told of so many batches; answers all that were acknowledged. */
export async function killAppender(args: readonly string[], after: number): Promise<number[]> {
  const acknowledged: number[] = [];
  await startChild('appender.ts', args, (text, child) => {
    acknowledged.push(Number(text));
    if (acknowledged.length === after) child.kill('SIGKILL');
  });
  expect(acknowledged.length).toBeGreaterThanOrEqual(after);
  return acknowledged;
}
