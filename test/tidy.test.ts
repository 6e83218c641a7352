import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deadFiles } from './tidy/dead.ts';
import { EXAMPLES } from './tidy/examples.ts';
import { edgesIn } from './tidy/imports.ts';
import type { Rule } from './tidy/rule.ts';
import { medianLines, SYNTAX_RULES } from './tidy/syntax.ts';
import { TEXT_RULES } from './tidy/text.ts';
import { parse, parseEach, ROOT, readTree, type Source } from './tidy/tree.ts';

const RULES: Rule[] = [...TEXT_RULES, ...SYNTAX_RULES];
const STARTERS = ['package.json', '.ci/run', 'Dockerfile'];

/** `path:line what → use`, for every place that breaks the rule. */
const broken = (rule: Rule, sources: Iterable<Source>): string[] =>
  [...sources]
    .filter(({ path }) => rule.applies(path))
    .flatMap((source) => rule.find(source).map(({ line, what }) => `${source.path}:${line} ${what} → ${rule.use}`));

const tree = parse(readTree());

describe('this repository', () => {
  it.each(RULES.map((rule): [string, Rule] => [rule.name, rule]))('keeps to the rule of %s', (_, rule) => {
    expect(broken(rule, tree.values())).toEqual([]);
  });

  it('has no dead file', () => {
    const texts = STARTERS.map((path) => readFileSync(join(ROOT, path), 'utf8'));
    expect(deadFiles([...tree.keys()], edgesIn(tree), texts)).toEqual([]);
  });

  it('reports the median length of its files', () => {
    const median = medianLines(tree.values());
    process.stdout.write(`median length of a product file: ${median} lines\n`);
    expect(median).toBeGreaterThan(0);
  });
});

describe('every rule can fail', () => {
  it('and has its examples', () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual(RULES.map(({ name }) => name).sort());
  });

  const cases = RULES.flatMap((rule) => [
    ...(EXAMPLES[rule.name]?.bad ?? []).map(([path, text]) => ({ rule, path, text, breaks: 1 })),
    ...(EXAMPLES[rule.name]?.good ?? []).map(([path, text]) => ({ rule, path, text, breaks: 0 })),
  ]);
  const sources = parseEach(cases.map(({ path, text }) => [path, text]));

  const title = ({ rule, path, breaks }: (typeof cases)[number]): string =>
    `${rule.name}: ${breaks === 0 ? 'takes' : 'refuses'} an example in ${path}`;

  it.each(cases.map((example, at) => [title(example), example, sources[at]] as const))('%s', (_, example, source) => {
    expect(broken(example.rule, source ? [source] : [])).toHaveLength(example.breaks);
  });

  it('dead files: by import, by name in a script, by a path in a text; a test alone keeps no product file', () => {
    const files = {
      'main.ts': "import './api/app.ts'; const worker = new URL('./ingest/worker.ts', import.meta.url);",
      'api/app.ts': '',
      'api/old.ts': '',
      'ingest/worker.ts': '',
      'ingest/tried.ts': '',
      'test/a.test.ts': "import '../ingest/tried.ts'; import './cast.ts';",
      'test/cast.ts': '',
      'test/lost.ts': '',
      'docs/write.ts': '',
    };
    const sources = parse(new Map(Object.entries(files)));
    const dead = deadFiles([...sources.keys()], edgesIn(sources), [
      '"start": "node main.ts", "docs": "node docs/write.ts"',
    ]);
    expect(dead).toEqual(['api/old.ts', 'ingest/tried.ts', 'test/lost.ts']);
  });
});
