import { describe, expect, it } from 'vitest';
import { makeNormaliser } from '../../ingest/identify.ts';
import { KINDS, STRENGTH } from '../../schemas/identifier.ts';
import { makeRing, newRing } from '../../schemas/ring.ts';

const ring = makeRing(newRing());
const { event, ref } = makeNormaliser(ring);
type Input = Parameters<typeof event>[0][number];
const one = (input: Input, type = 'order_paid') => event([input], type);
const mobile = (value: string): Input => ({ kind: 'mobile', value });
const reasonOf = (input: Input): string | undefined => one(input).refused[0]?.reason;

describe('nodes', () => {
  it('are a keyed hash of kind, scope and the one spelling', () => {
    const node = ring.hash('mobile', '', '+8613900001234');
    for (const value of ['139 0000 1234', '+86 139-0000-1234', '１３９００００１２３４', '="13900001234"']) {
      expect(one(mobile(value))).toEqual({
        identifiers: [
          {
            ...{ kind: 'mobile', scope: null, value: '+8613900001234', verified: false, role: 'joining' },
            ...{ node, strength: STRENGTH.typed },
          },
        ],
        refused: [],
      });
    }
  });

  it('differ by scope, however scope and value are cut', () => {
    const nodes = [
      ['a', 'bc'],
      ['ab', 'c'],
      ['a\0', 'bc'],
      ['a', '\u0001bc'],
      ['a 1', 'bc'],
    ].map(([scope, value]) => one({ kind: 'member_card', scope, value: value ?? '' }).identifiers[0]?.node);
    expect(new Set(nodes).size).toBe(5);
  });

  it('are told once an event, by the surest telling', () => {
    const { identifiers, refused } = event(
      [mobile('13900001234'), { kind: 'mobile', value: '+8613900001234', verified: true }, mobile('139 0000 1234')],
      'order_paid',
    );
    expect(refused).toEqual([]);
    expect(identifiers).toHaveLength(1);
    expect(identifiers[0]).toMatchObject({ verified: true, strength: STRENGTH.verified });
    const mail = ['A@example.cn', 'a@example.cn '].map(
      (value, at): Input => ({ kind: 'email', value, verified: at === 0 }),
    );
    expect(event(mail, 'order_paid').identifiers).toMatchObject([{ role: 'joining', verified: true }]);
    expect(event([...mail].reverse(), 'order_paid').identifiers).toMatchObject([{ role: 'joining', verified: true }]);
  });

  it('come out the same from memory as the first time', () => {
    const inputs = [mobile('139****1234'), mobile('null'), mobile('13900001234')];
    expect(event(inputs, 'message')).toEqual(event(inputs, 'message'));
  });
});

describe('numbers that are no key', () => {
  it.each([
    ['139****1234', 'mobile_masked'],
    ['18400009965-7576', 'mobile_virtual'],
    ['13800138000', 'mobile_placeholder'],
    ['010-62000123', 'mobile_landline'],
    ['1064800001234', 'mobile_iot'],
    ['12345678901', 'mobile_invalid'],
    ['13900001234/18600005678', 'mobile_multiple'],
    ['1.39E+10', 'mobile_lossy'],
    ['19400001234', 'mobile_prefix_unknown'],
    ['00000000000', 'value_denied'],
    ['', 'value_denied'],
  ])('%s is refused as %s', (value, reason) => {
    expect(reasonOf(mobile(value))).toBe(reason);
    expect(ref({ kind: 'mobile', value })).toMatchObject({ refused: reason });
  });

  it('are kept as evidence where they are masked or virtual', () => {
    const { identifiers, refused } = event([mobile('138 **** 1234'), mobile('18400009965转7576')], 'order_paid');
    expect(refused).toEqual([
      { index: 0, reason: 'mobile_masked' },
      { index: 1, reason: 'mobile_virtual' },
    ]);
    expect(identifiers).toMatchObject([
      { kind: 'masked_mobile', value: '138****1234', role: 'evidence', scope: null },
      { kind: 'virtual_mobile', value: '+8618400009965-7576', role: 'evidence', scope: null },
    ]);
    expect(one({ kind: 'masked_mobile', value: '138****1234' }).identifiers[0]?.node).toBe(identifiers[0]?.node);
    expect(reasonOf({ kind: 'masked_mobile', value: '13900001234' })).toBe('mobile_invalid');
  });

  it('are never quoted in what a caller is told', () => {
    const told = JSON.stringify(
      ['139****1234', '12345678901', '13800138000'].map((value) => ref({ kind: 'mobile', value })),
    );
    expect(told).not.toMatch(/\d{4}/);
  });
});

describe('stand-ins for no value', () => {
  const WORDS = [
    'null',
    'NULL',
    'undefined',
    'None',
    'nil',
    'N/A',
    'guest',
    'Anonymous',
    'UNKNOWN',
    'test',
    '[object Object]',
    'NaN',
  ];
  const SIGNS = [
    '0',
    '-',
    '--',
    '无',
    '0000000000',
    '',
    '   ',
    '"null"',
    "'undefined'",
    '“无”',
    'ｎｕｌｌ',
    '０',
    '(null)',
    '""',
  ];
  const scoped: [string, string][] = [...KINDS].map(([kind, { scope }]) => [kind, scope === 'required' ? 'md5' : '']);

  it.each([...scoped, ['x_own', ''] as const])('are denied for %s', (kind, scope) => {
    for (const value of [...WORDS, ...SIGNS])
      expect([value, reasonOf({ kind, scope, value })]).toEqual([value, 'value_denied']);
  });

  it.each(['nullable', 'guest-1', '10', '007', 'testing', '0a'])('but %s is a value', (value) =>
    expect(reasonOf({ kind: 'user_id', value })).toBeUndefined(),
  );
});

describe('scopes and kinds', () => {
  it.each([undefined, null, '', '  ', 'null', 'undefined'])('a required scope %j is missing', (scope) =>
    expect(reasonOf({ kind: 'wechat_openid', scope, value: 'oR0lNbXEEi7QKolr8BvqQ_Q58L1u' })).toBe('scope_missing'),
  );
  it('is ignored where a kind has none, and may be absent where it is optional', () => {
    expect(one({ ...mobile('13900001234'), scope: 'anything' }).identifiers).toEqual(
      one(mobile('13900001234')).identifiers,
    );
    expect(one({ kind: 'user_id', value: 'u1' }).identifiers).toMatchObject([{ scope: null }]);
    expect(one({ kind: 'user_id', scope: 'app', value: 'u1' }).identifiers).toMatchObject([{ scope: 'app' }]);
  });
  it.each(['phone', 'x_', 'x_A', '__proto__', 'constructor', ''])('%j is no kind', (kind) => {
    expect(reasonOf({ kind, value: 'v' })).toBe('kind_unknown');
    expect(ref({ kind, value: 'v' })).toMatchObject({ refused: 'kind_unknown' });
  });
});

describe('one spelling', () => {
  const value = (kind: string, raw: string, scope = ''): string | undefined =>
    one({ kind, scope, value: raw }).identifiers[0]?.value;
  it.each([
    ['email', ' Siyuan.CHEN＠Example．cn ', 'siyuan.chen@example.cn'],
    ['email', 'a+b@qq。com', 'a+b@qq.com'],
    ['landline', '010-6200 0123', '+861062000123'],
    ['member_card', "'000123", '000123'],
    ['member_card', '`000123 ', '000123'],
    ['member_card', '="000123"', '000123'],
    ['member_card', '\t０００123', '000123'],
    ['wechat_unionid', ' os6WufHc5fI5po2U25QhHMa6UWrK\n', 'os6WufHc5fI5po2U25QhHMa6UWrK'],
    ['wecom_external_userid', 'wmVg2LRuTDOoHChEy', 'wmVg2LRuTDOoHChEy'],
    ['weibo_uid', ' 5600000000123', '5600000000123'],
    ['remark_mobile', '139 0000 1234', '+8613900001234'],
  ])('%s %j', (kind, raw, spelled) => expect(value(kind, raw, 'scope')).toBe(spelled));

  it.each([
    '',
    '@x.cn',
    'a@',
    'a@b',
    'a b@c.cn',
    'a@b..cn',
    '.a@b.cn',
    'a..b@c.cn',
    's***@example.cn',
    'a@@b.cn',
    `${'a'.repeat(250)}@b.cn`,
  ])('%j is no e-mail', (raw) => expect(value('email', raw)).toBeUndefined());

  it('of a hash has the length of its algorithm', () => {
    const md5 = 'ABCDEF0123456789abcdef0123456789';
    expect(value('hashed_mobile', ` ${md5} `, 'MD5')).toBe(md5.toLowerCase());
    expect(one({ kind: 'hashed_mobile', scope: 'MD5:Salt', value: md5 }).identifiers).toMatchObject([
      { scope: 'md5:Salt' },
    ]);
    expect(reasonOf({ kind: 'hashed_mobile', scope: 'sha256', value: md5 })).toBe('mobile_invalid');
    expect(reasonOf({ kind: 'hashed_mobile', scope: 'sm3', value: 'z'.repeat(64) })).toBe('mobile_invalid');
    expect(reasonOf({ kind: 'hashed_mobile', scope: 'sha1', value: md5 })).toBe('scope_missing');
    expect(reasonOf({ kind: 'weibo_uid', value: 'siyuan' })).toBe('value_denied');
  });
});

describe('strength and role', () => {
  const of = (input: Input, type: string) => one(input, type).identifiers[0];
  it.each([
    [mobile('13900001234'), 'order_paid', 'joining', STRENGTH.typed],
    [mobile('13900001234'), 'member_joined', 'joining', STRENGTH.registered],
    [mobile('13900001234'), 'card_received', 'joining', STRENGTH.typed],
    [{ ...mobile('13900001234'), verified: true }, 'order_paid', 'joining', STRENGTH.verified],
    [{ kind: 'member_card', scope: 'b', value: '1' }, 'card_received', 'joining', STRENGTH.registered],
    [{ kind: 'member_card', scope: 'b', value: '1' }, 'order_completed', 'joining', STRENGTH.typed],
    [{ kind: 'cipher', scope: 'youzan:1', value: '$a$1$' }, 'order_paid', 'joining', STRENGTH.derived],
    [{ kind: 'cipher', scope: 'youzan:1', value: '$a$1$' }, 'member_updated', 'joining', STRENGTH.registered],
    [{ kind: 'wechat_openid', scope: 'wx', value: 'o1' }, 'message', 'joining', STRENGTH.verified],
    [{ kind: 'x_loyalty', value: 'o1' }, 'message', 'joining', STRENGTH.typed],
    [{ kind: 'email', value: 'a@b.cn' }, 'order_paid', 'attaching', STRENGTH.typed],
    [{ kind: 'email', value: 'a@b.cn' }, 'form_submitted', 'attaching', STRENGTH.registered],
    [{ kind: 'email', value: 'a@b.cn', verified: true }, 'order_paid', 'joining', STRENGTH.verified],
    [{ kind: 'device', value: 'd1' }, 'view', 'attaching', STRENGTH.typed],
  ] satisfies [Input, string, string, number][])('%j in %s: %s %i', (input, type, role, strength) =>
    expect(of(input, type)).toMatchObject({ role, strength }),
  );
});

describe('lookups', () => {
  it('find what an event bore, in any spelling', () => {
    const node = one(mobile('13900001234')).identifiers[0]?.node;
    for (const value of ['139-0000-1234', ' 8613900001234', '+8613900001234', '０0８６13900001234']) {
      expect(ref({ kind: 'mobile', value })).toMatchObject({ identifier: { node } });
    }
    expect(ref({ kind: 'mobile', value: ' 85261230456' })).toMatchObject({ identifier: { value: '+85261230456' } });
    expect(ref({ kind: 'wechat_openid', value: 'o1' })).toMatchObject({ refused: 'scope_missing' });
  });
});
