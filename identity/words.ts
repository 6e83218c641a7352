import { kindRule } from '../schemas/identifier.ts';

/**
 * Why two are one, or are not, in Chinese and English. Texts name kinds and never values: they may be shown to
 * anybody.
 */
type Words = { zh: string; en: string };

/** The two names of a kind; its table has them as `中文 / English`. */
function nameOf(kind: string): Words {
  const [zh = kind, en = zh] = (kindRule(kind)?.label ?? kind).split(' / ');
  return { zh, en };
}

type Phrase = (a: Words, b: Words) => Words;

const TEXTS = new Map<string, Phrase>([
  ['same_event', (a, b) => ({ zh: `同一事件带有${a.zh}和${b.zh}`, en: `one event bore both ${a.en} and ${b.en}` })],
  ['same_identifier', (a) => ({ zh: `双方的事件带有同一${a.zh}`, en: `events of both bore the same ${a.en}` })],
  ['attached', (a, b) => ({ zh: `${a.zh}随${b.zh}的事件出现`, en: `${a.en} came with events of ${b.en}` })],
  [
    'payment',
    (a, b) => ({
      zh: `${a.zh}付款的单据属于${b.zh}`,
      en: `all that ${a.en} paid for was bought with ${b.en}`,
    }),
  ],
  ['hashed', () => ({ zh: '哈希值与手机号相符', en: 'the hash is that of the number' })],
  ['decided', () => ({ zh: '人工判定为同一人', en: 'a person decided that they are one' })],
  ['kept_apart', () => ({ zh: '人工判定须分开', en: 'a person decided to keep them apart' })],
  [
    'names_differ',
    (a, b) => ({
      zh: `${a.zh}与${b.zh}相连，但姓名明显不同`,
      en: `${a.en} and ${b.en} were told together, but the names clearly differ`,
    }),
  ],
  [
    'one_per_customer',
    (a, b) => ({
      zh: `${a.zh}与${b.zh}相连，但合并后会有两个只能有一个的标识`,
      en: `${a.en} and ${b.en} were told together, but a customer has one value of a kind that would then be two`,
    }),
  ],
  [
    'shared',
    (a) => ({ zh: `${a.zh}由多人共用，不作合并依据`, en: `the ${a.en} is shared by several and joins nobody` }),
  ],
  [
    'hot',
    (a) => ({
      zh: `${a.zh}关联的人过多或使用过于频繁，不作合并依据`,
      en: `the ${a.en} has too many partners or names, or is used too often, and joins nobody`,
    }),
  ],
  [
    'component_too_large',
    (a, b) => ({
      zh: `${a.zh}与${b.zh}相连，但牵连过广，较弱的证据暂不采信`,
      en: `${a.en} and ${b.en} were told together, but too many hang together: weaker evidence waits`,
    }),
  ],
  ['blocked', (a) => ({ zh: `${a.zh}已被停用，不作合并依据`, en: `the ${a.en} was blocked by a person` })],
  ['past', (a) => ({ zh: `${a.zh}已换了使用者`, en: `the ${a.en} has passed to another holder` })],
  ['quarantined', (a) => ({ zh: `${a.zh}疑似误填，未采信`, en: `the ${a.en} was taken for a slip and not believed` })],
  ['evidence', (a) => ({ zh: `${a.zh}只是线索，不作合并依据`, en: `the ${a.en} is evidence only and joins nobody` })],
  ['several', (a) => ({ zh: `${a.zh}指向多位客户`, en: `the ${a.en} points to several customers` })],
  ['no_evidence', () => ({ zh: '没有任何事件把两者联系起来', en: 'no event has brought the two together' })],
]);

/** The text of a rule over kinds of identifiers: `中文 / English`. Rules of a kind are written `rule:kind`. */
export function textOf(rule: string, kinds: readonly string[]): string {
  const [name = rule] = rule.split(':');
  const [a, b] = [nameOf(kinds[0] ?? ''), nameOf(kinds[1] ?? '')];
  const { zh, en } = TEXTS.get(name)?.(a, b) ?? { zh: rule, en: rule };
  return `${zh} / ${en}`;
}
