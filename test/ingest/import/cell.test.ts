import { describe, expect, it } from 'vitest';
import { cleanCell, decimalUnits, fenUnits, numberText, shortDecimal } from '../../../ingest/import/cell.ts';

describe('cleanCell', () => {
  it.each([
    ['\t8800012345678901', '8800012345678901'],
    ["'8800012345678918", '8800012345678918'],
    ['`4200002601202603021234567890', '4200002601202603021234567890'],
    ['="8800012345678963"', '8800012345678963'],
    ['\'="0012"', '0012'],
    ['\u00a0\u3000 陈思远\u200b ', '陈思远'],
    ["O'Neill", "O'Neill"],
    ['0012', '0012'],
    ['=""', ''],
    ["'", ''],
  ])('%j is %j', (raw, clean) => {
    expect(cleanCell(raw)).toBe(clean);
  });
});

describe('numberText', () => {
  it.each([
    ['13700004321.0', '13700004321', false],
    ['13700004321.00', '13700004321', false],
    ['１３７００００４３２１', '13700004321', false],
    ['1.3900001234E+10', '13900001234', false],
    ['1.86E+10', '1.86E+10', true],
    ['1.390000123E+10', '1.390000123E+10', true],
    ['8.80001E+15', '8.80001E+15', true],
    ['00123', '00123', false],
    ['12.50', '12.50', false],
    ['5E12', '5E12', false],
    ['138****1234', '138****1234', false],
  ])('%j is %j, lossy: %j', (cell, text, lossy) => {
    expect(numberText(cell)).toEqual({ text, lossy });
  });
});

describe('decimalUnits', () => {
  it.each([
    ['1,299.00', 12_990_000n],
    ['¥1,234,567.89', 12_345_678_900n],
    ['99元', 990_000n],
    ['-99.00', -990_000n],
    ['−99', -990_000n],
    ['(99.00)', -990_000n],
    ['99.00-', -990_000n],
    ['１２．５', 125_000n],
    ['.5', 5000n],
    ['5.', 50_000n],
    ['+7', 70_000n],
    ['0.735', 7350n],
    ['198.00000000000003', 1_980_000n],
    ['0.00005', 1n],
    ['1.2E+3', 12_000_000n],
    ['1.5E-3', 15n],
    ['999999999999999.9999', 9_999_999_999_999_999_999n],
  ])('%s is %s', (cell, units) => {
    expect(decimalUnits(cell)).toBe(units);
  });
  it.each([
    '',
    '-',
    '.',
    'abc',
    '1,29.00',
    '1299,00',
    '1.2.3',
    '1e999',
    '1234567890123456',
    '--1',
    '12a',
    'NaN',
    '1.2E+30',
  ])('%j is no amount', (cell) => {
    expect(decimalUnits(cell)).toBeNull();
  });
  it('keeps cents that a float would lose', () => {
    expect(shortDecimal(decimalUnits('9007199254740993.01'.slice(1)) ?? 0n)).toBe('7199254740993.01');
  });
});

it('reads fen as hundredths of a yuan', () => {
  expect(['25900', '25,900', '1', '0.5', '0.001'].map(fenUnits)).toEqual([2_590_000n, 2_590_000n, 100n, 50n, null]);
});

it('shows units as the shortest decimal', () => {
  expect([20_000n, 7350n, -15_000n, 0n].map(shortDecimal)).toEqual(['2', '0.735', '-1.5', '0']);
});
