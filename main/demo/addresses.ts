import { CHEN } from './cast.ts';
import { type Paint, table } from './text.ts';

/** Others to look up by mobile. */
const OTHERS = [
  ['18600005678', '欧阳雨晴：繁体名、被表格截断的号码', 'her name in two scripts, a number that a spreadsheet cut'],
  ['17700002468', '赵敏与周杰：两张卡登记的号码', 'a number that two cards bear'],
  ['13700004321', '王建国与刘芳：一家人的号码', 'a family number; its first holder answers'],
];

/** Where to look next, with a key that works. The commands are whole lines, to be pasted as they are. */
export function addresses(base: string, key: string, id: string, paint: Paint): string[] {
  const curl = (path: string): string => `curl -s -H 'Authorization: Bearer ${key}' '${base}${path}'`;
  const customer = `/v1/customers?kind=mobile&value=${CHEN.mobile}`;
  return [
    ...table([
      ['接口文档 API docs', `${base}/docs`],
      ['OpenAPI', `${base}/openapi.json`],
      ['管理密钥 admin key', key],
    ]),
    '',
    `  ${paint.faint('按手机号查顾客 the customer by mobile')}`,
    `  ${curl(customer)}`,
    `  ${paint.faint('他的时间线 his timeline')}`,
    `  ${curl(`/v1/customers/${id}/events?limit=5`)}`,
    `  ${paint.faint('为什么这个微博账号是他 why this Weibo account is his')}`,
    `  ${curl(`/v1/customers/${id}/explain?with=weibo_uid::${CHEN.weibo}`)}`,
    '',
    ...table(OTHERS.map((cells) => cells.map((cell, at) => (at === 0 ? cell : paint.faint(cell))))),
  ];
}
