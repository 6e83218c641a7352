import { runCli } from './cli/run.ts';
import { listChannels } from './main/channel/list.ts';
import { tryChannel } from './main/channel/try.ts';
import { DemoError } from './main/demo/failure.ts';
import { demo } from './main/demo.ts';
import { DirectoryBusy, isLocked } from './main/lock.ts';
import { rebuild } from './main/rebuild.ts';
import { codeOf } from './main/ring.ts';
import { serve } from './main/serve.ts';
import { ConfigError, readConfig } from './schemas/config.ts';

/** The composition root: the only file that reads the environment, the clock and the signals. */
const out = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const err = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
const now = (): number => Date.now();
/** https://no-color.org */
const inColour = process.stdout.isTTY === true && !process.env.NO_COLOR;

/** What stops a start is told in one message; anything else is a fault of ours and keeps its name only. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DirectoryBusy || error instanceof DemoError)
    return error.message;
  if (error instanceof Error && codeOf(error) === 'EADDRINUSE') return 'PORT is in use by another process';
  return error instanceof Error ? `huaxiang could not start: ${error.message}` : 'huaxiang could not start';
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}

async function explained(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    err(explain(error));
    return 1;
  }
}

async function serveUntilSignalled(): Promise<number> {
  const stop = signalled();
  const running = await serve({ config: readConfig(process.env), now, say: out, log: err });
  await stop;
  await running.close();
  return 0;
}

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  out,
  err,
  fetch,
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  serve: () => explained(serveUntilSignalled),
  demo: ({ once }) => explained(() => demo({ once, env: process.env, now, out, stop: signalled(), colour: inColour })),
  rebuild: (from, to) => explained(() => rebuild({ from, to, env: process.env, now, out, err })),
  held: isLocked,
  channels: { list: listChannels, try: (trial) => tryChannel(trial, { now, out }) },
});
process.exit();
