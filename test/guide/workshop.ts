import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guide } from '../../docs/guide.ts';
import { environment } from '../process/env.ts';
import { ADMIN_KEY } from '../process/server.ts';

/** A copy of the sources to change things in, as a data engineer has one; the packages are those of this checkout. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LEFT_OUT = new Set(['node_modules', '.git', 'data', '.services']);

/** A file as the guide's page shows it, and no other way: the code under its path. */
export function fromPage(path: string): string {
  const [, rest = ''] = guide().split(`\`${path}\`:\n\n\`\`\`ts\n`);
  if (rest === '') throw new Error(`docs/guide.md shows no ${path}`);
  return `${rest.slice(0, rest.indexOf('\n```'))}\n`;
}

export type Ran = { code: number | null; out: string };
export type Workshop = {
  root: string;
  /** `npm run huaxiang -- …`; both outputs together. */
  huaxiang(...argv: string[]): Promise<Ran>;
  /** A program among the packages, such as vitest or tsc. */
  tool(name: string, ...argv: string[]): Promise<Ran>;
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** `npm start`; gives the address. It ends with the workshop. */
  start(): Promise<string>;
  close(): Promise<void>;
};

type Program = { child: ReturnType<typeof spawn>; ended: Promise<Ran>; heard(pattern: RegExp): Promise<string> };

function begin(root: string, command: string, argv: readonly string[]): Program {
  const env = environment({
    PORT: '0',
    HUAXIANG_DATA: join(root, 'data'),
    HUAXIANG_ADMIN_KEY: ADMIN_KEY,
    NO_COLOR: '1',
  });
  const child = spawn(command, argv, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  const listeners: (() => void)[] = [];
  const hear = (chunk: Buffer): void => {
    out += chunk.toString();
    for (const listen of listeners) listen();
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const ended = new Promise<Ran>((resolve) => child.once('close', (code) => resolve({ code, out })));
  const heard = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const listen = (): void => {
        const found = pattern.exec(out)?.[1];
        if (found !== undefined) resolve(found);
      };
      listeners.push(listen);
      listen();
      void ended.then(() => reject(new Error(`it ended: ${out}`)));
    });
  return { child, ended, heard };
}

export async function openWorkshop(): Promise<Workshop> {
  const root = await mkdtemp(join(tmpdir(), 'huaxiang-workshop-'));
  for (const name of await readdir(ROOT)) {
    if (!LEFT_OUT.has(name)) await cp(join(ROOT, name), join(root, name), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const main = ['--import', 'tsx', 'main.ts'];
  const running: Program[] = [];
  return {
    root,
    huaxiang: (...argv) => begin(root, process.execPath, [...main, ...argv]).ended,
    tool: (name, ...argv) => begin(root, join(root, 'node_modules', '.bin', name), argv).ended,
    read: (path) => readFile(join(root, path), 'utf8'),
    write: async (path, text) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    },
    start: async () => {
      const program = begin(root, process.execPath, [...main, 'serve']);
      running.push(program);
      return program.heard(/listening on (\S+)/);
    },
    close: async () => {
      for (const { child, ended } of running) {
        child.kill('SIGTERM');
        await ended;
      }
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
