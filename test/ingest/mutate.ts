import iconv from 'iconv-lite';
import { tryJson } from '../../ingest/door.ts';
import { isFields } from '../../ingest/pick.ts';
import type { Dice } from '../profiles/population.ts';

/** A body gone wrong in one way or in a few: as a bad line, a careless release or a hostile sender would have it. */
export type Mutant = { body: Buffer; what: string };

const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e21,
    '',
    ' ',
    '-',
    'null',
    '\u0000',
    '\ud800',
    'a\udc00b',
    '1e3',
    '0x10',
    '陈思远',
  ],
  ...[
    '13900001234',
    '138****1234',
    '13900001234-7576',
    '2026-02-30 25:00:00',
    '99999999999999999999',
    '٣٤',
    '1,299.00',
  ],
  ...[[], {}, [[]], [null], [{}], ['x', 'y'], { a: { b: [1] } }, JSON.parse('{"__proto__":{"x":1},"constructor":1}')],
];
const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  '',
  ' ',
  '13900001234',
  'a.b',
  '[]',
  '*',
  '\u0000',
  'x'.repeat(5_000),
];
const LONG_IDS = ['4837328765348566675', '-9223372036854775808', '1'.repeat(400), '1e400', '0.1000000000000000055'];
const XML_TEXTS = [
  ...['', ' ', 'x', '-1', '99999999999999999999', '<a><b>1</b></a>', '<a/><a/>', '<__proto__>1</__proto__>', '&#0;'],
  ...['&#xD800;', '&lol;', ']]>', '<![CDATA[', '<!-- ', '\ud800', '陈思远', '<a '.repeat(100), 'x'.repeat(100_000)],
];
const RAW = /\\{0,8}"@@raw:([^"\\]*)\\{0,8}"/g;
const SAME = /\\{0,8}"@@same:([^"\\]*)\\{0,8}"/g;

/** What a door takes: longer bodies are refused before they are looked at. */
const LIMIT = 1024 * 1024;

type Path = readonly (string | number)[];

/** Texts that hold JSON are gone into like any other part. */
function inner(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return undefined;
  const read = tryJson(value);
  return read.ok ? read.value : undefined;
}

const partsOf = (value: unknown): [string | number, unknown][] =>
  Array.isArray(value) ? [...value.entries()] : isFields(value) ? Object.entries(value) : [];

/** A random place in a value, down to any depth. */
function place(dice: Dice, value: unknown): Path {
  const parts = partsOf(inner(value) ?? value);
  if (parts.length === 0) return [];
  const [step, part] = dice.pick(parts);
  return dice.chance(0.3) ? [step] : [step, ...place(dice, part)];
}

type Edit = (value: unknown) => unknown;
const GONE = Symbol('gone');

function edited(value: unknown, path: Path, edit: Edit): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return edit(value);
  const nested = inner(value);
  if (nested !== undefined) return JSON.stringify(edited(nested, path, edit));
  const parts = partsOf(value)
    .map(([key, part]): [string | number, unknown] => [key, key === step ? edited(part, rest, edit) : part])
    .filter(([, part]) => part !== GONE);
  return Array.isArray(value) ? parts.map(([, part]) => part) : Object.fromEntries(parts);
}

const nest = (value: unknown, levels: number, list: boolean): unknown => {
  let nested = value;
  for (let level = 0; level < levels; level += 1) nested = list ? [nested] : { a: nested };
  return nested;
};

const added = (value: unknown, key: string, part: unknown): unknown =>
  isFields(value) ? Object.fromEntries([...Object.entries(value), [key, part]]) : { [key]: part };

/** Edits of one value, by name. */
const EDITS: Record<string, (dice: Dice) => Edit> = {
  swapped: (dice) => () => dice.pick(VALUES),
  deleted: () => () => GONE,
  listed: () => (value) => [value],
  'made a text': () => (value) => (typeof value === 'string' ? Number(value) : JSON.stringify(value)),
  'made a map': () => (value) => ({ value }),
  nested: (dice) => (value) => nest(value, dice.pick([2, 30, 63, 64, 65, 300]), dice.chance(0.5)),
  huge: (dice) => () => dice.pick(['x', '陈', '0', '{', '%', '\\']).repeat(dice.pick([300, 5_000, 100_000])),
  'a long number': (dice) => () => `@@raw:${dice.pick(LONG_IDS)}`,
  'one more key': (dice) => (value) => added(value, dice.pick(KEYS), dice.pick(VALUES)),
  'many keys': () => () => Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`k${at}`, at])),
  'many elements': () => (value) => Array.from({ length: 300 }, () => value),
  'a key twice': (dice) => (value) =>
    added(
      value,
      `@@same:${dice.pick(
        partsOf(value)
          .map(([key]) => String(key))
          .concat('id'),
      )}`,
      1,
    ),
};

function inJson(dice: Dice, value: unknown): [string, string] {
  const name = dice.pick(Object.keys(EDITS));
  const path = place(dice, value);
  const edit = EDITS[name]?.(dice) ?? ((same: unknown) => same);
  const changed = edited(value, path, edit);
  const text = JSON.stringify(changed === GONE ? null : changed) ?? 'null';
  return [`${path.join('.') || 'all'} ${name}`, text.replace(RAW, '$1').replace(SAME, '"$1"')];
}

const ELEMENT = /<(\w+)>((?:<!\[CDATA\[.*?\]\]>|[^<])*)<\/\1>/gs;

function inXml(dice: Dice, text: string): [string, string] {
  const elements = [...text.matchAll(ELEMENT)];
  if (elements.length === 0) return ['twice', text + text];
  const { 0: whole, 1: name = '', index } = dice.pick(elements);
  const put = (by: string): string => text.slice(0, index) + by + text.slice(index + whole.length);
  const ways: Record<string, () => string> = {
    deleted: () => put(''),
    'told twice': () => put(whole + whole),
    swapped: () => put(`<${name}>${dice.pick(XML_TEXTS)}</${name}>`),
    nested: () => put(`<${name}>`.repeat(70) + `</${name}>`.repeat(70)),
    renamed: () => put(whole.replaceAll(name, dice.pick(['__proto__', 'constructor', 'x:y', '1', name.toLowerCase()]))),
    'with attributes': () => put(whole.replace(`<${name}`, `<${name} a="1" __proto__="2"`)),
    'behind a doctype': () => `<!DOCTYPE a [<!ENTITY b "c">]>${text}`,
    'with an open comment': () => put(`<!-- ${whole}`),
  };
  const way = dice.pick(Object.keys(ways));
  return [`${name} ${way}`, ways[way]?.() ?? text];
}

function inLines(dice: Dice, text: string): [string, string] {
  const lines = text.split('\n');
  const at = dice.below(lines.length);
  const line = lines[at] ?? '';
  const cells = line.split(',');
  const cell = dice.below(cells.length);
  const swap = (by: string): string[] => lines.with(at, cells.with(cell, by).join(','));
  const ways: Record<string, () => string[]> = {
    deleted: () => lines.toSpliced(at, 1),
    'told twice': () => lines.toSpliced(at, 0, line),
    'a cell swapped': () => swap(String(dice.pick(VALUES) ?? '')),
    'a cell huge': () => swap('x'.repeat(50_000)),
    'an open quote': () => swap(`"${cells[cell]}`),
    'a cell too many': () => lines.with(at, `${line},x,,`),
    'a cell too few': () => lines.with(at, cells.slice(1).join(',')),
    'moved to the front': () => [line, ...lines.toSpliced(at, 1)],
  };
  const way = dice.pick(Object.keys(ways));
  return [`line ${at + 1} ${way}`, (ways[way]?.() ?? lines).join('\n')];
}

/** Edits of bytes, by name. */
const BYTES: Record<string, (dice: Dice, body: Buffer) => Buffer> = {
  cut: (dice, body) => body.subarray(0, dice.below(body.length + 1)),
  'head lost': (dice, body) => body.subarray(dice.below(body.length + 1)),
  'bits flipped': (dice, body) => {
    const copy = Buffer.from(body);
    for (let flips = 1 + dice.below(6); flips > 0 && copy.length > 0; flips -= 1) {
      const at = dice.below(copy.length);
      copy.writeUInt8((copy[at] ?? 0) ^ (1 << dice.below(8)), at);
    }
    return copy;
  },
  'a piece twice': (dice, body) => {
    const from = dice.below(body.length + 1);
    const to = from + dice.below(body.length - from + 1);
    return Buffer.concat([body.subarray(0, to), body.subarray(from)]);
  },
  twice: (_, body) => Buffer.concat([body, body]),
  'bytes put in': (dice, body) => {
    const at = dice.below(body.length + 1);
    const bytes = Buffer.from(Array.from({ length: 1 + dice.below(8) }, () => dice.below(256)));
    return Buffer.concat([body.subarray(0, at), bytes, body.subarray(at)]);
  },
  'with a BOM': (_, body) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
  'as gb18030': (_, body) => iconv.encode(body.toString('utf8'), 'gb18030'),
  'as utf-16': (dice, body) =>
    iconv.encode(body.toString('utf8'), dice.pick(['utf-16le', 'utf-16be']), { addBOM: dice.chance(0.5) }),
  'as latin1': (_, body) => Buffer.from(body.toString('utf8'), 'latin1'),
  'in blanks': (_, body) => Buffer.concat([Buffer.from('\r\n\t '), body, Buffer.from('\n\n ')]),
};

function reshaped(dice: Dice, body: Buffer, lines: boolean): Mutant {
  const text = body.toString('utf8');
  if (lines) {
    const [what, changed] = inLines(dice, text);
    return { body: Buffer.from(changed), what };
  }
  const read = tryJson(text, { trailingCommas: true });
  const [what, changed] = read.ok ? inJson(dice, read.value) : inXml(dice, text);
  return { body: Buffer.from(changed), what };
}

/** `lines`: the body is a table of lines and not a message. */
export function mutate(dice: Dice, body: Buffer, lines: boolean): Mutant {
  let mutant: Mutant = { body, what: '' };
  for (let turns = dice.pick([1, 1, 1, 2, 3]); turns > 0; turns -= 1) {
    const name = dice.pick(Object.keys(BYTES));
    const next = dice.chance(0.65)
      ? reshaped(dice, mutant.body, lines)
      : { body: BYTES[name]?.(dice, mutant.body) ?? mutant.body, what: name };
    mutant = {
      body: next.body.subarray(0, LIMIT),
      what: mutant.what === '' ? next.what : `${mutant.what}; ${next.what}`,
    };
  }
  return mutant;
}
