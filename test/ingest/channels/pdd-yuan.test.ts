import { describe, expect, it } from 'vitest';
import { exactDecimals, yuan } from '../../../ingest/pdd-yuan.ts';

describe('yuan', () => {
  it.each([
    ['49.5', '49.50'],
    ['49.50', '49.50'],
    ['59', '59.00'],
    ['0', '0.00'],
    ['0.01', '0.01'],
    ['1.0E7', '10000000.00'],
    ['1.234567E4', '12345.67'],
    ['1E-2', '0.01'],
    ['4.95E1', '49.50'],
    ['123456789012345.67', '123456789012345.67'],
    ['12.3456', '12.3456'],
    // What doubles make of 0.1 + 0.2, 49.51 and 50.
    ['0.30000000000000004', '0.30'],
    ['49.510000000000005', '49.51'],
    ['49.99999999999999', '50.00'],
  ])('%s is %s', (text, amount) => {
    expect(yuan(text)).toBe(amount);
  });

  it.each(['', '-1.5', '1,299.00', '12.34567', 'NaN', '￥5', '1.2.3', '1E999'])('%s is no amount', (text) => {
    expect(yuan(text)).toBe(text);
  });
});

describe('decimals in JSON', () => {
  it('keep their characters, and nothing else changes', () => {
    const json = '{"a":49.50,"b":[1e2,-0.10],"c":59,"d":"1.5 \\"2.5\\" 3.5","e":90071992547409931,"1.5":true}';
    expect(JSON.parse(exactDecimals(json))).toMatchObject({
      ...{ a: '49.50', b: ['1e2', '-0.10'], c: 59, d: '1.5 "2.5" 3.5', '1.5': true },
    });
    expect(exactDecimals(json)).toContain('"e":90071992547409931');
  });

  it('a backslash at the end of a string ends no string', () => {
    const json = '{"a":"x\\\\","b":1.10}';
    expect(JSON.parse(exactDecimals(json))).toEqual({ a: 'x\\', b: '1.10' });
  });

  it('long texts are read in one go', () => {
    const json = `{"a":"${'1.5\\"'.repeat(500_000)}","b":1.50}`;
    expect(JSON.parse(exactDecimals(json))).toMatchObject({ b: '1.50' });
  });
});
