import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { readImport } from '../../../ingest/import/read.ts';

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
/**
 * A till's year: two rows a receipt side by side, and every thousandth receipt with a third at the far end of the file.
 */
async function* yearOfSales(): AsyncGenerator<Buffer> {
  const line = (receipt: number, at: number): string =>
    `R${receipt},S${receipt % 9},2026-03-01 10:00:${10 + (receipt % 50)},88${receipt},,${NOTE},A${at % 97},1,2.00\n`;
  yield Buffer.from('小票号,门店编码,销售时间,会员卡号,手机号,备注,商品编码,数量,金额\n');
  for (let from = 0; from < ROWS; from += 500) {
    const lines = Array.from({ length: 500 }, (_, i) => line(Math.floor((from + i) / 2), from + i));
    yield Buffer.from(lines.join(''));
  }
  for (let receipt = 0; receipt < ROWS / 2; receipt += 1000) yield Buffer.from(line(receipt, 0));
}

it('reads a large file in bounded memory', { timeout: 240_000 }, async () => {
  let bytes = 0;
  for await (const piece of yearOfSales()) bytes += piece.length;
  const options = { kind: 'auto' as const, settings: { brand: 'b1' } };
  const before = held();
  let most = 0;
  let units = 0;
  let lines = 0;
  for await (const unit of readImport({ bytes, read: yearOfSales }, options)) {
    if (unit.type !== 'unit') continue;
    units++;
    lines += unit.lines.length;
    if (units % 20_000 === 0) most = Math.max(most, held() - before);
  }
  expect([units, lines]).toEqual([ROWS / 2, ROWS + ROWS / 2000]);
  expect(bytes / MIB).toBeGreaterThan(40);
  expect(most).toBeLessThan(16);
});
