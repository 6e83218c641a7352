import { spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 100;

/** Whether something listens on a port. */
export function answers(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host, timeout: 2_000 });
    const end = (up: boolean) => {
      socket.destroy();
      resolve(up);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

/** Asks again and again; rejects with `what` after some seconds. */
export async function until(what: string, seconds: number, met: () => boolean | Promise<boolean>): Promise<void> {
  for (let left = (seconds * 1_000) / POLL_MS; left > 0; left--) {
    if (await met()) return;
    await pause(POLL_MS);
  }
  throw new Error(`${what} did not come about in ${seconds} s`);
}

/** Runs a command to its end, its output shown; throws when it fails. */
export function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (error || status !== 0) throw new Error(`${command} ${args.join(' ')} failed`, { cause: error });
}

/** Whether a command is there to be run. */
export function has(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

/** Starts a server that lives on after this process, its output in `<name>.out` and its number in `<name>.pid`. */
export function startServer(directory: string, name: string, command: string, args: readonly string[]): void {
  const out = openSync(`${directory}/${name}.out`, 'w');
  const child = spawn(command, args, { cwd: directory, detached: true, stdio: ['ignore', out, out] });
  writeFileSync(`${directory}/${name}.pid`, String(child.pid));
  child.unref();
}

/**
 * The number of a server that was started here and lives; `mark` stands in its command line, so that a number used
 * again is not taken for it.
 */
export function pidOf(directory: string, name: string, mark: string): number | undefined {
  const file = `${directory}/${name}.pid`;
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8'));
  return commandLine(pid).includes(mark) ? pid : undefined;
}

/** Empty where there is no such process. Small systems have no `ps`, others no `/proc`. */
function commandLine(pid: number): string {
  if (!existsSync('/proc/self/cmdline'))
    return spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

export async function stopServer(directory: string, name: string, mark: string): Promise<boolean> {
  const pid = pidOf(directory, name, mark);
  if (pid !== undefined) {
    process.kill(pid, 'SIGTERM');
    await until(`the end of ${name}`, 30, () => pidOf(directory, name, mark) === undefined);
  }
  rmSync(`${directory}/${name}.pid`, { force: true });
  return pid !== undefined;
}
