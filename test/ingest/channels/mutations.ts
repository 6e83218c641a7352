import { tryJson } from '../../../ingest/door.ts';
import { readJson } from '../../../ingest/json.ts';

/** A payload again and again, each time with one value gone wrong, and what went wrong with which. */
const VALUES: readonly unknown[] = [
  ...[null, true, '', ' ', 'x', '-', '0', 'null', '\u0000', '\ud800', '陈思远', '13900001234', '138****1234', '1e3'],
  ...['2026-02-30 25:00:00', '99999999999999999999', 0, -1, 1.5, 1e21, [], {}, [[]], [null], [{}], { a: { b: [1] } }],
  ...[['x', 'y'], JSON.parse('{"__proto__":{"x":1},"constructor":1}')],
];
const TEXTS = [
  '',
  ' ',
  'x',
  '-1',
  '99999999999999999999',
  '<a><b>1</b></a>',
  '<a/><a/>',
  '<__proto__>1</__proto__>',
  '&#0;',
];
const XML_TEXT = /(<(\w+)>)(<!\[CDATA\[.*?\]\]>|[^<]+)(?=<\/)/gs;
const MOST_PATHS = 150;

type Path = readonly (string | number)[];

/** Texts that hold JSON, as some platforms nest it, are walked into like any other part. */
function inner(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return undefined;
  const read = tryJson(value);
  return read.ok ? read.value : undefined;
}

function* paths(value: unknown, path: Path): Generator<Path> {
  if (path.length > 0) yield path;
  const part = inner(value) ?? value;
  if (Array.isArray(part)) for (const [at, one] of part.slice(0, 2).entries()) yield* paths(one, [...path, at]);
  else if (typeof part === 'object' && part !== null) {
    for (const [key, one] of Object.entries(part)) yield* paths(one, [...path, key]);
  }
}

/** The value with another in place of what stands at the path. */
function replaced(value: unknown, path: Path, by: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return by;
  const nested = inner(value);
  if (nested !== undefined) return JSON.stringify(replaced(nested, path, by));
  if (Array.isArray(value)) return value.map((one, at) => (at === step ? replaced(one, rest, by) : one));
  const entries = Object.entries(value ?? {});
  return Object.fromEntries(entries.map(([key, one]) => [key, key === step ? replaced(one, rest, by) : one]));
}

function* inXml(text: string): Generator<[string, string]> {
  for (const { 1: open = '', 2: name, index, 0: whole } of text.matchAll(XML_TEXT)) {
    for (const by of TEXTS) {
      yield [`${name} is ${by}`, `${text.slice(0, index)}${open}${by}${text.slice(index + whole.length)}`];
    }
  }
}

export function* mutations(text: string): Generator<[what: string, text: string]> {
  if (text.trimStart().startsWith('<')) yield* inXml(text);
  else {
    const value = readJson(text, { trailingCommas: true });
    for (const path of [...paths(value, [])].slice(0, MOST_PATHS)) {
      for (const by of VALUES)
        yield [`${path.join('.')} is ${JSON.stringify(by)}`, JSON.stringify(replaced(value, path, by))];
    }
  }
}
