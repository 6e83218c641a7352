import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { readImport } from '../../../ingest/import/read.ts';
import { openSpool } from '../../../ingest/import/spool.ts';
import { chunks } from './files.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
const MIB = 1024 * 1024;

/** Memory that is still held once the garbage is gone, in MiB. */
function held(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / MIB;
}

const ROWS = 200_000;
const NOTE = '门店导购说明，'.repeat(12);
let sent = 0;
/**
 * A till's year: two rows a receipt side by side, and every thousandth receipt with a third at the far end of the file.
 */
async function* yearOfSales(): AsyncGenerator<Buffer> {
  const line = (receipt: number, at: number): string =>
    `R${receipt},S${receipt % 9},2026-03-01 10:00:${10 + (receipt % 50)},88${receipt},,${NOTE},A${at % 97},1,2.00\n`;
  yield Buffer.from('小票号,门店编码,销售时间,会员卡号,手机号,备注,商品编码,数量,金额\n');
  for (let from = 0; from < ROWS; from += 500) {
    const lines = Array.from({ length: 500 }, (_, i) => line(Math.floor((from + i) / 2), from + i));
    const piece = Buffer.from(lines.join(''));
    sent += piece.length;
    yield piece;
  }
  for (let receipt = 0; receipt < ROWS / 2; receipt += 1000) yield Buffer.from(line(receipt, 0));
}

it('reads a large file in bounded memory, and leaves nothing on disk', { timeout: 240_000 }, async () => {
  const spoolDir = mkdtempSync(join(tmpdir(), 'huaxiang-spool-'));
  const options = { kind: 'auto' as const, settings: { brand: 'b1' }, spoolDir };
  const before = held();
  let most = 0;
  let units = 0;
  let lines = 0;
  for await (const unit of readImport(yearOfSales(), options)) {
    if (unit.type !== 'unit') continue;
    units++;
    lines += unit.lines.length;
    if (units % 20_000 === 0) most = Math.max(most, held() - before);
  }
  expect([units, lines]).toEqual([ROWS / 2, ROWS + ROWS / 2000]);
  expect(sent / MIB).toBeGreaterThan(50);
  expect(most).toBeLessThan(16);
  expect(readdirSync(spoolDir)).toEqual([]);
});

it('spools a large body byte for byte, under no name', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'huaxiang-spool-'));
  const body = Buffer.alloc(9 * MIB + 12_345, '门店abc');
  for (const size of [body.length, 1000]) {
    const bytes = body.subarray(0, size);
    const spool = openSpool(dir);
    for await (const chunk of chunks(bytes, 100_001)) await spool.append(chunk);
    expect(spool.bytes()).toBe(size);
    for (let reading = 0; reading < 2; reading++) {
      const got: Buffer[] = [];
      for await (const block of spool.read()) got.push(block);
      expect(Buffer.concat(got).equals(bytes)).toBe(true);
    }
    expect(readdirSync(dir)).toEqual([]);
    await spool.close();
  }
});
