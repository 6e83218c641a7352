import { cleanCell, halfWidth } from './cell.ts';
import { csvRows } from './csv.ts';
import { DELIMITERS, HEADER_WITHIN, once, sampleOf, type Text } from './sheet.ts';
import { type Failure, malformed, type Refusal } from './unit.ts';

/** A CSV file whose header names the columns that a mapping asks for. */
export type Table = { names: string[]; head: string; headerLine: number; delimiter: string; text: Text };
/** One data row: its cells by column, empty ones left out, or those that make no row and why. */
export type TableRow = { line: number; cells: [string, string][] } | { line: number; refusal: Refusal; raw: string[] };

/** The form in which the names of columns are compared. */
const plain = (name: string): string => halfWidth(cleanCell(name)).trim().toLowerCase();
const headOf = (cells: string[]): string => cells.map(cleanCell).join('\n');

/** Columns by the name that the mapping has for them, else by their own; a name that comes again gets its number. */
function namesOf(cells: string[], wanted: readonly string[]): string[] {
  const asked = new Map(wanted.map((name) => [plain(name), name]));
  const seen = new Map<string, number>();
  return cells.map((cell, at) => {
    const own = cleanCell(cell) || `column ${at + 1}`;
    const name = asked.get(plain(own)) ?? own;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} #${times}`;
  });
}

/**
 * Finds delimiter and header together: the row near the top that names most of the wanted columns, then the one with
 * most cells. Fails where a wanted column is in none.
 */
export async function openTable(text: Text, wanted: readonly string[]): Promise<Table | Failure> {
  const sample = await sampleOf(text);
  let best: { table: Table; found: number } | null = null;
  for (const delimiter of DELIMITERS) {
    const rows = [];
    for await (const batch of csvRows(once(sample), delimiter, 0)) rows.push(...batch.slice(0, HEADER_WITHIN));
    for (const row of rows.slice(0, HEADER_WITHIN)) {
      if (!('cells' in row)) continue;
      const width = row.cells.findLastIndex((cell) => cleanCell(cell) !== '') + 1;
      const cells = row.cells.slice(0, width);
      const names = namesOf(cells, wanted);
      const found = wanted.filter((name) => names.includes(name)).length;
      const better = !best || found > best.found || (found === best.found && best.table.names.length < width);
      if (width === 0 || !better) continue;
      best = { found, table: { names, head: headOf(cells), headerLine: row.line, delimiter, text } };
      // Without columns to look for, the first row that is not blank is the header.
      if (wanted.length === 0) break;
    }
  }
  const names = best?.table.names ?? [];
  const lacking = wanted.filter((name) => !names.includes(name));
  if (best && lacking.length === 0) return best.table;
  return { reason: 'unreadable', detail: `the file has no column ${lacking.join(', ')}` };
}

/** The data rows of a table in batches, each time from the first. Blank rows are none. */
export async function* tableRows({ names, head, headerLine, delimiter, text }: Table): AsyncGenerator<TableRow[]> {
  const width = names.length;
  const rowOf = (line: number, raw: string[]): TableRow[] => {
    const cells = raw.map(cleanCell);
    const used = cells.findLastIndex((cell) => cell !== '') + 1;
    if (used === 0) return [];
    if (headOf(cells.slice(0, width)) === head) {
      return [
        { line, raw, refusal: { fate: 'ignored', reason: 'type_not_used', detail: 'the row repeats the header' } },
      ];
    }
    if (raw.length < width || used > width) {
      const has = Math.max(raw.length < width ? raw.length : used, 1);
      return [{ line, raw, refusal: malformed(`the row has ${has} fields, the header ${width}`) }];
    }
    const named = names.map((name, at): [string, string] => [name, cells[at] ?? '']);
    return [{ line, cells: named.filter(([, cell]) => cell !== '') }];
  };
  for await (const batch of csvRows(text(), delimiter, width)) {
    yield batch
      .filter(({ line }) => line > headerLine)
      .flatMap((row) =>
        'problem' in row
          ? [{ line: row.line, refusal: malformed(row.problem), raw: [row.text] }]
          : rowOf(row.line, row.cells),
      );
  }
}
