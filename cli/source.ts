import { readFile } from 'node:fs/promises';
import { sourceList, sourceView } from '../schemas/wire/ingest.ts';
import { type Call, CallError, type Command, type Deps, option, UsageError } from './deps.ts';
import { columns, place } from './place.ts';
import { answer, readJson, server, URL_OPTION } from './server.ts';

type Settings = Map<string, unknown>;

async function contentOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => {
    throw new CallError(`${path} cannot be read`);
  });
}

/** Refuses numbers that JSON.parse has changed already: 64-bit ids belong in quotes. */
function exact(value: unknown, path: string): void {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new UsageError(`${path} is a number too great to be exact: put it in quotes`);
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) exact(part, `${path}.${name}`);
}

function parsed(text: string, path: string): unknown {
  const value = readJson(text);
  if (value === undefined) throw new UsageError(`${path} is not JSON`);
  exact(value, path);
  return value;
}

/** One of `name=text`, `name=@file` (its text, without the final line end) and `name:=json`. */
async function setting(text: string): Promise<[string, unknown]> {
  const [, name, sign, value = ''] = /^([^=:]+)(:?=)([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined) throw new UsageError(`${JSON.stringify(text)} is no setting: write name=value`);
  if (sign === ':=') return [name, parsed(value, name)];
  return [name, value.startsWith('@') ? (await contentOf(value.slice(1))).replace(/\r?\n$/, '') : value];
}

/** Settings of the file that `--settings` names, then those of the texts. Throws UsageError, CallError. */
export async function settingsOf(call: Call, texts: readonly string[]): Promise<Settings> {
  const settings: Settings = new Map();
  const file = option(call, 'settings');
  if (file !== undefined) {
    const value = parsed(await contentOf(file), file);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new UsageError(`${file} holds no JSON object`);
    }
    for (const [name, part] of Object.entries(value)) settings.set(name, part);
  }
  for (const text of texts) settings.set(...(await setting(text)));
  return settings;
}

async function put(call: Call, deps: Deps): Promise<number> {
  const { channel, source } = place(call.rest[1]);
  const settings = Object.fromEntries(await settingsOf(call, call.rest.slice(2)));
  const title = option(call, 'title');
  const response = await server(call, deps)(`/v1/sources/${channel}/${source}`, {
    method: 'PUT',
    type: 'application/json',
    body: JSON.stringify({ ...(title !== undefined && { title }), settings }),
  });
  const view = await answer(response, sourceView);
  deps.out(`${view.channel}/${view.source} is set: ${JSON.stringify(view.settings)}`);
  return 0;
}

async function list(call: Call, deps: Deps): Promise<number> {
  const { items } = await answer(await server(call, deps)('/v1/sources', { query: { limit: '1000' } }), sourceList);
  const rows = items.map((item) => [
    `${item.channel}/${item.source}`,
    item.title ?? '',
    Object.keys(item.settings).join(' '),
  ]);
  for (const line of columns(rows)) deps.out(line);
  if (rows.length === 0) deps.err('no source is configured');
  return 0;
}

export const sourceCommand: Command = {
  name: 'source',
  forms: ['list', 'put <channel>/<source> [name=value | name=@file | name:=json]…'],
  zh: '列出或设置来源；put 会整体替换设置，密钥写成 *** 则保持不变',
  en: 'lists sources or sets one; put replaces the settings whole, a secret given as *** stays as it is',
  options: {
    settings: { type: 'string', takes: 'FILE', zh: '读取 JSON 设置文件', en: 'reads settings from a JSON file' },
    title: { type: 'string', takes: 'TEXT', zh: '来源的名称', en: 'what people call the source' },
    ...URL_OPTION,
  },
  run: async (call, deps) => {
    if (call.rest[0] === 'list') return list(call, deps);
    if (call.rest[0] === 'put') return put(call, deps);
    throw new UsageError('say list or put');
  },
};
