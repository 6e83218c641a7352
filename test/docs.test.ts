import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../api/routes.ts';
import { envExample, pages } from '../docs/pages.ts';
import { eventInput } from '../schemas/event.ts';
import { VARIABLES } from '../schemas/variables.ts';
import { readTree } from './tidy/tree.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const folder = (path: string): string[] =>
  readdirSync(new URL(`../${path}`, import.meta.url))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${path}/${name}`);
const READMES = ['README.md', 'README.zh-CN.md'];
const WRITTEN = [
  ...[...READMES, 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...[...folder('docs'), ...folder('docs/adr')],
];
/** Headings as an anchor names them; only those of our own pages are asked for. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('generated pages', () => {
  it.each([...pages().keys()])('%s is what `npm run docs` writes', (path) => {
    expect(read(path)).toBe(pages().get(path));
  });

  it('.env.example names every variable once, commented out', () => {
    for (const name of Object.keys(VARIABLES)) {
      expect(
        envExample()
          .split('\n')
          .filter((line) => line.startsWith(`#${name}=`)),
      ).toHaveLength(1);
    }
    expect(
      envExample()
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#')),
    ).toEqual([]);
  });
});

describe('written pages', () => {
  it.each([...WRITTEN, ...folder('docs/channels')])('%s links to what exists', (path) => {
    const here = new URL(`../${path}`, import.meta.url);
    const links = [...read(path).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, to = '']) => to);
    const broken = links.filter((to) => {
      const [file = '', anchor] = to.split('#');
      const target = file === '' ? here : new URL(file, here);
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  it.each(WRITTEN)('%s names commands that package.json has', (path) => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
    const named = [...read(path).matchAll(/npm run (?:-s )?([a-z][\w:]*)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it.each(WRITTEN)('%s names routes that answer, or says that they are not built', (path) => {
    const known = new Set(ROUTES.map(({ method, url }) => `${method} ${url.replaceAll(/\{\w+\}/g, '{}')}`));
    const named = read(path)
      .split('\n')
      .filter((line) => !line.includes('not built'))
      .flatMap((line) => [...line.matchAll(/\b(GET|POST|PUT|DELETE) (\/[\w{}/]*[\w}])/g)])
      .map(([, method, url = '']) => `${method} ${url.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(named.filter((route) => !known.has(route))).toEqual([]);
  });

  it.each(READMES)('%s sends events that fit, in JSON that parses', (path) => {
    const bodies = [...read(path).matchAll(/-d '([^']*)'/g)].map(([, body = '']): { events?: unknown[] } =>
      JSON.parse(body),
    );
    expect(bodies).toHaveLength(2);
    const events = bodies.flatMap((body) => body.events ?? []);
    expect(events.map((event) => eventInput.safeParse(event).error?.issues)).toEqual([undefined]);
  });

  it.each(READMES)('%s names every variable of the environment', (path) => {
    const text = read(path);
    expect(Object.keys(VARIABLES).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it('the decisions are numbered without a gap', () => {
    const index = read('docs/adr/README.md');
    const numbers = [...index.matchAll(/\]\((\d{4})-/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
    expect(numbers.length).toBeGreaterThan(0);
    expect(folder('docs/adr')).toHaveLength(numbers.length + 1);
  });
});

describe('references in comments', () => {
  const comments = [...readTree()].filter(([path]) => /\.(ts|mjs|sql)$/.test(path) && path !== 'test/docs.test.ts');
  const referred = (word: string): string[] =>
    comments.flatMap(([, text]) =>
      [...text.matchAll(new RegExp(`${word} §(\\d)`, 'g'))].map(([, number = '']) => number),
    );

  it.each([
    ['CONTRACT', 'docs/contract.md'],
    ['FORMATS', 'docs/formats.md'],
  ])('%s §n is a section of %s', (word, page) => {
    const sections = [...read(page).matchAll(/^## (\d)\. /gm)].map(([, number]) => number);
    expect(referred(word).length).toBeGreaterThan(0);
    expect(referred(word).filter((number) => !sections.includes(number))).toEqual([]);
  });
});
