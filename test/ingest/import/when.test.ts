import { describe, expect, it } from 'vitest';
import { businessDay, isTimeZone, readBirthday, readClock, readLocal, rfc3339 } from '../../../ingest/import/when.ts';

const at = (cell: string, zone = 'Asia/Shanghai'): string | null => {
  const local = readLocal(cell);
  return local && rfc3339(local, zone);
};

describe('readLocal and rfc3339', () => {
  it.each([
    ['2026/3/1 9:05', '2026-03-01T09:05:00+08:00'],
    ['2026-03-02 15:30:12', '2026-03-02T15:30:12+08:00'],
    ['2026-03-02 15:30:12.123', '2026-03-02T15:30:12+08:00'],
    ['20260301', '2026-03-01T00:00:00+08:00'],
    ['20260302013005', '2026-03-02T01:30:05+08:00'],
    ['202603020130', '2026-03-02T01:30:00+08:00'],
    ['2023.12.31', '2023-12-31T00:00:00+08:00'],
    ['2026年3月1日', '2026-03-01T00:00:00+08:00'],
    ['2026年3月1日 9时05分', '2026-03-01T09:05:00+08:00'],
    ['2026/3/1 下午 3:05', '2026-03-01T15:05:00+08:00'],
    ['2026/3/1 12:05:00 AM', '2026-03-01T00:05:00+08:00'],
    ['2026-03-01T09:05:18+08:00', '2026-03-01T09:05:18+08:00'],
    ['2026-03-01T01:05:18Z', '2026-03-01T01:05:18+00:00'],
  ])('%j is %j', (cell, time) => {
    expect(at(cell)).toBe(time);
  });

  it.each([
    '',
    '2026/2/30',
    '2026-13-01',
    '03/04/2026',
    '2026-03-01 25:00',
    '2026-03-01 10:61',
    '1772328318',
    '2026',
    'abc',
  ])('%j is no time', (cell) => {
    expect(readLocal(cell)).toBeNull();
  });

  it('goes by the zone, summer time included', () => {
    expect(at('2026-01-15 12:00', 'Europe/Berlin')).toBe('2026-01-15T12:00:00+01:00');
    expect(at('2026-07-15 12:00', 'Europe/Berlin')).toBe('2026-07-15T12:00:00+02:00');
    expect(at('1988-07-01 12:00')).toBe('1988-07-01T12:00:00+09:00');
    expect(at('2026-07-15 12:00', 'America/St_Johns')).toBe('2026-07-15T12:00:00-02:30');
    expect([isTimeZone('Asia/Shanghai'), isTimeZone('Asia/Peking City')]).toEqual([true, false]);
  });
});

describe('businessDay', () => {
  it.each([
    ['2026-03-02 00:10', '00:00', '2026-03-02'],
    ['2026-03-02 05:59', '06:00', '2026-03-01'],
    ['2026-03-02 06:00', '06:00', '2026-03-02'],
    ['2026-03-01 03:00', '06:00', '2026-02-28'],
    ['2026-03-02 21:59', '22:00', '2026-03-02'],
    ['2026-03-02 22:00', '22:00', '2026-03-03'],
    ['2026-03-01T23:00:00Z', '06:00', '2026-03-02'],
    ['2026-03-01T20:00:00Z', '06:00', '2026-03-01'],
  ])('%s with days that end at %s is of %s', (cell, ends, day) => {
    const local = readLocal(cell);
    expect(local && businessDay(local, 'Asia/Shanghai', ends)).toBe(day);
  });
});

it('reads birthdays with and without a year', () => {
  const cells = ['1990-6-18', '19920215', '1988/1/1', '2月29日', '06-18', '--06-18', '2-30', '不详'];
  expect(cells.map(readBirthday)).toEqual([
    ...['1990-06-18', '1992-02-15', '1988-01-01', '--02-29', '--06-18', '--06-18', null, null],
  ]);
});

it('reads a time of day alone', () => {
  expect(['9:05', '09:05:33', '下午3:05', '25:00', '2026'].map(readClock)).toEqual([
    ...['09:05:00', '09:05:33', '15:05:00', null, null],
  ]);
});
