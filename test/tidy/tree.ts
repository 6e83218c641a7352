import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceFile } from 'typescript/unstable/ast';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API } from 'typescript/unstable/sync';

/** One file of the repository; `tree` is there for TypeScript and JavaScript. Paths are relative to the root. */
export type Source = { path: string; text: string; tree: SourceFile | undefined };
export type Sources = ReadonlyMap<string, Source>;

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PASSED_OVER = new Set(['node_modules', '.git', 'data', '.services', 'coverage', 'fixtures', 'package-lock.json']);
const PARSED = /\.(ts|mjs|js)$/;
const READ = /\.(ts|mjs|js|css|html|sql|lua|md|yml|yaml|sh|go)$|(^|\/)(run|Dockerfile)$/;

function walk(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (PASSED_OVER.has(entry.name)) return [];
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? walk(path) : [path];
  });
}

/** Every text file of the repository that people write, by its path. */
export function readTree(): Map<string, string> {
  const paths = walk('').filter((path) => READ.test(path));
  return new Map(paths.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));
}

/**
 * Syntax trees by the compiler itself, of the repository and of the bad examples alike: each file stands in a folder of
 * its own of a file system with nothing else in it, since no rule asks for types. One call starts one compiler.
 */
export function parseEach(files: readonly (readonly [path: string, text: string])[]): Source[] {
  const placed = files.map(([path, text], at) => ({ path, text, place: `/repository/${at}/${path}` }));
  const config = {
    compilerOptions: { noLib: true, noResolve: true, allowJs: true, types: [] },
    files: placed.filter(({ path }) => PARSED.test(path)).map(({ place }) => place),
  };
  const fs = createVirtualFileSystem({
    ...Object.fromEntries(placed.map(({ place, text }) => [place, text])),
    '/repository/tsconfig.json': JSON.stringify(config),
  });
  const compiler = new API({ cwd: '/repository', fs });
  try {
    const snapshot = compiler.updateSnapshot({ openProjects: ['/repository/tsconfig.json'] });
    const program = snapshot.getProjects()[0]?.program;
    return placed.map(({ path, text, place }) => ({ path, text, tree: program?.getSourceFile(place) }));
  } finally {
    compiler.close();
  }
}

export const byPath = (sources: readonly Source[]): Sources => new Map(sources.map((source) => [source.path, source]));
export const parse = (files: ReadonlyMap<string, string>): Sources => byPath(parseEach([...files]));
