import { mkdirSync, writeFileSync } from 'node:fs';
import { pages } from './pages.ts';

// `npm run docs`: writes every generated page; test/docs.test.ts fails while one of them says something else.
for (const [path, text] of pages()) {
  const file = new URL(`../${path}`, import.meta.url);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`${path}\n`);
}
