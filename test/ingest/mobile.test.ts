import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PLACEHOLDER_MOBILES, typeLookup, typeMobile } from '../../ingest/mobile.ts';

type Case = {
  raw: string | number | null;
  defaultRegion: string;
  expected: Record<string, unknown> & { status: string };
};
const { denyList, cases }: { denyList: string[]; cases: Case[] } = JSON.parse(
  readFileSync(new URL('../fixtures/phones.json', import.meta.url), 'utf8'),
);

/** Where ours says more precisely why a number is none. */
const FINER = new Map([
  ['1.39E+10', { status: 'lossy' }],
  ['17450001234', { status: 'prefix_unknown', candidate: '+8617450001234' }],
  ['15400001234', { status: 'prefix_unknown', candidate: '+8615400001234' }],
  ['14000001234', { status: 'iot' }],
  ['14600001234', { status: 'iot' }],
  ['14900001234', { status: 'iot' }],
]);

describe('the eighty spellings', () => {
  it('are eighty', () => expect(cases).toHaveLength(80));

  it.each(cases.map((one): [string, Case] => [JSON.stringify(one.raw), one]))(
    '%s',
    (_, { raw, defaultRegion, expected }) => {
      const text = String(raw ?? '');
      const finer = FINER.get(text);
      if (finer) expect(expected.status).toBe('invalid');
      expect(typeMobile(text, defaultRegion)).toEqual(finer ?? expected);
    },
  );
});

describe('numbers typed in place of one', () => {
  it('are on the list', () => expect([...PLACEHOLDER_MOBILES].sort()).toEqual([...denyList].sort()));

  it.each([
    ...denyList,
    '15999999999',
    '18812345678',
    '13787654321',
    '17023456789',
    '199 0123 4567',
    '86 137 7777 7777',
  ])('%s', (raw) => expect(typeMobile(raw).status).toBe('placeholder'));

  it.each(['13900001234', '13912345679', '13800138001', '+886912345678', '18888888889'])('but not %s', (raw) =>
    expect(typeMobile(raw).status).toBe('mobile'),
  );
});

describe('ranges', () => {
  it.each([
    '1640000123 4',
    '16900001234',
    '17406001234',
    '17900001234',
    '19400001234',
    '14200001234',
    '+86 154-0000-1234',
  ])('%s may be given out one day', (raw) => expect(typeMobile(raw).status).toBe('prefix_unknown'));
  it.each(['14100001234', '14400001234', '14800001234', '1064612345678', '8610648 00001234', '+86 1410 0000 01234'])(
    '%s is a machine',
    (raw) => expect(typeMobile(raw).status).toBe('iot'),
  );
  it.each(['11111111111', '12345678901', '10000000001', '139000012', '1390000123456', '10086', '95588', '99999999999'])(
    '%s is in no plan',
    (raw) => expect(typeMobile(raw)).toMatchObject({ status: 'invalid', reason: 'not_in_numbering_plan' }),
  );
});

describe('spellings of one number', () => {
  it.each([
    ...[
      'tel:+86-139-0000-1234',
      '(+86)13900001234',
      '+86-139-0000-1234',
      '139.0000.1234',
      '"13900001234"',
      '13,900,001,234',
      '8.613900001234E+12',
    ],
    ...[
      '１３９－００００－１２３４',
      '139‑0000‑1234',
      '12593 13900001234',
      '13900001234/13900001234',
      '‘13900001234',
      '139·0000·1234',
    ],
    ...['00 86 139 0000 1234', '\u202d13900001234\u202c', '13900001234.00', '0139-0000-1234'],
  ])('%s', (raw) => expect(typeMobile(raw)).toEqual({ status: 'mobile', e164: '+8613900001234', country: 'CN' }));

  it.each([
    '13900001234 18600005678',
    '13900001234-18600005678',
    '13900001234;18600005678',
    '13900001234或18600005678',
  ])('%s are two', (raw) =>
    expect(typeMobile(raw)).toEqual({ status: 'multiple', parts: ['13900001234', '18600005678'] }),
  );
  it.each([
    '18400009965 转 7576',
    '18400009965转分机7576',
    '18400009965-7576',
    '+8618400009965;ext=7576',
    '184 0000 9965 x7576',
  ])('%s is virtual', (raw) =>
    expect(typeMobile(raw)).toEqual({ status: 'virtual', number: '+8618400009965', ext: '7576' }),
  );
  it.each([
    '138****',
    '138 **** 1234',
    '+86 138****1234',
    '１３８＊＊＊＊１２３４',
    '****1234',
    '139####1234',
    '138●●●●1234',
  ])('%s is masked', (raw) => expect(typeMobile(raw).status).toBe('masked'));
  it.each(['1.39E+10', '1.39e10', '1E+10', '1.390000123E+10', '1.39E+11'])('%s has lost digits', (raw) =>
    expect(typeMobile(raw)).toEqual({ status: 'lossy' }),
  );
  it.each(['010-62000123-801', '(010) 6200 0123', '0755-26712345', '021 6200 0123', '+86 10 62000123 '])(
    '%s is a landline',
    (raw) => expect(typeMobile(raw)).toMatchObject({ status: 'landline', type: 'FIXED_LINE' }),
  );
});

describe('numbers from elsewhere', () => {
  it.each([
    ['+1 415 555 2671', '+14155552671', 'US'],
    ['(+852) 6123 0456', '+85261230456', 'HK'],
    ['85366123456', '+85366123456', 'MO'],
    ['+65 9123 4567', '+6591234567', 'SG'],
  ])('%s', (raw, e164, country) => expect(typeMobile(raw)).toEqual({ status: 'mobile', e164, country }));

  it('a mainland number typed in Hong Kong is one; in the United States it is not', () => {
    expect(typeMobile('13900001234', 'HK')).toMatchObject({ e164: '+8613900001234' });
    expect(typeMobile('13900001234', 'US').status).toBe('invalid');
    expect(typeMobile('+8613900001234', 'US')).toMatchObject({ e164: '+8613900001234' });
    expect(typeMobile('+13900001234').status).toBe('invalid');
  });
});

describe('hostile input', () => {
  it.each(['9'.repeat(1024), '*'.repeat(1000), '1-'.repeat(500), '__proto__', '\0', '\ud800', '１'.repeat(60)])(
    'never throws: %j',
    (raw) => expect(typeMobile(raw).status).not.toBe('mobile'),
  );
});

describe('lookups', () => {
  it('forgive a blank in the place of the plus', () => {
    expect(typeLookup(' 8613900001234')).toMatchObject({ e164: '+8613900001234' });
    expect(typeLookup(' 14155552671')).toMatchObject({ e164: '+14155552671' });
    expect(typeLookup('14155552671').status).toBe('iot');
    expect(typeLookup(' 13900001234')).toMatchObject({ e164: '+8613900001234' });
  });
});
