import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { eventsOf, headOf, read, sales, sample } from './files.ts';

const row = (at: number, name: string): string =>
  `R${at},S1,2026-03-01 10:00:00,,1390000${1000 + (at % 9000)},${name},A1,1,9.9,9.9,`;
const TEXT = sales(row(1, '陈思远'), row(2, '𠮷㐂'), row(3, '欧阳雨晴'));
const FAILED = (reason: string) => [{ type: 'failed', reason, detail: expect.any(String) }];

describe('encoding', () => {
  it.each([
    ['utf-8', Buffer.from(TEXT)],
    ['utf-8', Buffer.from(`\ufeff${TEXT}`)],
    ['gb18030', iconv.encode(TEXT, 'gb18030')],
    ['utf-16le', iconv.encode(TEXT, 'utf-16le', { addBOM: true })],
    ['utf-16be', iconv.encode(TEXT, 'utf-16be', { addBOM: true })],
  ])('%s gives the same events, however its bytes are cut', async (encoding, file) => {
    const expected = eventsOf(await read(TEXT));
    expect(expected.map((event) => event.traits?.name)).toEqual(['陈思远', '𠮷㐂', '欧阳雨晴']);
    for (const chunk of [1, 2, 3, 7, 64 * 1024]) {
      const all = await read(file, { chunk });
      expect(headOf(all)?.encoding).toBe(encoding);
      expect(eventsOf(all)).toEqual(expected);
    }
  });

  it('tells GBK by Chinese in the last row alone, megabytes behind the first', async () => {
    const head = 'receipt_no,store_id,trade_time,member_name,amount,note\n';
    const plain = Array.from(
      { length: 40_000 },
      (_, at) => `R${at},S1,2026-03-01 10:00:00,Chen Siyuan,9.90,${'x'.repeat(90)}\n`,
    );
    const file = Buffer.concat([
      Buffer.from(head + plain.join('')),
      iconv.encode('LAST,S1,2026-03-01 10:00:00,陈思远,9.90,\n', 'gb18030'),
    ]);
    expect(file.length).toBeGreaterThan(5_000_000);
    const all = await read(file);
    expect(headOf(all)?.encoding).toBe('gb18030');
    const last = all.find((unit) => unit.type === 'unit' && unit.lines[0] === 40_002);
    expect(last && eventsOf([last])[0]?.traits).toEqual({ name: '陈思远' });
  });

  it('takes UTF-8 that was cut off inside its last character for UTF-8', async () => {
    const bytes = Buffer.from(TEXT.trimEnd().slice(0, -1).concat('远'));
    const all = await read(bytes.subarray(0, -1));
    expect(headOf(all)?.encoding).toBe('utf-8');
    expect(eventsOf(all)[0]?.traits?.name).toBe('陈思远');
  });

  it('takes a single NUL for a broken character, not for a broken file', async () => {
    const all = await read(sales(row(1, '陈\0思远'), row(2, '李四')));
    expect(eventsOf(all).map((event) => event.traits?.name)).toEqual(['陈\ufffd思远', '李四']);
  });
});

describe('no text', () => {
  it('refuses an Excel workbook by name', async () => {
    const all = await read(Buffer.from('504b030414000600080000002100', 'hex'));
    expect(all).toEqual(FAILED('unreadable'));
    expect(all[0]).toMatchObject({ detail: expect.stringContaining('xlsx') });
  });
  it('refuses an empty file', async () => {
    expect(await read('')).toEqual(FAILED('unreadable'));
  });
  it('refuses NUL bytes throughout, which is UTF-16 without a byte order mark too', async () => {
    expect(await read(iconv.encode(TEXT, 'utf-16le', { addBOM: false }))).toEqual(FAILED('encoding_unknown'));
    expect(await read(Buffer.alloc(5000))).toEqual(FAILED('encoding_unknown'));
  });
  it('refuses bytes that are neither UTF-8 nor GB 18030', async () => {
    const noise = Buffer.from(Array.from({ length: 4000 }, (_, at) => 128 + ((at * 7919) % 128)));
    expect(await read(noise)).toEqual(FAILED('encoding_unknown'));
  });
});

it('makes no events of a file that cannot be read to its end', async () => {
  async function* broken() {
    yield sample('sales-gb18030.csv');
    throw new Error('damaged');
  }
  const { readImport } = await import('../../../ingest/import/read.ts');
  const units = readImport({ bytes: 9_999, read: broken }, { kind: 'auto', settings: { brand: 'b1' } });
  await expect(units.next()).rejects.toThrow('damaged');
});
