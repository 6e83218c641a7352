import type { Node } from 'typescript/unstable/ast';
import type { Source } from './tree.ts';

/** A place that breaks a rule: line from 1, and what stands there. */
export type Finding = { line: number; what: string };

/** A rule looks at one file alone. `use` says what to write instead. */
export type Rule = { name: string; use: string; applies(path: string): boolean; find(source: Source): Finding[] };

export const isCode = (path: string): boolean => /\.(ts|mjs|js)$/.test(path);
export const isTest = (path: string): boolean => path.startsWith('test/') || path.startsWith('bench/');
/** The rules themselves spell out what they forbid. */
export const isRulebook = (path: string): boolean => path.startsWith('test/tidy/') || path === 'test/tidy.test.ts';

/** Every node of the tree that `visit` gives a text for, with its line. */
export function findNodes(source: Source, visit: (node: Node) => string | undefined): Finding[] {
  const { tree } = source;
  if (!tree) return [];
  const findings: Finding[] = [];
  const walk = (node: Node): void => {
    const what = visit(node);
    if (what !== undefined) findings.push({ line: lineOf(source, node.getStart(tree)), what });
    node.forEachChild((child) => walk(child));
  };
  walk(tree);
  return findings;
}

/** The line, from 1, of an offset in UTF-16 units. */
export const lineOf = (source: Source, offset: number): number => source.text.slice(0, offset).split('\n').length;

/** Lines as editors count them: a final newline begins no further one. */
export const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');

/** Findings for every line that matches. */
export function findLines(source: Source, pattern: RegExp): Finding[] {
  return linesOf(source.text).flatMap((line, at) => {
    const match = pattern.exec(line);
    return match ? [{ line: at + 1, what: match[0] }] : [];
  });
}
