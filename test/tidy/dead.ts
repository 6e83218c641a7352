import { ROOMS, roomOf } from './arrows.ts';
import { type Edge, reachable } from './imports.ts';
import { isCode } from './rule.ts';

/** Files that programs start or that tools look for by name. */
const BY_NAME = /^vitest[\w.]*\.config\.ts$|\.test\.ts$|^console\//;

/** Paths named in the scripts of package.json, in .ci/run and the like. */
function namedIn(texts: readonly string[], paths: readonly string[]): string[] {
  const words = new Set(texts.flatMap((text) => text.split(/[\s"'`;]+/)));
  return paths.filter((path) => words.has(path) || words.has(`./${path}`));
}

/**
 * Code that nothing leads to. What makes the product must be reached from main.ts: a test alone keeps no file alive.
 * `texts` are the scripts that start programs.
 */
export function deadFiles(paths: readonly string[], all: readonly Edge[], texts: readonly string[]): string[] {
  const code = paths.filter(isCode);
  if (!code.includes('main.ts')) return ['main.ts is missing: without it nothing can be reached'];
  const product = reachable(all, ['main.ts']);
  const anything = reachable(all, [...code.filter((path) => BY_NAME.test(path)), ...namedIn(texts, code)]);
  return code.filter((path) => !(ROOMS.includes(roomOf(path)) ? product : anything).has(path)).sort();
}
