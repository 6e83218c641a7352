import { type Config, ConfigError, readConfig } from '../schemas/config.ts';
import { VARIABLES } from '../schemas/variables.ts';
import { checkDirectory } from './check-directory.ts';
import { checkEmbedded, checkEngines } from './check-engines.ts';
import { type Call, type Command, type Deps, UsageError } from './deps.ts';
import { causeOf, readJson, serverUrl, URL_OPTION } from './server.ts';
import type { Verdict } from './verdict.ts';

const NODE = [20, 19] as const;
/** Variables of the command line, beside those of the service. */
const CALLER = new Set(['HUAXIANG_URL', 'HUAXIANG_KEY']);

function checkNode(version: string): Verdict {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  if (enough) return { state: 'ok', what: `Node.js ${version}` };
  return { state: 'wrong', what: `Node.js ${version} is too old`, mend: `install Node.js ${NODE.join('.')} or newer` };
}

/** A misspelt variable does nothing, and says nothing: so it is told here. */
function strangers(env: Deps['env']): Verdict[] {
  const known = new Set([...Object.keys(VARIABLES), ...CALLER]);
  return Object.keys(env)
    .filter((name) => name.startsWith('HUAXIANG_') && !known.has(name))
    .map((name) => ({
      state: 'wrong' as const,
      what: `${name} is set, and no variable has this name`,
      mend: `unset ${name}; docs/configuration.md lists them all`,
    }));
}

function configOf(env: Deps['env']): Config | Verdict[] {
  try {
    return readConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const mend = 'set it to that, or unset it; docs/configuration.md lists them all';
    return error.message.split('\n').map((what) => ({ state: 'wrong' as const, what, mend }));
  }
}

async function checkServer(call: Call, deps: Deps): Promise<Verdict> {
  const base = serverUrl(call, deps);
  const answer = await deps.fetch(`${base}/readyz`).catch((error: unknown) => causeOf(error));
  if (typeof answer === 'string') {
    return { state: 'note', what: `no server answers at ${base} (${answer})`, mend: 'npm start' };
  }
  const text = await answer.text();
  if (answer.ok) return { state: 'ok', what: `the server at ${base} is ready` };
  const said = readJson(text) === undefined ? `status ${answer.status}` : text.slice(0, 500);
  return { state: 'wrong', what: `the server at ${base} is not ready: ${said}`, mend: 'mend the part it names' };
}

async function examine(call: Call, deps: Deps): Promise<Verdict[]> {
  const config = configOf(deps.env);
  const first = [checkNode(process.versions.node), ...strangers(deps.env)];
  if (Array.isArray(config)) return [...first, ...config, await checkServer(call, deps)];
  const parts = await Promise.all([
    checkDirectory(config.data, deps.held),
    checkEmbedded(config),
    checkEngines(config, deps.fetch),
  ]);
  return [...first, { state: 'ok', what: 'the environment' }, ...parts.flat(), await checkServer(call, deps)];
}

const MARKS = { ok: 'ok   ', note: 'note ', wrong: 'WRONG' };

export const doctorCommand: Command = {
  name: 'doctor',
  forms: [''],
  zh: '检查 Node、环境变量、数据目录、各引擎与服务，指出问题和修复命令',
  en: 'checks Node, environment, data directory, engines and server; says what is wrong and what mends it',
  options: URL_OPTION,
  run: async (call, deps) => {
    if (call.rest.length > 0) throw new UsageError('doctor takes no argument');
    const verdicts = await examine(call, deps);
    for (const { state, what, mend } of verdicts) {
      deps.out(`${MARKS[state]} ${what}`);
      if (mend !== undefined) deps.out(`      → ${mend}`);
    }
    const wrong = verdicts.filter(({ state }) => state === 'wrong').length;
    deps.out(wrong === 0 ? 'nothing is wrong' : `${wrong} wrong`);
    return wrong === 0 ? 0 : 1;
  },
};
