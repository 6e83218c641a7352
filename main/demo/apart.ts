import { CHEN, OUYANG } from './cast.ts';
import type { Facts, Untied } from './facts.ts';
import { people } from './nearby.ts';
import { type Paint, titleLine } from './text.ts';

/** What evidence does not join, and why. */
export const apart = ({ apart: his, ouyang }: Facts, paint: Paint): string[] => [
  titleLine(`${CHEN.name}：样例里也是他，但没有证据`, 'his as well, but nothing that came says so', paint),
  ...his.flatMap((one) => untied(one, paint)),
  '',
  titleLine(`${OUYANG.name}：五个账号，四位顾客`, 'five accounts of hers, four customers', paint),
  ...people(ouyang.together, paint),
  ...ouyang.apart.flatMap((one) => untied(one, paint)),
  '',
  titleLine('拼多多：谁也不是', 'Pinduoduo: nobody', paint),
  '      订单不带任何买家标识，收件人是密文：照收（anonymous），不算在任何顾客名下',
  paint.faint('      An order names no buyer, its receiver is ciphertext: it is kept (anonymous) and is no customer’s'),
];

/** The account, what the API answers to why it is not the person, and what that means for this platform. */
const untied = ([{ zh, en, id, why }, { because }]: Untied, paint: Paint): string[] => [
  `    ${paint.odd(id ?? '–')}  ${zh} ${paint.faint(en)}`,
  ...because.map(({ text }) => `      ${text}`),
  ...why.map((text, at) => `      ${at === 0 ? text : paint.faint(text)}`),
];
