import { describe, expect, it } from 'vitest';
import { checkComplexity, readJson } from '../../ingest/json.ts';
import { Problem } from '../../schemas/errors.ts';

function codeOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
  }
  return 'fine';
}

describe('reading JSON', () => {
  it.each([
    ['{"id":4837328765348566675}', { id: '4837328765348566675' }],
    [
      '[-9007199254740993,9007199254740991,9007199254740992]',
      ['-9007199254740993', 9007199254740991, '9007199254740992'],
    ],
    ['{"a":1.25,"b":-3,"c":1e3,"n":0}', { a: 1.25, b: -3, c: 1000, n: 0 }],
    [
      '{"t":"4837328765348566675 \\" 12345678901234567890","x":12345678901234567890}',
      { t: '4837328765348566675 " 12345678901234567890', x: '12345678901234567890' },
    ],
    ['{"1234567890123456789":1}', { '1234567890123456789': 1 }],
    ['{"lon":116.44350000000000001}', { lon: 116.4435 }],
    ['["\\\\",12345678901234567]', ['\\', '12345678901234567']],
    ['12345678901234567890', '12345678901234567890'],
  ])('%s', (text, value) => expect(readJson(text)).toEqual(value));

  it('keeps __proto__ a plain own key', () => {
    const value = readJson('{"__proto__":{"polluted":12345678901234567890},"constructor":1}');
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":"12345678901234567890"},"constructor":1}');
    expect(Object.hasOwn({}, 'polluted')).toBe(false);
  });

  it.each(['', '{', '{"a":1,}', '[1,]', '[01234567890123456789]', '{"a":1 2}', "{'a':1}", '[NaN]'])(
    'refuses %s',
    (text) => expect(() => readJson(text)).toThrow(SyntaxError),
  );

  it.each([
    ['{"a":[1,2 , ],\n}', { a: [1, 2] }],
    ['{"a":",}","b":"\\",]",}', { a: ',}', b: '",]' }],
    ['{"id":12345678901234567890,}', { id: '12345678901234567890' }],
  ])('forgives trailing commas where asked: %s', (text, value) => {
    expect(readJson(text, { trailingCommas: true })).toEqual(value);
    expect(() => readJson(text)).toThrow(SyntaxError);
  });

  it.each(['{,}x', '[,', '{"a":1,,}'])('does not forgive %s', (text) =>
    expect(() => readJson(text, { trailingCommas: true })).toThrow(SyntaxError),
  );

  it('survives a million brackets and a long unclosed string', () => {
    const deep = `${'['.repeat(1e6)}1234567890123456789${']'.repeat(1e6)}`;
    expect(Array.isArray(readJson(deep))).toBe(true);
    expect(() => readJson(`"${'\\"'.repeat(1e6)}1234567890123456789`)).toThrow(SyntaxError);
  });
});

describe('complexity', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  const keys = (count: number): string => `{${Array.from({ length: count }, (_, at) => `"k${at}":${at}`).join(',')}}`;

  it.each([
    ['64 levels', nested(64)],
    ['10,000 keys', keys(10_000)],
    ['many objects of few keys', `[${Array.from({ length: 9000 }, () => '{"a":1,"b":2}').join(',')}]`],
    ['brackets and colons in strings', JSON.stringify({ a: '[{'.repeat(500), b: ':'.repeat(20_000), c: '\\"[[' })],
    ['an array of 100,000 numbers', `[${'1,'.repeat(99_999)}1]`],
    ['unclosed quote', `{"a":"${'['.repeat(100)}`],
    ['closing brackets alone', ']'.repeat(1000)],
  ])('takes %s', (_, text) => {
    expect(codeOf(() => checkComplexity(text))).toBe('fine');
    expect(codeOf(() => checkComplexity(Buffer.from(text)))).toBe('fine');
  });

  it.each([
    ['65 levels', nested(65)],
    ['a million levels', '{"a":'.repeat(1e6)],
    ['10,001 keys', keys(10_001)],
    ['10,001 keys around a small object', `${keys(10_000).slice(0, -1)},"z":{"a":1}}`],
    ['deep behind an escaped quote', `["\\"",${nested(64)}]`],
  ])('refuses %s', (_, text) => expect(codeOf(() => checkComplexity(text))).toBe('json_too_complex'));
});
