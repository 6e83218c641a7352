import * as ts from 'typescript/unstable/ast';
import { findNodes, isCode, isTest, lineOf, linesOf, type Rule } from './rule.ts';
import type { Source } from './tree.ts';

export const FUNCTION_LINES = 60;

const isConst = (type: ts.Node): boolean => ts.isTypeReferenceNode(type) && type.getText() === 'const';

/** A rule over single nodes of code. */
const nodes = (
  name: string,
  use: string,
  visit: (node: ts.Node) => string | undefined,
  applies: (path: string) => boolean = () => true,
): Rule => ({
  name,
  use,
  applies: (path) => isCode(path) && applies(path),
  find: (source) => findNodes(source, visit),
});

/** The body of a `describe`, or of a function of tests that several suites share, is a table of contents. */
function isSuite(node: ts.FunctionLikeDeclaration): boolean {
  if (ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText())) return true;
  if (!node.body || !ts.isBlock(node.body)) return false;
  return node.body.statements.some((statement) => /^(describe|it)\b[.(]/.test(statement.getText()));
}

function longFunction(source: Source, node: ts.Node): string | undefined {
  if (!ts.isFunctionLikeDeclaration(node) || isSuite(node)) return undefined;
  const lines = lineOf(source, node.getEnd()) - lineOf(source, node.getStart()) + 1;
  return lines > FUNCTION_LINES ? `${lines} lines` : undefined;
}

function environment(node: ts.Node): string | undefined {
  if (
    ts.isPropertyAccessExpression(node) &&
    node.name.text === 'env' &&
    /^(globalThis\.)?process$/.test(node.expression.getText())
  ) {
    return 'process.env';
  }
  if (ts.isElementAccessExpression(node) && node.expression.getText() === 'process') return node.getText();
  const imported = ts.isImportDeclaration(node) && /['"](node:)?process['"]/.test(node.moduleSpecifier.getText());
  return imported && /\benv\b/.test(node.getText()) ? node.getText() : undefined;
}

function clock(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const text = node.getText();
    return text === 'Date.now' || text === 'Math.random' ? text : undefined;
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments ?? []).length === 0)
    return 'new Date()';
  return ts.isCallExpression(node) && node.expression.getText() === 'Date' ? 'Date()' : undefined;
}

const SQL = new RegExp(
  [
    String.raw`\b(SELECT\s[\s\S]*\bFROM|INSERT\s+INTO|DELETE\s+FROM`,
    String.raw`(ALTER|DROP|TRUNCATE|OPTIMIZE)\s+TABLE`,
    String.raw`CREATE\s+(OR\s+REPLACE\s+)?(TABLE|VIEW|MATERIALIZED|DICTIONARY))\b`,
  ].join('|'),
);
const isText = (node: ts.Node): boolean => ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node);

function filledSql(node: ts.Node): string | undefined {
  if (ts.isTemplateExpression(node)) return SQL.test(node.getText()) ? node.getText().slice(0, 60) : undefined;
  if (!ts.isBinaryExpression(node) || node.operatorToken.getText() !== '+') return undefined;
  const joined = [node.left, node.right];
  const literal = joined.some((side) => isText(side) && SQL.test(side.getText()));
  return literal && !joined.every(isText) ? node.getText().slice(0, 60) : undefined;
}

function defaultExport(node: ts.Node): string | undefined {
  if (ts.isExportAssignment(node)) return 'export default';
  if (node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent)) return 'default';
  return ts.isExportSpecifier(node) && node.name.getText() === 'default' ? 'as default' : undefined;
}

const isReExport = (node: ts.Node): boolean => ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined;

const isClockFree = (path: string): boolean => path !== 'main.ts' && !isTest(path) && !path.startsWith('console/');
const isEnvFree = (path: string): boolean =>
  path !== 'main.ts' && !/^test\/(services|process)\/env\.ts$/.test(path) && !path.startsWith('bench/');

export const SYNTAX_RULES: Rule[] = [
  {
    name: 'function length',
    use: `at most ${FUNCTION_LINES} lines`,
    applies: isCode,
    find: (source) => findNodes(source, (node) => longFunction(source, node)),
  },
  nodes('any', 'unknown and a zod schema', (node) => (node.kind === ts.SyntaxKind.AnyKeyword ? 'any' : undefined)),
  nodes('as', 'a zod schema, a type guard or `satisfies`', (node) => {
    if (node.kind === ts.SyntaxKind.TypeAssertionExpression) return node.getText();
    return ts.isAsExpression(node) && !isConst(node.type) ? `as ${node.type.getText()}` : undefined;
  }),
  nodes('non-null', 'a check, or a value for the absent case', (node) => {
    if (ts.isNonNullExpression(node)) return node.getText();
    const sure =
      (ts.isVariableDeclaration(node) && node.exclamationToken) ||
      (ts.isPropertyDeclaration(node) && node.postfixToken?.kind === ts.SyntaxKind.ExclamationToken);
    return sure ? node.getText() : undefined;
  }),
  nodes('environment', 'what main.ts hands in', environment, isEnvFree),
  nodes('clock and chance', '`now` as a parameter; node:crypto for what must not be guessed', clock, isClockFree),
  nodes('filled SQL', 'bound parameters', filledSql, (path) => !isTest(path)),
  nodes('default export', 'a name', defaultExport, (path) => !/(^|\/)vitest[\w.]*\.config\.ts$/.test(path)),
  {
    name: 'barrel',
    use: 'an import from the file that has it',
    applies: isCode,
    find: (source) => {
      const [first, ...more] = source.tree?.statements ?? [];
      const only = first !== undefined && [first, ...more].every(isReExport);
      const star = (node: ts.Node): boolean => ts.isExportDeclaration(node) && node.exportClause === undefined;
      return findNodes(source, (node) => (isReExport(node) && (only || star(node)) ? node.getText() : undefined));
    },
  },
];

/** Median of the lengths of product files, in lines. */
export function medianLines(sources: Iterable<Source>): number {
  const lengths = [...sources]
    .filter(({ path }) => path.endsWith('.ts') && !isTest(path))
    .map(({ text }) => linesOf(text).length)
    .sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length / 2)] ?? 0;
}
