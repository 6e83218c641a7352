import { describe, expect, it } from 'vitest';
import { type CsvRow, csvRows } from '../../../ingest/import/csv.ts';

async function* pieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}
async function parse(text: string, width = 0, size = text.length || 1, delimiter = ','): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const batch of csvRows(pieces(text, size), delimiter, width)) rows.push(...batch);
  return rows;
}
const cells = async (text: string): Promise<unknown> =>
  (await parse(text)).map((row) => ('cells' in row ? row.cells : row.problem));

describe('csvRows', () => {
  it.each([
    [
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\r\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\rc,d\r',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['"a,1","b ""x"""', [['a,1', 'b "x"']]],
    [
      'a,,\n,,',
      [
        ['a', '', ''],
        ['', '', ''],
      ],
    ],
    ['="0012",="a,b",=1+1', [['0012', 'a,b', '=1+1']]],
    ['5" pipe,x"y', [['5" pipe', 'x"y']]],
    ['"",a', [['', 'a']]],
    ['a\n\nb', [['a'], [''], ['b']]],
    ['', []],
  ])('reads %j', async (text, expected) => {
    expect(await cells(text)).toEqual(expected);
  });

  it('gives the physical line on which a row begins', async () => {
    const rows = await parse('h,h\n"a\nb\r\nc",1\nd,2\n');
    expect(rows).toEqual([
      { line: 1, cells: ['h', 'h'] },
      { line: 2, cells: ['a\nb\r\nc', '1'] },
      { line: 5, cells: ['d', '2'] },
    ]);
  });

  it('reads the same however the text is cut', async () => {
    const text = 'h,i\r\n"a\r\nb","c ""d"""\r\n\r\n="x",y\rz,"bad"x\n"never,closed\nlast,row';
    const whole = await parse(text, 2);
    expect(whole.length).toBeGreaterThan(5);
    for (let size = 1; size <= 12; size++) expect(await parse(text, 2, size)).toEqual(whole);
  });

  it('loses one line to a quote that is never closed, and goes on with the next', async () => {
    const rows = await parse('a,b\n"open,1\nc,d\ne,f\n', 2);
    expect(rows.map((row) => row.line)).toEqual([1, 2, 3, 4]);
    expect(rows[1]).toEqual({ line: 2, problem: expect.stringContaining('quote'), text: '"open,1' });
  });

  it('does not let two stray quotes swallow the rows between them', async () => {
    const rows = await parse('a,b\n"x,1\nc,d\ny",2\ne,f\n', 3);
    expect(rows.map((row) => 'cells' in row && row.cells)).toEqual([
      ['a', 'b'],
      false,
      ['c', 'd'],
      ['y"', '2'],
      ['e', 'f'],
    ]);
  });

  it('gives up a line of megabytes without holding it, and goes on behind it', async () => {
    const rows = await parse(`a,b\n${'x'.repeat(3_000_000)}\r\nc,d\n"${'y'.repeat(600_000)}\ne,f`, 2, 100_000);
    expect(rows.map((row) => row.line)).toEqual([1, 2, 3, 4, 5]);
    expect(rows.map((row) => 'cells' in row)).toEqual([true, false, true, false, true]);
    expect(rows[1] && 'text' in rows[1] && rows[1].text.length).toBeLessThanOrEqual(8192);
  });
});
