import { z } from 'zod';
import type { Channel } from '../ingest/channel.ts';
import { CHANNELS } from '../ingest/channels.ts';
import type { FieldTable } from '../ingest/fields.ts';
import { code, table } from './table.ts';

/** docs/channels: a page per channel, made of what its own file says. */
const NOTE = '<!-- Written by `npm run docs` from ingest/channels/: change the connector, not this page. -->';
type Language = 'zh' | 'en';
const FOLDER = 'docs/channels';

const byName = [...CHANNELS.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
/** `有赞 Youzan`; a name that is the same in both languages once. */
const heading = ({ title: { zh, en } }: Channel): string => (zh === en ? zh : `${zh} ${en}`);

const WORDS = {
  zh: {
    language: '中文',
    steps: '接入步骤',
    settings: '设置',
    columns: ['设置', '必填', '密钥', '默认', '含义'],
    yes: '是',
    configure: '把来源写进配置（`main` 是这个来源的名字，可自取；`HUAXIANG_KEY` 是带 `sources:write` 的密钥）：',
    door: '平台的推送地址填这个来源的门：',
    get: '平台用 GET 校验地址、用 POST 推送，都是这一个地址。应答在报文落盘之后；验签不过返回 401，什么也不留下。',
    noDoor: '这个渠道没有推送。',
    pulls: '定时读取',
    pullColumns: ['名称', '内容', '间隔', '调用频率上限'],
    asks: '按需询问平台',
    askColumns: ['名称', '调用频率上限'],
    files: '文件',
    upload: (kinds: string) => `上传文件（kind 取 ${kinds}）：`,
    seconds: ['秒', '次/秒'],
  },
  en: {
    language: 'English',
    steps: 'Steps',
    settings: 'Settings',
    columns: ['setting', 'required', 'secret', 'default', 'meaning'],
    yes: 'yes',
    configure:
      'Configure a source (`main` is its name, yours to choose; `HUAXIANG_KEY` is a key with `sources:write`):',
    door: 'The address for the platform to push to is the door of the source:',
    get: [
      'The platform checks it by GET and pushes by POST. The answer comes once the payload is on disk; what is not',
      'signed with the secret is answered 401 and leaves nothing behind.',
    ].join('\n'),
    noDoor: 'This channel has no webhook.',
    pulls: 'Read regularly',
    pullColumns: ['name', 'what', 'every', 'calls at most'],
    asks: 'Asked of the platform',
    askColumns: ['name', 'calls at most'],
    files: 'Files',
    upload: (kinds: string) => `Upload a file (kind is ${kinds}):`,
    seconds: ['s', 'a second'],
  },
} as const;

/** Names of settings that a source cannot do without, and what stands in for those it can. */
function settingsOf({ settings, help }: Channel): { name: string; required: boolean; otherwise: string }[] {
  const issues = settings.safeParse({}).error?.issues ?? [];
  const missing = new Set(issues.map(({ path }) => String(path[0])));
  const shape: Record<string, z.ZodType> = settings instanceof z.ZodObject ? settings.shape : {};
  return Object.keys(help).map((name) => {
    const value = shape[name]?.safeParse(undefined).data;
    return { name, required: missing.has(name), otherwise: value == null ? '' : JSON.stringify(value) };
  });
}

/** What to send: the settings that are required and the secrets, each with its name as a value to replace. */
function example(channel: Channel, language: Language): string {
  const wanted = settingsOf(channel).filter(({ name, required }) => required || channel.secrets.includes(name));
  const settings = Object.fromEntries(wanted.map(({ name }) => [name, '…']));
  return [
    '```sh',
    'curl -X PUT -H "Authorization: Bearer $HUAXIANG_KEY" -H "Content-Type: application/json" \\',
    `  http://127.0.0.1:8080/v1/sources/${channel.name}/main \\`,
    `  -d '${JSON.stringify({ title: channel.title[language], settings })}'`,
    '```',
  ].join('\n');
}

function doorOf(channel: Channel, language: Language): string[] {
  const words = WORDS[language];
  if (!channel.door) return [words.noDoor];
  return [words.door, `\`https://<host>/v1/channels/${channel.name}/main\``, words.get];
}

function readsOf({ pulls, asks }: Channel, language: Language): string[] {
  const words = WORDS[language];
  const [seconds, calls] = words.seconds;
  const pullRows = pulls.map(({ name, title, everySeconds, callsPerSecond }) => [
    ...[code(name), title[language], `${everySeconds} ${seconds}`, `${callsPerSecond} ${calls}`],
  ]);
  const askRows = Object.entries(asks).map(([name, { callsPerSecond }]) => [code(name), `${callsPerSecond} ${calls}`]);
  return [
    ...(pullRows.length > 0 ? [`### ${words.pulls}`, table(words.pullColumns, pullRows)] : []),
    ...(askRows.length > 0 ? [`### ${words.asks}`, table(words.askColumns, askRows)] : []),
  ];
}

function filesOf({ name, files }: Channel, language: Language): string[] {
  if (!files) return [];
  const words = WORDS[language];
  const kinds = ['auto', ...files.kinds].map(code).join(language === 'zh' ? '、' : ', ');
  return [
    `### ${words.files}`,
    words.upload(kinds),
    `\`\`\`sh\nnpm run huaxiang -- import ${name}/main FILE --kind auto\n\`\`\``,
  ];
}

function section(channel: Channel, language: Language): string[] {
  const words = WORDS[language];
  const rows = settingsOf(channel).map(({ name, required, otherwise }) => [
    ...[code(name), required ? words.yes : '', channel.secrets.includes(name) ? words.yes : ''],
    ...[otherwise === '' ? '' : code(otherwise), channel.help[name]?.[language] ?? ''],
  ]);
  return [
    ...[`## ${words.language}`, channel.about[language], `### ${words.steps}`],
    channel.steps[language].map((step, at) => `${at + 1}. ${step}`).join('\n'),
    ...[`### ${words.settings}`, table(words.columns, rows), words.configure, example(channel, language)],
    ...doorOf(channel, language),
    ...readsOf(channel, language),
    ...filesOf(channel, language),
  ];
}

const fieldRows = (fields: FieldTable): string[][] =>
  Object.entries(fields).map(([path, entry]) => {
    const [type, becomes] = typeof entry === 'string' ? [entry, ''] : entry;
    return [code(path), type.replaceAll('|', ' / '), becomes];
  });

/** What is the same in both languages but for a heading. */
function data(channel: Channel): string[] {
  const tells = channel.tells.map(({ sent, becomes }) => [sent, becomes]);
  const joins = channel.joins.map(({ kind, scope, from, worth }) => [
    code(kind),
    scope || '–',
    from,
    worth.zh,
    worth.en,
  ]);
  return [
    '## 数据 Data',
    '### 发来什么，成为什么 · What is sent, and what it becomes',
    table(['发来 sent', '成为 becomes'], tells),
    ...(joins.length === 0
      ? []
      : [
          '### 凭什么认人 · What it bears of a person',
          table(['标识 kind', '作用域 scope', '出自 from', '价值', 'worth'], joins),
        ]),
    '### 字段 · Fields',
    '没有列出的字段照样保留、计数；类型不符的报文隔离为 `field_type_changed`。',
    [
      'A field that is not listed is kept and counted; a payload with another type in a field is quarantined as',
      '`field_type_changed`.',
    ].join('\n'),
    table(['字段 path', '类型 type', '成为 becomes'], fieldRows(channel.fields)),
  ];
}

function page(channel: Channel): string {
  const parts = [`# ${heading(channel)}`, NOTE, ...section(channel, 'zh'), ...section(channel, 'en'), ...data(channel)];
  return `${parts.join('\n\n')}\n`;
}

function index(): string {
  const comes = ({ door, pulls, asks, files }: Channel): string =>
    [
      ...(door ? ['推送 webhook'] : []),
      ...(pulls.length > 0 ? ['定时读取 pull'] : []),
      ...(Object.keys(asks).length > 0 ? ['询问 ask'] : []),
      ...(files ? ['文件 files'] : []),
    ].join('，');
  const rows = byName.map((channel) => [
    `[${heading(channel)}](${channel.name}.md)`,
    code(channel.name),
    comes(channel),
  ]);
  const kinds = (channel: Channel): string => [...new Set(channel.joins.map(({ kind }) => code(kind)))].join(', ');
  const joins = byName.map((channel) => [`[${heading(channel)}](${channel.name}.md)`, kinds(channel) || '–']);
  const parts = [
    ...['# 渠道 Channels', NOTE],
    '每个渠道一页：接入步骤、设置、地址、字段。新渠道怎么做，见[教程第 7 章](../guide.md#7-adding-a-channel)。',
    [
      'A page per channel: steps, settings, address, fields. How to add one:',
      '[chapter 7 of the guide](../guide.md#7-adding-a-channel).',
    ].join('\n'),
    table(['渠道 channel', '名称 name', '数据怎么来 how data comes'], rows),
    ...['## 认人的标识 · Identifiers', table(['渠道 channel', '标识 kinds'], joins)],
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The pages by their path from the root. */
export const channelPages = (): [string, string][] => [
  [`${FOLDER}/README.md`, index()],
  ...byName.map((channel): [string, string] => [`${FOLDER}/${channel.name}.md`, page(channel)]),
];
