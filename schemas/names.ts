import { Converter } from 'opencc-js/t2cn';
import { pinyin } from 'pinyin-pro';

/**
 * What a name can say about identity. It never joins anybody; two names may agree, contradict each other, or say
 * nothing. Compared in simplified characters (traditional forms are folded, never the other way round: FORMATS §7) and
 * in pinyin.
 */
export type NameRelation = 'agree' | 'contradict' | 'neutral';

const toSimplified = Converter({ from: 't', to: 'cn' });
const STAND_INS = new Set(
  [
    ...['散客', '顾客', '会员', '客户', '用户', '先生', '女士', '小姐', '太太', '匿名', '匿名用户', '测试', '微信用户'],
    ...[
      '新用户',
      '游客',
      '无',
      '未知',
      '不详',
      '门店前台',
      '前台',
      '收银员',
      '亲',
      '买家',
      '收货人',
      '本人',
      '普通会员',
      '零售客户',
    ],
    ...[
      'guest',
      'null',
      'undefined',
      'none',
      'nil',
      'n/a',
      'na',
      'unknown',
      'anonymous',
      'test',
      'customer',
      'user',
      'name',
    ],
    ...['[objectobject]', 'nan', '-', '--', '.', '0'],
  ].map((name) => name.toLowerCase()),
);
const COMPOUND = new Set([
  ...'欧阳 司马 上官 诸葛 皇甫 尉迟 慕容 司徒 令狐 夏侯 长孙 万俟 东方 南宫 公孙 西门 宇文 端木 独孤 澹台 申屠 太史'.split(
    ' ',
  ),
  ...'轩辕 拓跋 呼延 闻人 公冶 濮阳 淳于 单于 钟离 闾丘 司空 鲜于 赫连'.split(' '),
]);
export const TITLE = /(先生|女士|小姐|太太|老师|夫人|师傅|阿姨|大姐|大哥|经理|老板|同学|总)$/;
const HAN = /^\p{Script=Han}+$/u;
export const LATIN = /^[\p{Script=Latin} .,'’-]+$/u;
const INITIAL = '(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?';
const FINAL =
  'iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|a|e|i|o|u|v';
export const SYLLABLES = new RegExp(`^(?:${INITIAL}(?:${FINAL}))+$`);
/** A letter x masks only beside Chinese characters or alone: Foxx and Maxx are names. */
const MASKED = /[*＊×●○]|(?<!\p{Script=Latin})[xX]{2,}(?!\p{Script=Latin})/u;
/** Platform ciphertexts: Youzan `$…$1$`, Doudian `#…#`, PDD `~…~`; no person is called so. */
const CIPHERTEXT = /^[$#~].+[$#~]$/;

/** Width and case folded, blanks and `·` dropped, in simplified characters. */
export function plainName(name: string): string {
  const folded = name.normalize('NFKC').trim();
  if (LATIN.test(folded)) return folded.toLowerCase().replace(/\s+/g, ' ');
  return toSimplified(folded.replace(/[\s·•・.]/g, '')).toLowerCase();
}

/** Empty, masked, encrypted or a stand-in for "somebody": no claim at all. */
export function isStandIn(name: string): boolean {
  const folded = name.normalize('NFKC').trim();
  if (folded === '' || MASKED.test(folded) || CIPHERTEXT.test(folded) || /^\d+$/.test(folded)) return true;
  // Shops number their nobodies: 会员8888, 微信用户3.
  return STAND_INS.has(plainName(folded).replace(/ |\d+$/g, ''));
}

/** Surname and given name of a Chinese name in simplified characters; null for any other name. */
export function splitName(name: string): { surname: string; given: string } | null {
  if (/[·•・]/.test(name)) return null;
  const plain = plainName(name);
  if (!HAN.test(plain)) return null;
  const size = COMPOUND.has(plain.slice(0, 2)) ? 2 : 1;
  return { surname: plain.slice(0, size), given: plain.slice(size) };
}

/** Pinyin syllables without tones, ü as v, the first character read as a surname. */
export function namePinyin(name: string): string[] {
  return pinyin(plainName(name), { toneType: 'none', type: 'array', v: true, surname: 'head', nonZh: 'consecutive' });
}

/** True for a part of a name: a surname with a title, a bare surname, a single character. */
export function isPartName(name: string): boolean {
  const plain = plainName(name);
  if (TITLE.test(plain)) return true;
  return HAN.test(plain) && (plain.length === 1 || COMPOUND.has(plain));
}

type Form = {
  standIn: boolean;
  plain: string;
  bare: string;
  han: boolean;
  latin: boolean;
  part: boolean;
  syllables: string[];
};
const forms = new Map<string, Form>();
const MAX_FORMS = 50_000;

/** Forms are asked for again and again while a component is clustered; converting costs far more than keeping. */
function formOf(name: string): Form {
  const known = forms.get(name);
  if (known) return known;
  const plain = plainName(name);
  const bare = plain.replace(TITLE, '');
  const han = HAN.test(bare);
  const form: Form = {
    standIn: isStandIn(name),
    plain,
    bare,
    han,
    latin: LATIN.test(plain),
    part: isPartName(name),
    syllables: han ? namePinyin(bare) : [],
  };
  if (forms.size >= MAX_FORMS) forms.clear();
  forms.set(name, form);
  return form;
}

/** As `isPartName`, of names that are asked for again and again. */
export const isPart = (name: string): boolean => formOf(name).part;

/** Whether two names speak of one person. Stand-ins, parts, other scripts of the same name contradict nothing. */
export function nameRelation(one: string, other: string): NameRelation {
  const a = formOf(one);
  const b = formOf(other);
  if (a.standIn || b.standIn) return 'neutral';
  if (a.plain === b.plain) return 'agree';
  if (a.han && b.han) return hanRelation(a, b);
  if (a.latin && b.latin) return latinRelation(a, b);
  if (a.han && b.latin) return crossRelation(a, b);
  if (b.han && a.latin) return crossRelation(b, a);
  return a.plain.includes(b.plain) || b.plain.includes(a.plain) ? 'agree' : 'neutral';
}

function hanRelation(a: Form, b: Form): NameRelation {
  if (a.part || b.part) {
    const [part, whole] = a.part ? [a, b] : [b, a];
    return whole.bare.startsWith(part.bare) || part.bare.startsWith(whole.bare) ? 'neutral' : 'contradict';
  }
  const [short, long] = a.bare.length <= b.bare.length ? [a.bare, b.bare] : [b.bare, a.bare];
  if (long.endsWith(short)) return 'agree';
  if (long.includes(short)) return 'neutral';
  // Homophones are how a name sounds at a till: not the same, yet not clearly another.
  return a.syllables.join(' ') === b.syllables.join(' ') ? 'neutral' : 'contradict';
}

const isInitialOf = (initial: string, word: string): boolean =>
  initial === word || (initial.length === 1 && word.startsWith(initial));

function latinRelation(a: Form, b: Form): NameRelation {
  const words = (form: Form): string[] => form.plain.split(/[ .,'’-]+/).filter(Boolean);
  const [left, right] = [words(a), words(b)];
  if ([...left].sort().join('') === [...right].sort().join('') || left.join('') === right.join('')) return 'agree';
  const [few, many] = left.length <= right.length ? [left, right] : [right, left];
  return few.length < 2 || fits(few, many) ? 'neutral' : 'contradict';
}

/** Whether each word has one of its own on the other side that it is, or else is the initial of. */
function fits(few: readonly string[], many: readonly string[]): boolean {
  const free = [...many];
  const alone = (same: (word: string, other: string) => boolean) => (word: string) => {
    const at = free.findIndex((other) => same(word, other));
    if (at >= 0) free.splice(at, 1);
    return at < 0;
  };
  const initial = (word: string, other: string): boolean => isInitialOf(word, other) || isInitialOf(other, word);
  return few.filter(alone((word, other) => word === other)).every((word) => !alone(initial)(word));
}

/** A Chinese name against a Latin one: `Siyuan Chen` and `Chen Siyuan` are 陈思远; `Tom` contradicts nobody. */
function crossRelation(han: Form, latin: Form): NameRelation {
  const words = latin.plain.split(/[ .,'’-]+/).filter(Boolean);
  const whole = han.syllables.join('');
  const surname = COMPOUND.has(han.bare.slice(0, 2)) ? han.syllables.slice(0, 2) : han.syllables.slice(0, 1);
  const given = han.syllables.slice(surname.length).join('');
  const joined = words.join('');
  if (joined === whole || joined === given + surname.join('')) return 'agree';
  if (joined === given || joined === surname.join('')) return 'neutral';
  const romanised = words.length >= 2 && words.every((word) => SYLLABLES.test(word));
  return romanised && !words.includes(surname.join('')) ? 'contradict' : 'neutral';
}
