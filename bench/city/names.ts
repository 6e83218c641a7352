import type { Dice } from './dice.ts';

/**
 * Names as people write them, and what two of them say of one another, told once more from CONTRACT §3 and FORMATS §7:
 * the bench must not ask the product what the product ought to know.
 */
export type Name = { surname: Sign; given: readonly Sign[]; woman: boolean };
type Sign = readonly [simplified: string, traditional: string, pinyin: string];

/** A name that an event said. `given` is empty for a part such as 陈先生; `words` is set for Latin spellings. */
export type Said = { text: string; surname: string; given: string; sound: string; words: readonly string[] | null };

const signs = (text: string): Sign[] =>
  text.split(' ').map((one) => {
    const [simplified = '', traditional = '', pinyin = ''] = one.split('/');
    return [simplified, traditional, pinyin];
  });
const SURNAMES = signs(
  '陈/陳/chen 李/李/li 张/張/zhang 刘/劉/liu 杨/楊/yang 赵/趙/zhao 黄/黃/huang 周/周/zhou 吴/吳/wu 徐/徐/xu 孙/孫/sun ' +
    '胡/胡/hu 朱/朱/zhu 高/高/gao 林/林/lin 何/何/he 郭/郭/guo 马/馬/ma 罗/羅/luo 郑/鄭/zheng 谢/謝/xie 韩/韓/han',
);
const GIVEN = signs(
  '伟/偉/wei 芳/芳/fang 敏/敏/min 静/靜/jing 丽/麗/li 磊/磊/lei 军/軍/jun 洋/洋/yang 勇/勇/yong 艳/艷/yan 杰/傑/jie ' +
    '涛/濤/tao 明/明/ming 超/超/chao 霞/霞/xia 平/平/ping 刚/剛/gang 桂/桂/gui 英/英/ying 玉/玉/yu 萍/萍/ping 红/紅/hong',
);

export function nameBy(dice: Dice, surname?: Sign): Name {
  const given = dice.chance(0.75) ? [dice.pick(GIVEN), dice.pick(GIVEN)] : [dice.pick(GIVEN)];
  return { surname: surname ?? dice.pick(SURNAMES), given, woman: dice.chance(0.5) };
}

const upper = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const column = (name: Name, at: 0 | 1 | 2): string => name.given.map((sign) => sign[at]).join('');

export type Form = 'full' | 'traditional' | 'western' | 'pinyin' | 'part';

/** A name in one of its forms, with what the form says. */
export function spell(name: Name, form: Form): Said {
  const [surname, traditional, sound] = name.surname;
  const given = column(name, 0);
  const whole = `${sound} ${name.given.map(([, , pinyin]) => pinyin).join(' ')}`;
  if (form === 'part')
    return { text: `${surname}${name.woman ? '女士' : '先生'}`, surname, given: '', sound, words: null };
  if (form === 'full') return { text: `${surname}${given}`, surname, given, sound: whole, words: null };
  if (form === 'traditional')
    return { text: `${traditional}${column(name, 1)}`, surname, given, sound: whole, words: null };
  const words = form === 'western' ? [column(name, 2), sound] : [sound, column(name, 2)];
  return { text: words.map(upper).join(' '), surname, given, sound: whole, words };
}

export type Relation = 'agree' | 'neutral' | 'differ';

/** What two names say: one person's, clearly two persons', or nothing. */
export function relate(a: Said, b: Said): Relation {
  if (a.words && b.words) return relateLatin(a.words, b.words);
  if (a.words) return relateAcross(b, a, a.words);
  if (b.words) return relateAcross(a, b, b.words);
  if (a.surname !== b.surname) return 'differ';
  if (a.given === '' || b.given === '') return 'neutral';
  if (a.given === b.given) return 'agree';
  if (a.given.startsWith(b.given) || b.given.startsWith(a.given)) return 'neutral';
  return a.sound === b.sound ? 'neutral' : 'differ';
}

function relateLatin(a: readonly string[], b: readonly string[]): Relation {
  if ([...a].sort().join() === [...b].sort().join()) return 'agree';
  return a.join('') === b.join('') ? 'agree' : 'differ';
}

function relateAcross(han: Said, latin: Said, words: readonly string[]): Relation {
  const [sound = ''] = han.sound.split(' ');
  if (!words.includes(sound)) return 'differ';
  return han.given !== '' && han.sound.replaceAll(' ', '') === latin.sound.replaceAll(' ', '') ? 'agree' : 'neutral';
}

/** What two lists of names say: one pair that agrees outweighs others that differ. */
export function relateAll(a: readonly Said[], b: readonly Said[]): Relation {
  const found = a.flatMap((one) => b.map((other) => relate(one, other)));
  return found.includes('agree') ? 'agree' : found.includes('differ') ? 'differ' : 'neutral';
}
