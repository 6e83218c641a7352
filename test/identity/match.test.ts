import { describe, expect, it } from 'vitest';
import { packTexts } from '../../bench/packed.ts';
import { makePeople } from '../../bench/people.ts';
import { clustered } from '../../bench/truth.ts';
import { LEVELS } from '../../identity/match/fields.ts';
import { type Hand, makeHand } from '../../identity/match/hand.ts';
import { type Matches, match } from '../../identity/match/matcher.ts';
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
const go = async (): Promise<void> => undefined;

type Row = { texts: readonly string[]; keys: readonly number[] };
const matchesOf = (rows: readonly Row[], most: number, hands: readonly Hand[] = [makeHand()]): Promise<Matches> =>
  match({ ...packTexts(rows, SLOTS.length), fields: RETAIL_FIELDS }, { most, seed: 1 }, hands, go);

/** All with all. */
const matched = (all: readonly Compared[]): Promise<Matches> =>
  matchesOf(
    all.map((one) => ({ texts: slotTexts(one), keys: [1] })),
    all.length,
  );

/** The levels at which two stand to each other, by field. */
async function levels(one: Partial<Compared>, other: Partial<Compared>): Promise<Record<string, string>> {
  const matches = await matched([
    { ...EMPTY, ...one },
    { ...EMPTY, ...other },
  ]);
  const [pair] = await matches.suggested(0);
  return Object.fromEntries(matches.explain(pair?.pattern ?? 0).map(({ field, level }) => [field, level]));
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
    const { model, suggested } = await matched(all);
    for (const [at, { kind }] of RETAIL_FIELDS.entries()) {
      expect(model.m[at]).toHaveLength(LEVELS[kind].length);
      expect(model.m[at]?.every((share) => share > 0 && share <= 1)).toBe(true);
    }
    const found = await suggested(0.9);
    expect(clustered(truth, found).precision).toBeGreaterThan(0.97);
    expect(clustered(truth, found).f1).toBeGreaterThan(0.9);
  });

  it('are the same for the same records', async () => {
    const { all } = compared(400, 4);
    const [one, other] = [await matched(all), await matched(all)];
    expect(one.model).toEqual(other.model);
    expect(await one.suggested(0.1)).toEqual(await other.suggested(0.1));
  });

  it('a rare name counts for more than a common one', async () => {
    const common = Array.from({ length: 60 }, (_, at) => ({
      name: '张伟',
      birthday: `19${50 + (at % 40)}-03-0${1 + (at % 9)}`,
    }));
    const some = [...common, { name: '欧阳慕白', birthday: '1990-05-12' }, { name: '欧阳慕白', birthday: '' }];
    const { suggested, explain } = await matched(
      some.map(({ name, birthday }) => ({ ...EMPTY, name: [nameForm(name)], birthday: [birthdayForm(birthday)] })),
    );
    const found = await suggested(0);
    const weight = (a: number, b: number): number =>
      explain(found.find((pair) => pair.a === a && pair.b === b)?.pattern ?? 0)
        .filter(({ field }) => field === 'surname' || field === 'given_name')
        .reduce((sum, { weight: one }) => sum + one, 0);
    expect(weight(60, 61)).toBeGreaterThan(weight(0, 1) + 5);
  });

  it('compare each pair once, whatever it shares; those of a block over the bound in a later one', async () => {
    const texts = slotTexts({ ...EMPTY, name: [nameForm('陈思远')] });
    const rows = [[1, 2, 3], [1, 2, 3], [1, 3], [1]].map((keys) => ({ texts, keys }));
    const { compared, leftOut, suggested } = await matchesOf(rows, 3);
    expect({ compared, leftOut }).toEqual({ compared: 3, leftOut: 1 });
    expect((await suggested(0)).map(({ a, b }) => [a, b])).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
  });

  it('are the same whoever does the work', async () => {
    const { all } = compared(600, 5);
    const rows = all.map((one, at) => ({ texts: slotTexts(one), keys: [at % 40, 2 ** 31 + (at % 7)] }));
    const [alone, shared] = [await matchesOf(rows, 100), await matchesOf(rows, 100, [makeHand(), makeHand()])];
    expect(shared.model).toEqual(alone.model);
    expect(shared.compared).toBe(alone.compared);
    expect(await shared.suggested(0)).toEqual(await alone.suggested(0));
  });
});
