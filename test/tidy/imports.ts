import { posix } from 'node:path';
import * as ts from 'typescript/unstable/ast';
import { lineOf } from './rule.ts';
import type { Source, Sources } from './tree.ts';

/**
 * `to` is a path of the repository for our own files, else the package or built-in module as written. A path in a mere
 * text (`named`) keeps a file alive, but it is no import.
 */
export type Edge = { from: string; to: string; line: number; own: boolean; typeOnly: boolean; named: boolean };

/** True for `import type …`, `export type …` and braces in which every name is marked `type`. */
function typeOnly(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  if (!ts.isImportDeclaration(node) || !node.importClause) return false;
  return /^type\b/.test(node.importClause.getText()) || allMarked(node.importClause);
}

function allMarked(clause: ts.ImportClause): boolean {
  const names = clause.namedBindings;
  if (clause.name || !names || !ts.isNamedImports(names)) return false;
  return names.elements.length > 0 && names.elements.every((element) => element.isTypeOnly);
}

/** The specifier of anything that loads a module: import, export from, import(), import type, or a path in a text. */
function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return node.moduleSpecifier?.getText().slice(1, -1);
  }
  if (ts.isImportTypeNode(node)) return node.argument.getText().slice(1, -1);
  const call = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return call ? node.arguments[0]?.getText().slice(1, -1) : undefined;
}

const isSpecifier = (node: ts.Node): boolean => specifierOf(node.parent) === node.getText().slice(1, -1);

/** What a text such as `new URL('./worker.ts', import.meta.url)` or a name in a config file points to. */
function pointedTo(node: ts.Node, from: string, sources: Sources): string | undefined {
  if (!ts.isStringLiteral(node) || !/\.(ts|mjs|js)$/.test(node.text)) return undefined;
  const near = posix.join(posix.dirname(from), node.text);
  const candidates = [near, posix.normalize(node.text)];
  return candidates.find((path) => sources.has(path) && path !== from);
}

const isUrl = (node: ts.Node): boolean => ts.isNewExpression(node) && node.expression.getText() === 'URL';

function edgesOf(source: Source, sources: Sources): Edge[] {
  const found: Edge[] = [];
  const add = (node: ts.Node, to: string, more: Partial<Edge>): void => {
    const line = lineOf(source, node.getStart());
    found.push({ from: source.path, to, line, own: true, typeOnly: false, named: false, ...more });
  };
  const walk = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    const place = pointedTo(node, source.path, sources);
    if (specifier?.startsWith('.')) {
      add(node, posix.join(posix.dirname(source.path), specifier), { typeOnly: typeOnly(node) });
    } else if (specifier !== undefined) {
      add(node, specifier, { own: false, typeOnly: typeOnly(node) });
    }
    if (place !== undefined && !isSpecifier(node)) add(node, place, { named: !isUrl(node.parent) });
    node.forEachChild((child) => walk(child));
  };
  if (source.tree) walk(source.tree);
  return found;
}

export const edgesIn = (sources: Sources): Edge[] =>
  [...sources.values()].flatMap((source) => edgesOf(source, sources));

function outgoing(all: readonly Edge[]): Map<string, string[]> {
  const next = new Map<string, string[]>();
  for (const { from, to, own } of all) {
    if (own) next.set(from, [...(next.get(from) ?? []), to]);
  }
  return next;
}

/** Every file that an entry leads to, the entries included. */
export function reachable(all: readonly Edge[], entries: Iterable<string>): Set<string> {
  const next = outgoing(all);
  const seen = new Set<string>();
  const open = [...entries];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    open.push(...(next.get(path) ?? []));
  }
  return seen;
}

/** Groups of files that import one another round about, types counted like values; each group sorted. */
export function cycles(edges: readonly Edge[]): string[][] {
  const all = edges.filter((edge) => !edge.named);
  const next = outgoing(all);
  const groups = new Set<string>();
  for (const path of next.keys()) {
    const ahead = reachable(all, next.get(path) ?? []);
    if (!ahead.has(path)) continue;
    const ring = [...ahead].filter((other) => reachable(all, next.get(other) ?? []).has(path));
    groups.add(ring.sort().join('\n'));
  }
  return [...groups].map((group) => group.split('\n'));
}
