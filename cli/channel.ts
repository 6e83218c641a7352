import { access, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { newChannel } from './channel-new.ts';
import { type Call, CallError, type Command, type Deps, option, type Payload, UsageError } from './deps.ts';
import { languageOf } from './help.ts';
import { columns } from './place.ts';
import { readJson } from './server.ts';
import { settingsOf } from './source.ts';

const texts = z.record(z.string(), z.string());
/** Queries of samples stand in a file of their own under `query`, beside what they were made from. */
const textsFile = z.union([texts, z.looseObject({ query: texts }).transform(({ query }) => query)]);
const SETTING = /^[A-Za-z_]\w*:?=/;

async function textsOf(path: string): Promise<Record<string, string>> {
  const content = await readFile(path, 'utf8').catch(() => {
    throw new CallError(`${path} cannot be read`);
  });
  const read = textsFile.safeParse(readJson(content));
  if (!read.success) throw new UsageError(`${path} is no JSON object of texts`);
  return read.data;
}

const lowerCase = (record: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]));

/** `order.body.json` has its headers in `order.headers.json` and its query in `order.query.json`, where they exist. */
async function beside(file: string, what: string): Promise<Record<string, string>> {
  const path = `${file.replace(/(\.body)?\.\w+$/, '')}.${what}.json`;
  const there = await access(path).then(
    () => true,
    () => false,
  );
  return there && path !== file ? textsOf(path) : {};
}

async function payload(file: string, call: Call): Promise<Payload> {
  const body = await readFile(file).catch(() => {
    throw new CallError(`${file} cannot be read`);
  });
  const headers = option(call, 'headers');
  const query = option(call, 'query');
  return {
    ...{ file, body },
    headers: lowerCase(headers === undefined ? await beside(file, 'headers') : await textsOf(headers)),
    query: query === undefined ? await beside(file, 'query') : await textsOf(query),
  };
}

/** `--meta name=value`, as often as one likes; null where the payloads come by the door. */
function metaOf(call: Call): Record<string, string> | null {
  const given = z.array(z.string()).catch([]).parse(call.values.meta);
  if (call.values.item !== true) {
    if (given.length > 0) throw new UsageError('--meta goes with --item');
    return null;
  }
  const pairs = given.map((text): [string, string] => {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`${JSON.stringify(text)} is no meta: write name=value`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}

async function tryPayloads(call: Call, deps: Deps): Promise<number> {
  const [, channel, ...rest] = call.rest;
  const known = deps.channels.list().map(({ name }) => name);
  if (channel === undefined) throw new UsageError('name the channel and the files to try');
  if (!known.includes(channel)) throw new UsageError(`there is no channel ${channel}: ${known.join(', ')}`);
  const files = rest.filter((text) => !SETTING.test(text));
  if (files.length === 0) throw new UsageError('name the files to try');
  const settings = await settingsOf(
    call,
    rest.filter((text) => SETTING.test(text)),
  );
  const meta = metaOf(call);
  const payloads = [];
  for (const file of files) payloads.push(await payload(file, call));
  return deps.channels.try({
    ...{ channel, payloads, meta, settings: Object.fromEntries(settings), kind: option(call, 'kind') ?? null },
    clear: call.values.clear === true,
    language: languageOf(call.values.lang, deps.env),
  });
}

function list(call: Call, deps: Deps): number {
  if (call.rest.length > 1) throw new UsageError('list takes no argument');
  const language = languageOf(call.values.lang, deps.env);
  const rows = deps.channels.list().map(({ name, title, takes }) => [name, takes.join(', '), title[language]]);
  for (const line of columns(rows)) deps.out(line);
  return 0;
}

export const channelCommand: Command = {
  name: 'channel',
  forms: [
    'list',
    'new <name> [--title "NAME / NAME IN ENGLISH"]',
    'try <name> <file>… [setting=value…] [--headers FILE] [--query FILE] [--clear]',
    'try <name> <file>… --item [--meta name=value]…',
  ],
  zh: '列出渠道；按模板新建一个连接器；逐步展示一个报文会变成什么（不写入任何数据）',
  en: 'lists the channels; makes a new connector; shows step by step what a payload becomes, keeping nothing',
  options: {
    title: { type: 'string', takes: 'TEXT', zh: '新渠道的名称', en: 'what people call the new channel' },
    headers: {
      type: 'string',
      takes: 'FILE',
      zh: '请求头 JSON（默认取同名 .headers.json）',
      en: 'request headers as JSON',
    },
    query: { type: 'string', takes: 'FILE', zh: '查询参数 JSON（默认取同名 .query.json）', en: 'query as JSON' },
    settings: { type: 'string', takes: 'FILE', zh: '读取 JSON 设置文件', en: 'reads settings from a JSON file' },
    item: {
      type: 'boolean',
      zh: '文件是单条报文：不过门，不验签',
      en: 'the file is the body of one item: no signature',
    },
    meta: {
      type: 'string',
      multiple: true,
      takes: 'NAME=VALUE',
      zh: '单条报文的附带信息',
      en: 'what stands beside an item',
    },
    kind: {
      type: 'string',
      takes: 'KIND',
      zh: '作为导入文件来读，内容类别',
      en: 'reads a file to import, of this kind',
    },
    clear: { type: 'boolean', zh: '明文显示个人信息', en: 'shows personal values as they are' },
  },
  run: async (call, deps) => {
    const [what] = call.rest;
    if (what === 'list') return list(call, deps);
    if (what === 'new') return newChannel(call, deps, languageOf(call.values.lang, deps.env));
    if (what === 'try') return tryPayloads(call, deps);
    throw new UsageError('say list, new or try');
  },
};
