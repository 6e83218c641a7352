import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { channelName } from '../schemas/event.ts';
import { type Call, CallError, type Deps, option, UsageError } from './deps.ts';

/**
 * A new connector out of the texts in channel-template/: its file, its signer, a sample, a test, and a line in each of
 * two lists. The texts are no TypeScript where they stand: a template is no code of the product.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const TEMPLATES = new URL('./channel-template/', import.meta.url);
const LISTS = [
  { path: 'ingest/channels.ts', from: './channels/', ext: '.ts', behind: '' },
  { path: 'test/ingest/channels/sign.ts', from: './', ext: '.sign.ts', behind: 'Signer' },
];
/** The one list of names in each of them. */
const LIST = /\[(\s*[a-z]\w*(?:,\s*[a-z]\w*)*),?(\s*)\](\.map\(|;\n)/;
/** What stands around the sample; its signature is made by the signer. */
const AROUND = { 'x-sample-time': '1772420400' };
const RESERVED = new Set(
  [
    'await break case catch class const continue debugger default delete do else enum export extends false finally for',
    'function if implements import in instanceof interface let new null package private protected public return static',
    'super switch this throw true try typeof var void while with yield',
  ].flatMap((words) => words.split(' ')),
);

type Text = { path: string; text: string };

/** `wechat-mp` to `wechatMp`; what can be no name in TypeScript gets `channel` before or `Channel` behind it. */
function identifierOf(name: string): string {
  const camel = name.replace(/[-_]+(.?)/g, (_, letter: string) => letter.toUpperCase());
  if (/^\d/.test(camel)) return `channel${camel}`;
  return RESERVED.has(camel) ? `${camel}Channel` : camel;
}

/** `停车场 / Car park` in both languages; one text alone stands for both. Throws UsageError. */
function titlesOf(given: string): { zh: string; en: string } {
  const [zh = '', en = zh, ...more] = given.split(/\s+\/\s+/).map((part) => part.trim());
  const fits = (text: string): boolean => /^[^\p{C}\\]{1,40}$/u.test(text);
  if (more.length === 0 && fits(zh) && fits(en)) return { zh, en };
  throw new UsageError('--title takes up to 40 characters in each language, such as "停车场 / Car park"');
}

const exists = (path: string): Promise<boolean> =>
  access(join(ROOT, path)).then(
    () => true,
    () => false,
  );

const read = (path: string): Promise<string> =>
  readFile(join(ROOT, path), 'utf8').catch(() => {
    throw new CallError(`${path} cannot be read: a connector is made in a checkout of the sources`);
  });

/** The five files of a connector. */
async function filesOf(name: string, entry: string, titles: { zh: string; en: string }): Promise<Text[]> {
  const words: Record<string, string> = { NAME: name, CAMEL: entry, ZH: titles.zh, EN: titles.en };
  const filled = async (template: string): Promise<string> =>
    (await readFile(new URL(`${template}.txt`, TEMPLATES), 'utf8')).replaceAll(/__([A-Z]+)__/g, (mark, word: string) =>
      (words[word] ?? mark).replaceAll("'", '’'),
    );
  const samples = `test/fixtures/channels/${name}`;
  return [
    { path: `ingest/channels/${name}.ts`, text: await filled('connector.ts') },
    { path: `test/ingest/channels/${name}.sign.ts`, text: await filled('sign.ts') },
    { path: `test/ingest/channels/${name}.test.ts`, text: await filled('test.ts') },
    { path: `${samples}/sample.body.json`, text: await filled('sample.body.json') },
    { path: `${samples}/sample.headers.json`, text: `${JSON.stringify(AROUND, null, 2)}\n` },
  ];
}

/** A list with an import and an entry more. Throws CallError where it has a form that is not known here. */
async function listed(list: (typeof LISTS)[number], name: string, entry: string): Promise<Text> {
  const text = await read(list.path);
  const own = `${entry}${list.behind}`;
  if (new RegExp(`\\b${own}\\b`).test(text))
    throw new CallError(`${list.path} has a ${own} already: take another name`);
  const longer = text.replace(LIST, (_, before: string, blank: string, behind: string) => {
    return `[${before}, ${own}${blank}]${behind}`;
  });
  const line = `import { ${own} } from '${list.from}${name}${list.ext}';`;
  const last = [...longer.matchAll(/^(import|\}) .*;$/gm)].at(-1);
  if (longer === text || !last) throw new CallError(`${list.path} has no list of names any more: add the line by hand`);
  const at = last.index + last[0].length;
  return { path: list.path, text: `${longer.slice(0, at)}\n${line}${longer.slice(at)}` };
}

/** Puts the files in form, where the tool for it is installed. */
async function format(paths: readonly string[]): Promise<void> {
  const tool = 'node_modules/.bin/biome';
  if (!(await exists(tool))) return;
  const child = spawn(join(ROOT, tool), ['check', '--write', ...paths], { cwd: ROOT, stdio: 'ignore' });
  await once(child, 'exit');
}

const NEXT = {
  zh: [
    '接下来：',
    '  1. 找出要填的地方：      grep -rn "FILL IN" ingest test/ingest test/fixtures/channels',
    '  2. 边写边试（真实报文）：npm run huaxiang -- channel try NAME FILE --headers HEADERS 设置=值 …',
    '  3. 填完即可通过：        npx vitest run test/ingest/channels',
    '  4. 生成渠道页：          npm run docs',
    '  说明书：docs/guide.md 第 7 章',
  ],
  en: [
    'next:',
    '  1. what there is to fill in:      grep -rn "FILL IN" ingest test/ingest test/fixtures/channels',
    '  2. try payloads while you write:  npm run huaxiang -- channel try NAME FILE --headers HEADERS setting=value …',
    '  3. all filled in, this passes:    npx vitest run test/ingest/channels',
    '  4. the page of the channel:       npm run docs',
    '  the manual: docs/guide.md, chapter 7',
  ],
};

/** `channel new <name>`. Writes nothing where any of its files is there already. Throws UsageError, CallError. */
export async function newChannel(call: Call, deps: Deps, language: 'zh' | 'en'): Promise<number> {
  const name = call.rest[1] ?? '';
  if (call.rest.length !== 2 || !channelName.safeParse(name).success) {
    throw new UsageError('name the channel: lower-case letters, digits, - and _, up to 64, the first no mark');
  }
  const titles = titlesOf(option(call, 'title') ?? name);
  const entry = identifierOf(name);
  if (deps.channels.list().some((known) => known.name === name)) throw new CallError(`the channel ${name} is there`);
  const files = await filesOf(name, entry, titles);
  for (const { path } of files) if (await exists(path)) throw new CallError(`${path} is there: nothing was written`);
  const lists = [];
  for (const list of LISTS) lists.push(await listed(list, name, entry));
  for (const { path, text } of files) {
    await mkdir(dirname(join(ROOT, path)), { recursive: true });
    await writeFile(join(ROOT, path), text, { flag: 'wx' });
  }
  for (const { path, text } of lists) await writeFile(join(ROOT, path), text);
  await format([...files, ...lists].map(({ path }) => path));
  for (const { path } of files) deps.out(`+ ${path}`);
  for (const { path } of lists) deps.out(`~ ${path}`);
  deps.out('');
  for (const line of NEXT[language]) deps.out(line.replaceAll('NAME', name));
  return 0;
}
