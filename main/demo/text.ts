/** Text for a terminal: Chinese characters are two columns wide there. */
const WIDE = /[\p{Script=Han}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what a colour begins with
const COLOUR = /\u001b\[\d+m/g;

/** Columns that a text takes, colours not counted. */
export const width = (text: string): number =>
  [...text.replace(COLOUR, '')].reduce((columns, one) => columns + (WIDE.test(one) ? 2 : 1), 0);

/** Filled up with blanks to so many columns; a longer text keeps its length. */
export const pad = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - width(text)));

/** Cut to so many columns, with an ellipsis where something was cut off. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = '';
  for (const one of text) {
    if (width(kept) + width(one) > columns - 1) break;
    kept += one;
  }
  return `${kept}…`;
}

/** Rows under one another, two blanks between columns; the last column is as long as it is. */
export function table(rows: readonly (readonly string[])[], indent = '  '): string[] {
  const most = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: most }, (_, at) => Math.max(...rows.map((row) => width(row[at] ?? ''))));
  return rows.map((row) => `${indent}${row.map((cell, at) => pad(cell, widths[at] ?? 0)).join('  ')}`.trimEnd());
}

const OFFSET_MS = 8 * 3_600_000;

/** RFC 3339 to `2026-03-02 12:30`, Beijing time. */
export const clock = (time: string): string =>
  new Date(Date.parse(time) + OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');

/** RFC 3339 to `2026-03-02`, Beijing time. */
export const day = (time: string): string => clock(time).slice(0, 10);

export type Paint = Record<'strong' | 'faint' | 'good' | 'odd' | 'bad', (text: string) => string>;

const painted =
  (code: number, on: boolean) =>
  (text: string): string =>
    on && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text;

/** Colours of a terminal; where there is none, the bare text. */
export const makePaint = (on: boolean): Paint => ({
  strong: painted(1, on),
  faint: painted(2, on),
  good: painted(32, on),
  odd: painted(33, on),
  bad: painted(31, on),
});

const RULE = 96;

/** The head of a part, with a line across the terminal. */
export const heading = (zh: string, en: string, paint: Paint): string =>
  `\n${paint.faint('─'.repeat(RULE))}\n${paint.strong(zh)}  ${en}`;

/** The head of a list. */
export const titleLine = (zh: string, en: string, paint: Paint): string => `  ${paint.strong(zh)}  ${paint.faint(en)}`;
