import type { Language } from '../../cli/deps.ts';

/** What `channel try` says, in both languages; parts in braces are filled in. */
const WORDS = {
  payload: ['{at}. {file}，{bytes} 字节', '{at}. {file}, {bytes} bytes'],
  refused: ['门：拒收 {code}（{detail}），什么也没有留下', 'door: refused {code} ({detail}), nothing was kept'],
  answered: ['门：应答 {status} {body}，无需保存', 'door: answered {status} {body}, nothing to keep'],
  taken: ['门：验签通过，应答 {status} {body}', 'door: the signature holds, answers {status} {body}'],
  unsigned: ['单条报文：没有经过门，没有验签', 'an item: it came by no door, no signature was checked'],
  file: ['文件：内容 {kind}，编码 {encoding}，表头在第 {line} 行', 'file: {kind}, {encoding}, header in line {line}'],
  unreadable: ['文件：无法读取 {reason}（{detail}）', 'file: cannot be read, {reason} ({detail})'],
  items: ['{count} 条', 'items: {count}'],
  item: ['第 {at} 条{meta}', 'item {at}{meta}'],
  lines: ['第 {lines} 行', 'line {lines}'],
  unknown: ['  字段表里没有的字段：{paths}', '  fields that the table does not list: {paths}'],
  drop: ['  {fate}：{reason}（{detail}）', '  {fate}: {reason} ({detail})'],
  nothing: ['  没有事件：ignored type_not_used', '  no event in it: ignored type_not_used'],
  threw: [
    '  连接器抛出异常，成为死信 connector_failed：{what}',
    '  the connector threw, a dead letter connector_failed: {what}',
  ],
  malformed: [
    '  事件不合格式，成为死信 event_malformed：{what}',
    '  the event does not fit, a dead letter event_malformed: {what}',
  ],
  ask: ['  将向平台询问 {name}{params}{after}', '  will ask the platform {name}{params}{after}'],
  after: ['，{ms} 毫秒之后', ', after {ms} ms'],
  event: ['  事件 {id}  {type}  {time}', '  event {id}  {type}  {time}'],
  identifiers: ['    标识：', '    identifiers:'],
  none: ['    没有标识', '    no identifier'],
  not: ['不作标识：{reason}', 'no key: {reason}'],
  scope: ['作用域 {scope}', 'scope {scope}'],
  traits: ['    特征：{text}', '    traits: {text}'],
  order: ['    订单：{text}', '    order: {text}'],
  consent: ['    授权：{text}', '    consent: {text}'],
  queryable: ['    可查询属性：{text}', '    properties to query by: {text}'],
  sealed: ['    加密属性：{text}', '    encrypted properties: {text}'],
  verdicts: ['认人的结果', 'what identity makes of it'],
  verdict: ['  事件 {id}：{fate}{reason} → {whose}', '  event {id}: {fate}{reason} → {whose}'],
  nobody: ['无人', 'nobody'],
  customer: ['顾客 {at}（{id}）', 'customer {at} ({id})'],
  one: ['顾客 {at}', 'customer {at}'],
  metrics: ['  {events} 个事件，{orders} 单{spend}', '  {events} events, {orders} orders{spend}'],
  ties: [
    '    {value} 与 {with}：{rule}（{strength}，{count} 次）',
    '    {value} with {with}: {rule} ({strength}, {count}×)',
  ],
  conflict: ['没有合并，等人决定：{rule}（{nodes}）', 'held, not merged: {rule} ({nodes})'],
  kept: ['试用的数据目录已删除，什么也没有留下', 'the directory of the trial is removed, nothing was kept'],
  masked: ['个人信息已遮盖，--clear 显示明文', 'personal values are masked, --clear shows them'],
  doorless: ['  这个渠道没有推送：用 --item 试单条报文', '  this channel has no webhook: try single items with --item'],
  hint: [
    '  报文须一个字节不差，密钥须是这个账号的',
    '  the body has to be the very bytes, the secret that of this account',
  ],
} as const;

export type Say = (word: keyof typeof WORDS, parts?: Readonly<Record<string, string | number>>) => string;

/** The words of one language. A part that is not given stays empty. */
export const sayIn =
  (language: Language): Say =>
  (word, parts = {}) =>
    WORDS[word][language === 'zh' ? 0 : 1].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(parts[name] ?? ''));
