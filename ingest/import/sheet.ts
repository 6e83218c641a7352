import { cleanCell, halfWidth } from './cell.ts';
import { csvRows } from './csv.ts';
import { type Header, NEEDED, readHeader, recordOf } from './header.ts';
import type { Failure, ImportKind, Refusal, RowRecord } from './unit.ts';
import { malformed } from './unit.ts';

/** The text of a file from its beginning; it is read more than once. */
export type Text = () => AsyncIterable<string>;

/** A file whose header was found. */
export type Sheet = { header: Header; headerLine: number; delimiter: string; text: Text };

/** One data row: a record by our names, or the cells that make none and why. */
export type SheetRow = { line: number; record: RowRecord } | RefusedRow;
export type RefusedRow = { line: number; refusal: Refusal; cells: string[] };

/** Exports put a title and the period above the header; further down there is none to be found. */
export const HEADER_WITHIN = 10;
const SAMPLE = 128 * 1024;
export const DELIMITERS = [',', ';', '\t', '|'];

export async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

export async function sampleOf(text: Text): Promise<string> {
  let sample = '';
  for await (const piece of text()) {
    sample += piece;
    if (sample.length >= SAMPLE) break;
  }
  return sample;
}

/** Tells delimiter and header together: the delimiter is the one by which a row near the top names known columns. */
export async function openSheet(text: Text, asked: ImportKind | 'auto'): Promise<Sheet | Failure> {
  const sample = await sampleOf(text);
  let best: Sheet | null = null;
  for (const delimiter of DELIMITERS) {
    const rows = [];
    for await (const batch of csvRows(once(sample), delimiter, 0)) rows.push(...batch.slice(0, HEADER_WITHIN));
    for (const row of rows.slice(0, HEADER_WITHIN)) {
      const header = 'cells' in row ? readHeader(row.cells, asked) : null;
      if (!header || header.cells.length <= (best?.header.cells.length ?? 0)) continue;
      best = { header, headerLine: row.line, delimiter, text };
      break;
    }
  }
  return (
    best ?? {
      reason: 'unreadable',
      detail: `none of the first ${HEADER_WITHIN} rows is a header that names ${NEEDED[asked]}`,
    }
  );
}

const TOTAL =
  /^(本页|本单|本日|当日|本期|全部|累计|数据)?(合计|总计|小计|共计|汇总)[:：]?$|^(sub|grand)?\s*totals?:?$/i;
const isTotal = (cell: string): boolean => TOTAL.test(halfWidth(cell));

const KEYS: Record<ImportKind, string[]> = {
  sales: ['receipt'],
  refunds: ['refund_no', 'receipt'],
  members: ['card'],
  bill: ['transaction_id'],
};

/** A total row begins with a word for it, or has one somewhere and nothing where the row's own number would be. */
function isTotalRow(cells: string[], header: Header): boolean {
  const first = cells.find((cell) => cell !== '') ?? '';
  if (isTotal(first)) return true;
  const keys = KEYS[header.kind];
  const own = header.columns.findIndex((column) => column.key !== null && keys.includes(column.key));
  return (cells[own] ?? '') === '' && cells.some(isTotal);
}

const TOTAL_ROW: Refusal = { fate: 'ignored', reason: 'total_row', detail: 'the row adds up others' };
const HEADER_AGAIN: Refusal = { fate: 'ignored', reason: 'type_not_used', detail: 'the row repeats the header' };

/** The bill of WeChat Pay ends with two rows of totals under a header of their own. */
const BILL_TOTALS = '总交易单数';

/** Decides row by row; one judge for one reading of a file. */
function judge(header: Header): (cells: string[]) => RowRecord | Refusal | null {
  const width = header.columns.length;
  const head = header.cells.map(cleanCell).join('\n');
  let billEnded = false;
  return (raw) => {
    const cells = raw.map(cleanCell);
    const used = cells.findLastIndex((cell) => cell !== '') + 1;
    if (used === 0) return null;
    billEnded ||= header.kind === 'bill' && cells[0] === BILL_TOTALS;
    if (billEnded || isTotalRow(cells, header)) return TOTAL_ROW;
    if (cells.slice(0, width).join('\n') === head) return HEADER_AGAIN;
    if (raw.length < width || used > width) {
      return malformed(
        `the row has ${Math.max(raw.length < width ? raw.length : used, 1)} fields, the header ${width}`,
      );
    }
    return recordOf(header, cells);
  };
}

/** The data rows of a sheet in batches, each time from the first. Blank rows are none. */
export async function* sheetRows(sheet: Sheet): AsyncGenerator<SheetRow[]> {
  const decide = judge(sheet.header);
  for await (const batch of csvRows(sheet.text(), sheet.delimiter, sheet.header.columns.length)) {
    const rows: SheetRow[] = [];
    for (const row of batch) {
      if (row.line <= sheet.headerLine) continue;
      if ('problem' in row) {
        rows.push({ line: row.line, refusal: malformed(row.problem), cells: [row.text] });
        continue;
      }
      const verdict = decide(row.cells);
      if (!verdict) continue;
      rows.push(
        'f' in verdict ? { line: row.line, record: verdict } : { line: row.line, refusal: verdict, cells: row.cells },
      );
    }
    if (rows.length > 0) yield rows;
  }
}
