import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { envExample, pages } from '../docs/pages.ts';
import { VARIABLES } from '../schemas/variables.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const WRITTEN = ['README.md', 'README.zh-CN.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

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
  it.each(WRITTEN)('%s links to files that exist', (path) => {
    const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)/g)].map(([, to = '']) => to);
    expect(links.filter((to) => !existsSync(new URL(`../${to}`, import.meta.url)))).toEqual([]);
  });

  it.each(['README.md', 'README.zh-CN.md'])('%s names every variable of the environment', (path) => {
    const text = read(path);
    expect(Object.keys(VARIABLES).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it('the decisions are numbered without a gap', () => {
    const index = read('docs/adr/README.md');
    const numbers = [...index.matchAll(/\]\((\d{4})-/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(numbers.map((_, at) => at + 1));
    expect(numbers.length).toBeGreaterThan(0);
  });
});
