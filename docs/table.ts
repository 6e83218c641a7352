/** A table in Markdown; a bar in a cell is escaped, a line end becomes a blank. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
};

/** Code within a line; nothing at all as a dash. */
export const code = (text: string): string => (text === '' ? '–' : `\`${text}\``);
