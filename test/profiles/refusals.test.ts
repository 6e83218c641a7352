import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from '../../profiles/filter/nearest.ts';
import { makeBinder } from '../../profiles/filter/sql.ts';
import { before, decimalLiteral } from '../../profiles/filter/values.ts';
import { compileFilter, type SegmentResolver } from '../../profiles/segments.ts';
import { context } from '../contract/analytic-rows.ts';

/** What the filter language refuses, and that it binds whatever it takes: no engine is needed for either. */
async function compiled(where: unknown, pii = false, segment: SegmentResolver = () => null) {
  const binder = makeBinder();
  const result = await compileFilter(where, { binder, context: context(pii), ownTraits: new Set(['hobby']), segment });
  return { ...result, params: binder.params };
}
const city = (value: unknown, op = 'eq'): object => ({ field: 'traits.city', op, value });
const deep = (levels: number): unknown => (levels === 0 ? city('x') : { not: deep(levels - 1) });

const MALFORMED: [string, unknown][] = [
  ['no object', 'x'],
  ['a list', []],
  ['empty', {}],
  ['an unknown form', { none: [] }],
  ['two forms', { all: [], any: [] }],
  ['an unknown key', { ...city('x'), note: 1 }],
  ['an unknown operator', city('x', 'like')],
  ['a key of Object', JSON.parse('{"__proto__": {"all": []}}')],
  ['no value', { field: 'traits.city', op: 'eq' }],
  ['null', city(null)],
  ['a list for eq', city(['x'])],
  ['no list for in', city('x', 'in')],
  ['one end', city(['a'], 'between')],
  ['three ends', city(['a', 'b', 'c'], 'between')],
  ['an object', city({ $gt: '' })],
  ['no flag for exists', city('yes', 'exists')],
  ['no time', { field: 'created', op: 'lt', value: '2024-06-01' }],
  ['no day of the calendar', { field: 'created', op: 'lt', value: '2024-02-30T00:00:00Z' }],
  ['a number for a time', { field: 'created', op: 'lt', value: 5 }],
  ['text for money', { field: 'metrics.spend.CNY', op: 'gt', value: '12,5' }],
  ['SQL for a number', { field: 'metrics.orders', op: 'eq', value: '1 OR 1=1' }],
  ['an exponent as text', { field: 'metrics.orders', op: 'eq', value: '1e3' }],
  ['infinity', { field: 'metrics.orders', op: 'eq', value: Number.POSITIVE_INFINITY }],
  ['contains on a number', { field: 'metrics.orders', op: 'contains', value: '1' }],
  ['text for a flag', { field: 'following.weibo', op: 'eq', value: 'true' }],
  ['a flag in order', { field: 'following.weibo', op: 'lt', value: true }],
  ['an unknown event', { did: 'order_payed' }],
  ['an unknown key in did', { did: 'view', often: 2 }],
  ['times without a bound', { did: 'view', times: {} }],
  ['half a time', { did: 'view', times: { gte: 1.5 } }],
  ['a negative count', { did: 'view', times: { gte: -1 } }],
  ['no duration', { did: 'view', within: '30 days' }],
  ['an empty duration', { did: 'view', within: 'P' }],
  ['a duration that ends in T', { did: 'view', within: 'P1DT' }],
  ['one end of time', { did: 'view', between: ['2024-06-01T00:00:00Z'] }],
  ['no times', { did: 'view', between: ['a', 'b'] }],
  ['sum of another field', { did: 'view', sum: { field: 'order.items.price', currency: 'CNY', gt: 1 } }],
  ['sum without currency', { did: 'view', sum: { field: 'order.total', gt: 1 } }],
  ['sum without a bound', { did: 'view', sum: { field: 'order.total', currency: 'CNY' } }],
  ['sum over text', { did: 'view', sum: { field: 'order.total', currency: 'CNY', gt: 'much' } }],
  ['did in did', { did: 'view', where: { did: 'view' } }],
  ['an unknown segment', { segment: 'nobody' }],
  ['nested too deep', deep(65)],
];

describe('refusals', () => {
  it.each(MALFORMED)('body_malformed: %s', async (_, where) => {
    await expect(compiled(where)).rejects.toMatchObject({ code: 'body_malformed' });
  });

  it('names the place of the fault', async () => {
    const where = { all: [city('x'), { any: [{ not: city('x', 'like') }] }] };
    await expect(compiled(where)).rejects.toThrow(/^where\.all\[1\]\.any\[0\]\.not\.op: /);
    await expect(compiled({ all: [{ did: 'view', times: { gte: 'x' } }] })).rejects.toThrow(
      /^where\.all\[0\]\.times\.gte: /,
    );
    await expect(compiled({ any: [{ nothing: 1 }] })).rejects.toThrow(/^where\.any\[0\]: must be one of all, any, not/);
  });

  it.each([
    ['traits.citty', 'traits.city'],
    ['metric.orders', 'metrics.orders'],
    ['last_sean', 'last_seen'],
    ['metrics.spent.CNY', 'metrics.spend.CNY'],
    ['identifiers.mobil', 'identifiers.mobile'],
    ['traits.hobbie', 'traits.hobby'],
  ])('field_unknown: %s, nearest %s', async (field, near) => {
    const refused = compiled({ field, op: 'exists' });
    await expect(refused).rejects.toMatchObject({
      code: 'field_unknown',
      more: { nearest: expect.arrayContaining([near]) },
    });
    await expect(refused).rejects.toThrow(near);
  });

  it.each([
    'constructor',
    '__proto__',
    'traits.',
    'traits.__proto__',
    "id'; --",
    'metrics.spend.cny',
    'c.id',
    'metrics',
  ])('field_unknown: %s', async (field) => {
    await expect(compiled({ field, op: 'exists' })).rejects.toMatchObject({ code: 'field_unknown' });
    const where = { did: 'view', where: { field, op: 'exists' } };
    await expect(compiled(where)).rejects.toMatchObject({ code: 'field_unknown' });
  });

  it.each(['name', 'nickname', 'email', 'address', 'birthday'])('says that traits.%s is encrypted', async (name) => {
    const refused = compiled({ not: { field: `traits.${name}`, op: 'eq', value: '陈思远' } });
    await expect(refused).rejects.toMatchObject({ code: 'field_unknown' });
    await expect(refused).rejects.toThrow(/encrypted/);
    await expect(refused).rejects.not.toThrow(/陈/);
  });

  it('shows no field name again that may hold personal data', async () => {
    await expect(compiled({ field: 'traits.13900001234', op: 'exists' })).rejects.not.toThrow(/139/);
  });
});

describe('identifiers', () => {
  const mobile = (value: unknown, op = 'eq'): object => ({ field: 'identifiers.mobile', op, value });
  it('are compared by value with pii:read only, by keyed hash', async () => {
    await expect(compiled(mobile('13900001234'))).rejects.toMatchObject({ code: 'scope_missing' });
    await expect(compiled({ field: 'identifiers.mobile', op: 'exists' })).resolves.toBeDefined();
    const { params } = await compiled(mobile({ scope: 'wx1', value: 'o1' }), true);
    expect(Object.values(params)).toContainEqual(['mobile|wx1|o1']);
  });

  it('refuse values that can be no key, and other operators', async () => {
    for (const where of [mobile('impossible'), mobile(true), mobile('139', 'contains'), mobile(['a'], 'between')]) {
      await expect(compiled(where, true)).rejects.toMatchObject({ code: 'body_malformed' });
    }
  });
});

describe('segments', () => {
  const definitions = new Map<string, unknown>([
    ['city', city('上海')],
    ['nested', { all: [{ segment: 'city' }, { segment: 'city' }] }],
    ['self', { any: [{ segment: 'self' }] }],
    ['ping', { not: { segment: 'pong' } }],
    ['pong', { all: [{ segment: 'ping' }] }],
    ['broken', { all: 'x' }],
    ...Array.from({ length: 12 }, (_, at): [string, unknown] => [
      `bomb${at}`,
      at === 0 ? { all: [] } : { any: Array.from({ length: 20 }, () => ({ segment: `bomb${at - 1}` })) },
    ]),
  ]);
  const resolve = async (id: string): Promise<unknown> => definitions.get(id);

  it('stand for their definition', async () => {
    const { condition } = await compiled({ segment: 'city' }, false, resolve);
    expect(condition).toBe((await compiled(city('上海'))).condition);
    await expect(compiled({ segment: 'nested' }, false, resolve)).resolves.toBeDefined();
  });

  it.each(['self', 'ping', 'broken', 'bomb11'])('refuses %s', async (id) => {
    await expect(compiled({ segment: id }, false, resolve)).rejects.toMatchObject({ code: 'body_malformed' });
  });
});

describe('values', () => {
  const EVIL = ["' OR 1=1 --", '{p0:String}', '`; DROP TABLE customers', '\\', '\u0000', '/*', '$' + '{x}'];
  it.each(EVIL)('are bound, never written into the text: %j', async (evil) => {
    const property = { did: 'view', where: { field: 'properties.safe', op: 'eq', value: 'safe' } };
    const safe = { all: [city('safe'), city(['safe'], 'in'), city('safe', 'contains'), property] };
    const spoilt = JSON.stringify(safe).replaceAll('"safe"', JSON.stringify(evil));
    const harmless = await compiled(safe);
    const harmful = await compiled(
      JSON.parse(spoilt.replace('properties.safe', JSON.stringify(`properties.${evil}`).slice(1, -1))),
    );
    expect([harmful.condition, harmful.join]).toEqual([harmless.condition, harmless.join]);
    expect(Object.values(harmful.params).flat()).toContain(evil);
  });

  it('are exact decimals', () => {
    const cases: [unknown, string | null][] = [
      [0.1, '0.1'],
      ['-0.10', '-0.10'],
      [1e21, '1000000000000000000000'],
      [1e-7, '0.0000001'],
      [1.5e-25, '0.00000000000000000001'],
      ['007', '7'],
      ['9'.repeat(50), `1${'0'.repeat(40)}`],
      [`-${'9'.repeat(50)}`, `-1${'0'.repeat(40)}`],
      [Number.MAX_VALUE, `1${'0'.repeat(40)}`],
      ['', null],
      ['1.', null],
      ['.5', null],
      ['１', null],
      [true, null],
    ];
    for (const [value, expected] of cases) expect([value, decimalLiteral(value)]).toEqual([value, expected]);
  });

  it('count durations back by the UTC calendar', () => {
    const now = Date.parse('2024-03-31T10:00:00Z');
    const back = (duration: string): string | null => {
      const ms = before(now, duration);
      return ms === null ? null : new Date(ms).toISOString().slice(0, 16);
    };
    expect(back('P1M')).toBe('2024-02-29T10:00');
    expect(back('P1Y1M')).toBe('2023-02-28T10:00');
    expect(back('P13M')).toBe('2023-02-28T10:00');
    expect(back('P2W')).toBe('2024-03-17T10:00');
    expect(back('P1DT12H30M')).toBe('2024-03-29T21:30');
    expect(back('P999999Y')).toBe('1900-01-01T00:00');
    expect(back('P0D')).toBe('2024-03-31T10:00');
    expect([back('P1.5D'), back('-P1D'), back('P1H'), back('PT'), back('p1d')]).toEqual([null, null, null, null, null]);
  });

  it('have near names by edit distance', () => {
    expect([editDistance('kitten', 'sitting'), editDistance('', 'ab'), editDistance('a', 'a')]).toEqual([3, 2, 0]);
    expect(nearest('traits.citi', ['id', 'traits.city', 'traits.level'], 1)).toEqual(['traits.city']);
  });
});
