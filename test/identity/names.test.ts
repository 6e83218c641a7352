import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isPartName, isStandIn, namePinyin, nameRelation, plainName, splitName } from '../../schemas/names.ts';

const row = z.object({
  raw: z.string(),
  simplified: z.string(),
  surname: z.string(),
  given: z.string(),
  pinyin: z.string(),
});
const fixture = readFileSync(new URL('../fixtures/names.json', import.meta.url), 'utf8');
const { rows } = z.object({ rows: z.array(row) }).parse(JSON.parse(fixture));
/** Uyghur, Kazakh and Tibetan names have no Chinese surname: they are not split. */
const split = rows.filter(({ raw }) => !raw.includes('·'));

describe('the sample names', () => {
  it.each(rows.map(({ raw, simplified }) => [raw, simplified]))(
    '%s is %s in simplified characters',
    (raw, simplified) => {
      expect(plainName(raw)).toBe(simplified);
    },
  );

  it.each(split.map(({ raw, surname, given }) => [raw, surname, given]))('%s is %s %s', (raw, surname, given) => {
    expect(splitName(raw)).toEqual({ surname, given });
  });

  it.each(rows.map(({ raw, pinyin }) => [raw, pinyin]))('%s reads %s', (raw, pinyin) => {
    expect(namePinyin(raw).join(' ')).toBe(pinyin);
  });

  it.each(split.map(({ raw, surname, pinyin }) => [raw, surname.length, pinyin] as const))(
    '%s is no other than its own pinyin, in either order',
    (raw, size, pinyin) => {
      const syllables = pinyin.split(' ');
      const [surname, given] = [syllables.slice(0, size).join(''), syllables.slice(size).join('')];
      expect(nameRelation(raw, pinyin)).toBe('agree');
      expect(nameRelation(raw, `${given} ${surname}`)).toBe('agree');
      expect(nameRelation(raw, `${surname} ${given}`)).toBe('agree');
    },
  );

  it('contradict each other just where they are other people', () => {
    for (const one of rows) {
      for (const other of rows) {
        const same = one.simplified === other.simplified;
        expect([one.raw, other.raw, nameRelation(one.raw, other.raw)]).toEqual([
          one.raw,
          other.raw,
          same ? 'agree' : 'contradict',
        ]);
      }
    }
  });
});

const RELATIONS: [string, string, 'agree' | 'contradict' | 'neutral'][] = [
  ['陈思远', '陳思遠', 'agree'],
  ['陈思远', '陈 思 远', 'agree'],
  ['陈思远', '思远', 'agree'],
  ['陈思远', 'Siyuan Chen', 'agree'],
  ['陈思远', 'CHEN Siyuan', 'agree'],
  ['欧阳雨晴', 'Yuqing Ouyang', 'agree'],
  ['阿卜杜拉·买买提', '阿卜杜拉•买买提', 'agree'],
  ['Siyuan Chen', 'Chen, Siyuan', 'agree'],
  ['陈思远', '陈先生', 'neutral'],
  ['陈思远', '陈', 'neutral'],
  ['陈思远', 'Siyuan', 'neutral'],
  ['陈思远', 'Tom', 'neutral'],
  ['欧阳雨晴', '欧阳女士', 'neutral'],
  ['张伟', '章威', 'neutral'],
  ['Tom Miller', 'T. Miller', 'neutral'],
  ['Miller Tom', 'T. Miller', 'neutral'],
  ['Li Li', 'Li Yu', 'contradict'],
  ['Li Yu', 'Li Li', 'contradict'],
  ['J. J. Abrams', 'John James Abrams', 'neutral'],
  ['王建国', '刘芳', 'contradict'],
  ['赵敏', '周杰', 'contradict'],
  ['陈思远', '李先生', 'contradict'],
  ['陈思远', 'Wang Wei', 'contradict'],
  ['Tom Miller', 'Anna Schmidt', 'contradict'],
];

describe('two names', () => {
  it.each(RELATIONS)('%s and %s: %s', (one, other, relation) => {
    expect(nameRelation(one, other)).toBe(relation);
  });

  it('say the same in either order, whatever they are', () => {
    const odd = [
      '',
      '　',
      '陈**',
      '陈XX',
      'null',
      '门店前台',
      '先生',
      '老师',
      '🙂',
      '陈🙂',
      'Ёлка',
      'x',
      '·',
      'A B C',
      'T.',
      '__proto__',
    ];
    const said = RELATIONS.map(([one]) => one).concat(RELATIONS.map(([, other]) => other));
    const names = [...new Set([...said, ...odd, ...rows.map(({ raw }) => raw)])];
    for (const one of names) {
      for (const other of names) {
        expect([one, other, nameRelation(one, other)]).toEqual([one, other, nameRelation(other, one)]);
      }
    }
  });
});

describe('a stand-in says nothing', () => {
  const nobody = [
    '散客',
    '顾客',
    '会员',
    '先生',
    '女士',
    '匿名',
    '测试',
    '微信用户',
    'null',
    'guest',
    '[object Object]',
    'N/A',
    '',
    ' ',
  ];
  const masked = [
    '陈**',
    '陈*远',
    '＊＊',
    '陈XX',
    'xxx',
    '●●●',
    '13900001234',
    '$aGVsbG8=$1$',
    '#x7#',
    '~AgAAAA~index~1~~',
  ];
  const numbered = ['会员8888', '微信用户3', '顾客001'];

  it.each([...nobody, ...masked, ...numbered])('%s', (name) => {
    expect(isStandIn(name)).toBe(true);
    expect(nameRelation(name, '陈思远')).toBe('neutral');
    expect(nameRelation(name, name)).toBe('neutral');
  });

  it.each(['陈思远', '陈先生', '欧阳', 'Jamie Foxx', 'Maxx Power', '阿卜杜拉·买买提', '思远'])(
    '%s is somebody',
    (name) => {
      expect(isStandIn(name)).toBe(false);
    },
  );
});

describe('a part of a name', () => {
  it.each(['陈先生', '欧阳女士', '陈', '欧阳', '王总'])('%s', (name) => {
    expect(isPartName(name)).toBe(true);
  });

  it.each(['陈思远', '欧阳雨晴', '张伟', 'Siyuan Chen'])('%s is whole', (name) => {
    expect(isPartName(name)).toBe(false);
  });
});
