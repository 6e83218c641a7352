import { readdirSync, readFileSync } from 'node:fs';

/**
 * The guide is made of the tests that walk a newcomer through the product: comments at the left margin are its prose,
 * all else is its code. So it cannot say what does not run.
 */
const FOLDER = new URL('../test/guide/', import.meta.url);
const CHAPTER = /^\d\d-.+\.test\.ts$/;
const TITLE = '// # ';
const HEAD = [
  '# Guide 入门',
  '<!-- Written by `npm run docs` from test/guide/: change the chapters there, not this page. -->',
  '',
  'A walk through the product in seven chapters. Every chapter is a test that passes, on a server of its own:',
  '`npx vitest run test/guide`. `get`, `post` and `put` are calls over HTTP with the admin key, from',
  '[talk.ts](../test/guide/talk.ts).',
];

const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');
const isProse = (line: string): boolean => line.startsWith('//');
const fenced = (code: string): string => `\`\`\`ts\n${code}\n\`\`\``;

/** Where the files that a chapter shows belong; what they import is written as it is there. */
const SHOWN: Record<string, { path: string; here: string; there: string }> = {
  'parking.ts': { path: 'ingest/channels/parking.ts', here: '../../ingest/', there: '../' },
  'parking.sign.ts': { path: 'test/ingest/channels/parking.sign.ts', here: '../ingest/channels/', there: './' },
};

/** `<<parking.ts>>` on a line of prose: the whole file, under its path. */
const withFiles = (prose: string): string =>
  prose.replaceAll(/^<<(\S+)>>$/gm, (mark, name: string) => {
    const shown = SHOWN[name];
    if (!shown) return mark;
    return `\`${shown.path}\`:\n\n${fenced(read(name).trimEnd().replaceAll(`'${shown.here}`, `'${shown.there}`))}`;
  });

/** Runs of prose and of code, in turn. */
function parts(lines: readonly string[]): { prose: boolean; lines: string[] }[] {
  const found: { prose: boolean; lines: string[] }[] = [];
  for (const line of lines) {
    const last = found[found.length - 1];
    const prose = isProse(line);
    if (last?.prose === prose) last.lines.push(line);
    else found.push({ prose, lines: [line] });
  }
  return found;
}

/** One chapter; what stands above its title is left out. */
function chapter(name: string): string {
  const lines = read(name).split('\n');
  const body = lines.slice(
    Math.max(
      0,
      lines.findIndex((line) => line.startsWith(TITLE)),
    ),
  );
  const texts = parts(body).flatMap(({ prose, lines: run }) => {
    const text = run
      .map((line) => (prose ? line.replace(/^\/\/ ?/, '') : line))
      .join('\n')
      .replace(/^\n+|\s+$/g, '');
    if (text === '') return [];
    return [prose ? withFiles(text.replace(/^# /, '## ')) : fenced(text)];
  });
  return [...texts, `The chapter: [test/guide/${name}](../test/guide/${name})`].join('\n\n');
}

/** docs/guide.md. */
export function guide(): string {
  const chapters = readdirSync(FOLDER)
    .filter((name) => CHAPTER.test(name))
    .sort()
    .map(chapter);
  return `${[HEAD.join('\n'), ...chapters].join('\n\n')}\n`;
}
