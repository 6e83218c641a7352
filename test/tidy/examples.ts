// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the examples are code in texts
/** For each rule: files that break it once, and files that do not. Paths matter: some rules hold in some rooms. */
export type Examples = { bad: [path: string, text: string][]; good: [path: string, text: string][] };

const lines = (count: number, line = 'x();'): string => Array.from({ length: count }, () => line).join('\n');
const body = (count: number): string => `{\n${lines(count)}\n}`;

export const EXAMPLES: Record<string, Examples> = {
  'line width': {
    bad: [['api/a.ts', `// ${'x'.repeat(118)}`]],
    good: [
      ['api/a.ts', `// ${'字'.repeat(117)}`],
      ['docs/a.md', 'x'.repeat(500)],
    ],
  },
  'file length': {
    bad: [['api/a.ts', lines(301)]],
    good: [['api/a.ts', `${lines(300)}\n`]],
  },
  words: {
    bad: [
      ['api/a.ts', '// TODO: later'],
      ['docs/a.md', 'Numbers on the Blacklist are refused.'],
      ['api/a.ts', '// a helper of the routes'],
      ['ingest/a.ts', 'const DLQ = 1;'],
      ['README.md', 'This is not yet implemented.'],
      ['identity/a.ts', '// an agent noted this number'],
    ],
    good: [
      ['api/a.ts', "request.headers['user-agent']; // the deny list"],
      ['ingest/a.ts', "const field = 'session_key';"],
      ['test/tidy/text.ts', '// TODO'],
    ],
  },
  machine: {
    bad: [
      ['docs/a.md', 'see `/home/somebody/notes`'],
      ['api/a.ts', "read('/root/.huaxiang');"],
      ['package.json.md', '"resolved": "https://registry.example.org/x"'],
    ],
    good: [['api/a.ts', "get('/v1/work/home');"]],
  },
  'file name': {
    bad: [
      ['api/index.ts', ''],
      ['ingest/utils.ts', ''],
    ],
    good: [['api/routes.ts', '']],
  },
  'silenced checks': {
    bad: [['api/a.ts', '// @ts-expect-error']],
    good: [['api/a.ts', '// biome-ignore lint/x/y: control characters are the point']],
  },
  'tests that do not run': {
    bad: [
      ['test/a.test.ts', "it.only('x', () => {});"],
      ['test/a.test.ts', "vi.mock('./x.ts');"],
    ],
    good: [['test/a.test.ts', "it('x', () => expect(a).toEqual({ retry: 'later' }));"]],
  },
  'function length': {
    bad: [
      ['api/a.ts', `function a() ${body(59)}`],
      ['api/a.ts', `const a = () => ${body(59)};`],
      ['test/a.test.ts', `it('x', () => ${body(59)});`],
    ],
    good: [
      ['api/a.ts', `function a() ${body(58)}`],
      ['test/a.test.ts', `describe('x', () => ${body(200)});`],
      ['test/a.test.ts', `describe.each([1])('x', () => ${body(200)});`],
      ['test/a.ts', `function contract() {\nit('x', () => {});\n${lines(100)}\n}`],
    ],
  },
  any: {
    bad: [['api/a.ts', 'const a: any[] = [];']],
    good: [['api/a.ts', "const a: unknown = 'any';"]],
  },
  as: {
    bad: [
      ['api/a.ts', 'const a = b as string;'],
      ['api/a.ts', 'const a = <string>b;'],
    ],
    good: [['api/a.ts', "import { a as b } from './a.ts'; const c = [b] as const; export { c as d };"]],
  },
  'non-null': {
    bad: [
      ['api/a.ts', 'const a = b!.c;'],
      ['api/a.ts', 'let a!: string;'],
      ['api/a.ts', 'class A { b!: string }'],
    ],
    good: [['api/a.ts', "const a = !b && c !== '!'; // b!"]],
  },
  environment: {
    bad: [
      ['api/a.ts', 'const a = process.env.PORT;'],
      ['test/a.ts', "const a = process['env'];"],
      ['api/a.ts', "import { env } from 'node:process';"],
    ],
    good: [
      ['main.ts', 'const a = process.env;'],
      ['test/services/env.ts', 'const a = process.env.PATH;'],
      ['api/a.ts', 'const a = deps.env.PORT; // process.env'],
    ],
  },
  'clock and chance': {
    bad: [
      ['api/a.ts', 'const a = Date.now();'],
      ['api/a.ts', 'const a = { now: Date.now };'],
      ['api/a.ts', 'const a = new Date();'],
      ['api/a.ts', 'const a = Date();'],
      ['profiles/a.ts', 'const a = Math.random();'],
    ],
    good: [
      ['api/a.ts', 'const a = new Date(now); // new Date()'],
      ['main.ts', 'const a = Date.now();'],
      ['test/a.ts', 'const a = Date.now();'],
    ],
  },
  'filled SQL': {
    bad: [
      ['profiles/a.ts', 'const q = `SELECT id FROM customers WHERE id = ${id}`;'],
      ['profiles/a.ts', "const q = 'INSERT INTO ' + table;"],
    ],
    good: [
      ['profiles/a.ts', 'const q = `SELECT id FROM customers WHERE id = {id:String}`;'],
      ['profiles/a.ts', "const q = 'SELECT id ' + 'FROM customers';"],
      ['profiles/a.ts', 'const m = `take one from ${list}`;'],
    ],
  },
  'default export': {
    bad: [
      ['api/a.ts', 'export default 1;'],
      ['api/a.ts', 'export default function a() {}'],
      ['api/a.ts', 'const a = 1; export { a as default };'],
    ],
    good: [
      ['vitest.config.ts', 'export default 1;'],
      ['api/a.ts', 'switch (a) { default: b(); }'],
    ],
  },
  barrel: {
    bad: [
      ['api/a.ts', "export * from './b.ts'; export const c = 1;"],
      ['api/a.ts', "export { b } from './b.ts';"],
    ],
    good: [['api/a.ts', "export { b } from './b.ts'; export const c = 1;"]],
  },
};
