import { parseArgs } from 'node:util';
import { channelCommand } from './channel.ts';
import { type Call, CallError, type Command, type Deps, UsageError } from './deps.ts';
import { doctorCommand } from './doctor.ts';
import { COMMON, commandHelp, languageOf, overview } from './help.ts';
import { importCommand } from './import.ts';
import { keyCommand } from './key.ts';
import { demoCommand, rebuildCommand, serveCommand } from './local.ts';
import { sourceCommand } from './source.ts';

const COMMANDS: readonly Command[] = [
  serveCommand,
  demoCommand,
  importCommand,
  sourceCommand,
  channelCommand,
  keyCommand,
  doctorCommand,
  rebuildCommand,
];

/** Splits a command's arguments. Throws UsageError on an option it does not take. */
function read(command: Command, argv: readonly string[]): Call {
  const options = Object.entries({ ...command.options, ...COMMON });
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: Object.fromEntries(options.map(([name, { type, multiple = false }]) => [name, { type, multiple }])),
      allowPositionals: true,
    });
    return { values, rest: positionals };
  } catch (error) {
    // parseArgs throws a TypeError with advice about `--`, which helps nobody here: its first sentence is enough.
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error));
  }
}

async function run(command: Command, argv: readonly string[], deps: Deps): Promise<number> {
  const call = read(command, argv);
  if (call.values.help !== true) return command.run(call, deps);
  deps.out(commandHelp(command, languageOf(call.values.lang, deps.env)));
  return 0;
}

/** Help without a command: `--help`, `help [command]`, nothing at all. */
function help(argv: readonly string[], deps: Deps): number {
  const at = argv.indexOf('--lang');
  const language = languageOf(at < 0 ? undefined : argv[at + 1], deps.env);
  const asked = COMMANDS.find(({ name }) => argv[0] === 'help' && name === argv[1]);
  deps.out(asked ? commandHelp(asked, language) : overview(COMMANDS, language));
  return 0;
}

/**
 * Runs `huaxiang <command> …` and gives its exit code: 0 done, 1 could not be done, 2 asked for in a wrong way.
 * `argv` begins with the command. What a command does not expect (a defect) is thrown on.
 */
export async function runCli(argv: readonly string[], deps: Deps): Promise<number> {
  const [name, ...more] = argv;
  if (name === undefined || name === 'help' || name.startsWith('-')) return help(argv, deps);
  const command = COMMANDS.find((known) => known.name === name);
  if (!command) {
    deps.err(`there is no command ${JSON.stringify(name)}: ${COMMANDS.map((known) => known.name).join(', ')}`);
    return 2;
  }
  try {
    return await run(command, more, deps);
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof CallError)) throw error;
    deps.err(error.message);
    if (error instanceof UsageError) deps.err(`see: npm run huaxiang -- ${name} --help`);
    return error instanceof UsageError ? 2 : 1;
  }
}
