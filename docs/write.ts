import { writeFileSync } from 'node:fs';
import { pages } from './pages.ts';

// `npm run docs`: writes every generated page; test/docs.test.ts fails while one of them says something else.
for (const [path, text] of pages()) {
  writeFileSync(new URL(`../${path}`, import.meta.url), text);
  process.stdout.write(`${path}\n`);
}
