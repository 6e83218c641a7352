import { describe, expect, it } from 'vitest';
import { makePeople } from '../../bench/people.ts';
import { clustered } from '../../bench/truth.ts';
import { LEVELS } from '../../identity/match/fields.ts';
import { type Matcher, makeMatcher } from '../../identity/match/matcher.ts';
import { RETAIL_FIELDS } from '../../identity/match/retail.ts';
import {
  birthdayForm,
  type Compared,
  emailForm,
  mobileForm,
  nameForm,
  placeForm,
  SLOTS,
  slotTexts,
} from '../../schemas/compared.ts';

const EMPTY: Compared = { name: [], birthday: [], mobile: [], email: [], place: [], address: [] };
const turn = async (): Promise<void> => undefined;

async function matcherOf(all: readonly Compared[]): Promise<Matcher> {
  const matcher = makeMatcher(RETAIL_FIELDS, SLOTS.length);
  for (const one of all) matcher.add(slotTexts(one), [1]);
  await matcher.ready(turn);
  matcher.block(
    1,
    all.map((_, at) => at),
  );
  return matcher;
}

/** The levels at which two stand to each other, by field. */
async function levels(one: Partial<Compared>, other: Partial<Compared>): Promise<Record<string, string>> {
  const matcher = await matcherOf([
    { ...EMPTY, ...one },
    { ...EMPTY, ...other },
  ]);
  matcher.finish();
  const [pair] = matcher.suggested(0);
  return Object.fromEntries(matcher.explain(pair?.pattern ?? 0).map(({ field, level }) => [field, level]));
}

const names = (one: string, other: string) => levels({ name: [nameForm(one)] }, { name: [nameForm(other)] });

describe('names', () => {
  it.each([
    ['陈思远', '陳思遠', 'same', 'same'],
    ['陈思远', 'Siyuan Chen', 'same_sound', 'same_sound'],
    ['陈思远', 'CHEN SIYUAN', 'same_sound', 'same_sound'],
    ['陈思远', '陈思源', 'same', 'same_sound'],
    ['欧阳修远', 'Xiuyuan Ouyang', 'same_sound', 'same_sound'],
    ['欧阳修远', '欧文', 'different', 'different'],
    ['单雄信', '善雄信', 'same_sound', 'same'],
    ['陈先生', '陈思远', 'same', undefined],
    ['王伟', '王芳', 'same', 'different'],
    ['张伟', '李伟', 'different', 'same'],
    ['Robert Allen', 'Allen Robert', 'same', 'same'],
    ['Robert Allen', 'Robert Allan', 'near', 'same'],
    ['James Dixon', 'Isaac James', 'different', 'different'],
  ])('%s and %s', async (one, other, surname, given_name) => {
    expect(await names(one, other)).toEqual(
      Object.fromEntries(Object.entries({ surname, given_name }).filter(([, level]) => level !== undefined)),
    );
  });

  it.each(['', '散客', '微信用户', '陈**', '会员8888'])('say nothing: %o', async (name) => {
    expect(await names(name, '陈思远')).toEqual({});
  });
});

describe('other fields', () => {
  const one = (slot: keyof Compared, a: string[], b: string[]) => levels({ [slot]: a }, { [slot]: b });
  it.each([
    ['1990-05-12', '1990-05-12', 'same'],
    ['1990-05-12', '1990-12-05', 'one_digit_off'],
    ['1990-05-12', '1990-05-13', 'one_digit_off'],
    ['1990-05-12', '1990-05-21', 'one_digit_off'],
    ['1990-05-12', '1990-05-30', 'two_parts_same'],
    ['1990-05-12', '--05-12', 'two_parts_same'],
    ['1990-05-28', '1990-06-17', 'within_a_month'],
    ['1990-05-12', '1971-11-30', 'different'],
  ])('birthdays %s and %s', async (a, b, birthday) => {
    expect(await one('birthday', [birthdayForm(a)], [birthdayForm(b)])).toEqual({ birthday });
  });

  it.each([
    [['+8613900001234'], ['13900001234'], 'same'],
    [['+8613900001234'], ['+8613900001243'], 'one_digit_off'],
    [['+8613900001234'], ['+8618877771234'], 'same_end'],
    [['+8613900001234'], ['+8618877775678'], 'different'],
    [['+8618877775678', '+8613900001234'], ['+8613900001234', '+8613011112222'], 'same'],
  ])('numbers %o and %o', async (a, b, mobile) => {
    expect(await one('mobile', a.map(mobileForm), b.map(mobileForm))).toEqual({ mobile });
  });

  it.each([
    ['lotus.pond@example.cn', 'Lotus.Pond@example.cn', { email: 'same' }],
    ['lotus.pond@example.cn', 'lotus.pnod@example.cn', { email: 'near' }],
    ['lotus.pond@example.cn', 'lotus.pond@mail.example', { email: 'same_local_part' }],
    ['f.s@example.cn', 'f.t@example.cn', { email: 'near' }],
    ['lotus.pond@example.cn', 'silver.lake@example.cn', { email: 'different' }],
  ])('mails %s and %s', async (a, b, expected) => {
    expect(await one('email', [emailForm(a)], [emailForm(b)])).toEqual(expected);
  });

  it('a mail made of the name says no more than the name, unless it is the same', async () => {
    const form = (mail: string): string => emailForm(mail, [nameForm('王洋')]);
    expect(await one('email', [form('wangyang83@qq.com')], [form('wangyang83@163.com')])).toEqual({});
    expect(await one('email', [form('wangyang83@qq.com')], [form('wangyang83@qq.com')])).toEqual({ email: 'same' });
  });

  it.each([
    [['北京市'], ['北京'], 'same'],
    [['北京市', '朝阳区'], ['北京', '朝阳'], 'same_district'],
    [['北京市', '朝阳区'], ['上海市', '朝阳区'], 'different'],
  ])('places %o and %o', async ([a = '', b], [c = '', d], city) => {
    expect(await one('place', [placeForm(a, b)], [placeForm(c, d)])).toEqual({ city });
  });

  it('takes what is in a value for nothing but text', async () => {
    const name = nameForm('陈\u001f思\t远\n');
    expect(name.split('\t')).toHaveLength(4);
    expect(slotTexts({ ...EMPTY, name: [name], email: [emailForm('a\nb@example.cn')] }).join('')).not.toContain('\n');
  });
});

describe('weights', () => {
  const compared = (records: number, seed: number) => {
    const people = makePeople({ records, seed, sharing: 0 });
    const all = people.map((one): Compared => {
      const name = nameForm(one.name);
      return {
        ...EMPTY,
        name: [name],
        birthday: [birthdayForm(one.birthday)],
        mobile: [mobileForm(one.mobile)],
        email: [emailForm(one.email, [name])],
        place: [placeForm(one.city)],
      };
    });
    return { all, truth: people.map(({ person }) => person) };
  };

  it('are learned without labels, and are right', async () => {
    const { all, truth } = compared(1_500, 3);
    const matcher = await matcherOf(all);
    const model = matcher.finish();
    for (const [at, { kind }] of RETAIL_FIELDS.entries()) {
      expect(model.m[at]).toHaveLength(LEVELS[kind].length);
      expect(model.m[at]?.every((share) => share > 0 && share <= 1)).toBe(true);
    }
    expect(clustered(truth, matcher.suggested(0.9)).precision).toBeGreaterThan(0.97);
    expect(clustered(truth, matcher.suggested(0.9)).f1).toBeGreaterThan(0.9);
  });

  it('are the same for the same records', async () => {
    const { all } = compared(400, 4);
    const [one, other] = [await matcherOf(all), await matcherOf(all)];
    expect(one.finish()).toEqual(other.finish());
    expect(one.suggested(0.1)).toEqual(other.suggested(0.1));
  });

  it('a rare name counts for more than a common one', async () => {
    const common = Array.from({ length: 60 }, (_, at) => ({
      name: '张伟',
      birthday: `19${50 + (at % 40)}-03-0${1 + (at % 9)}`,
    }));
    const some = [...common, { name: '欧阳慕白', birthday: '1990-05-12' }, { name: '欧阳慕白', birthday: '' }];
    const matcher = await matcherOf(
      some.map(({ name, birthday }) => ({ ...EMPTY, name: [nameForm(name)], birthday: [birthdayForm(birthday)] })),
    );
    matcher.finish();
    const weight = (a: number, b: number): number =>
      matcher
        .explain(matcher.suggested(0).find((pair) => pair.a === a && pair.b === b)?.pattern ?? 0)
        .filter(({ field }) => field === 'surname' || field === 'given_name')
        .reduce((sum, { weight: one }) => sum + one, 0);
    expect(weight(60, 61)).toBeGreaterThan(weight(0, 1) + 5);
  });

  it('compares each pair once, in the first block both are in that was not left out', async () => {
    const matcher = makeMatcher(RETAIL_FIELDS, SLOTS.length);
    const texts = slotTexts({ ...EMPTY, name: [nameForm('陈思远')] });
    for (const keys of [
      [1, 2, 3],
      [1, 2, 3],
      [2, 3],
    ])
      matcher.add(texts, keys);
    await matcher.ready(turn);
    matcher.skip(1);
    matcher.block(2, [0, 1, 2]);
    matcher.block(3, [2, 1, 0]);
    expect(matcher.compared()).toBe(3);
  });
});
