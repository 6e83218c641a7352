import type { Text } from './sheet.ts';

/** One physical line of a text, 1-based; `whole` false: it was longer than a line may be, and is cut off. */
export type TextLine = { line: number; text: string; whole: boolean };

/** Characters after which a line is given up. */
const LONGEST = 1024 * 1024;
/** So much of a line that was given up is kept. */
const KEPT = 8 * 1024;

const lineOf = (line: number, raw: string): TextLine => {
  const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  return { line, text: text.length > LONGEST ? text.slice(0, KEPT) : text, whole: text.length <= LONGEST };
};

/** The lines of a text that are not blank, in batches as it comes in. */
export async function* textLines(text: Text): AsyncGenerator<TextLine[]> {
  let rest = '';
  let line = 1;
  for await (const piece of text()) {
    const parts = (rest + piece).split('\n');
    rest = parts.pop() ?? '';
    // Of a line without an end no more is held than shows that it is too long.
    if (rest.length > LONGEST + 1) rest = rest.slice(0, LONGEST + 2);
    const rows = parts.map((part) => lineOf(line++, part));
    yield rows.filter((row) => row.text.trim() !== '');
  }
  if (rest.trim() !== '') yield [lineOf(line, rest)];
}
