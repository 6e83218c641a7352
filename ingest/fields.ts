import { type Fields, isFields } from './pick.ts';

/**
 * What a platform's payload is made of, as its connector knows it: the schema that drift is judged by. It is declared,
 * not learned: so the same payload has the same verdict whatever came before it.
 *
 * A path names keys from the top, joined by dots; `[]` stands behind a list for each of its elements, `*` for any key.
 * `any` takes everything at and below its path. null and absence fit every type.
 */
export type FieldClass =
  /** Text, or a number as its digits: ids and codes, which platforms write both ways. */
  | 'text'
  /** Text and nothing else: amounts in yuan, times. */
  | 'string'
  /** A number and nothing else. */
  | 'number'
  /** A whole number, or its digits as text: amounts in fen, epochs. */
  | 'integer'
  | 'flag'
  | 'list'
  | 'map'
  | 'any';
export type FieldType = FieldClass | `${FieldClass}|${FieldClass}`;
/** By path: the type, and what the field becomes in the event, for the channel's page. */
export type FieldTable = Readonly<Record<string, FieldType | readonly [FieldType, string]>>;

/** Several fields of one type. */
export const all = (type: FieldTable[string], ...names: readonly string[]): FieldTable =>
  Object.fromEntries(names.map((name) => [name, type]));

/** A table whose fields stand below a path. */
export const below = (path: string, table: FieldTable): FieldTable =>
  Object.fromEntries(Object.entries(table).map(([name, entry]) => [`${path}.${name}`, entry]));

const DIGITS = /^-?\d+$/;
const FLAGS = new Set<unknown>([0, 1, '0', '1', 'true', 'false', '']);

const FITS: Record<FieldClass, (value: unknown) => boolean> = {
  any: () => true,
  text: (value) => typeof value === 'string' || typeof value === 'number',
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) =>
    typeof value === 'number' ? Number.isInteger(value) : typeof value === 'string' && DIGITS.test(value.trim()),
  flag: (value) => value === true || value === false || FLAGS.has(value),
  list: Array.isArray,
  map: isFields,
};

const classesOf = (type: FieldType): FieldClass[] =>
  type.split('|').flatMap((name) => CLASSES.find((one) => one === name) ?? []);
const CLASSES: FieldClass[] = ['any', 'text', 'string', 'number', 'integer', 'flag', 'list', 'map'];

type Node = { classes: FieldClass[] | null; children: Map<string, Node> };
const compiled = new WeakMap<FieldTable, Node>();

function compile(table: FieldTable): Node {
  const root: Node = { classes: ['map', 'list'], children: new Map() };
  for (const [path, entry] of Object.entries(table)) {
    let at = root;
    for (const step of path.replaceAll('[]', '.[]').split('.').filter(Boolean)) {
      const next = at.children.get(step) ?? { classes: null, children: new Map() };
      at.children.set(step, next);
      at = next;
    }
    at.classes = classesOf(typeof entry === 'string' ? entry : entry[0]);
  }
  return root;
}

function nodeOf(table: FieldTable): Node {
  const known = compiled.get(table);
  if (known) return known;
  const root = compile(table);
  compiled.set(table, root);
  return root;
}

/** A node without a type of its own is the map or the list that its children say. */
const classesAt = (node: Node): FieldClass[] =>
  node.classes ?? (node.children.has('[]') ? (node.children.size > 1 ? ['list', 'map'] : ['list']) : ['map']);

/** The fields of a map that its table does not list there: a connector keeps them as they came. */
export function unlisted(fields: Fields, table: FieldTable): Fields {
  const { children } = nodeOf(table);
  if (children.has('*')) return {};
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !children.has(key)));
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'list' : isFields(value) ? 'map' : typeof value);

/** Keys may be data: what looks like a value of a person, or like an id, is told as `*`. */
const PLAIN_KEY = /^(?!\w*\d{5})[A-Za-z_][\w-]{0,63}$/;
const ID_LIKE = /^(?=.*\d)(?=.*[A-Z])(?=.*[a-z]).{16,}$/;
const safeKey = (key: string): string => (PLAIN_KEY.test(key) && !ID_LIKE.test(key) ? key : '*');
const MAX_UNKNOWN = 50;

/**
 * Holds a parsed payload against the table. `changed` says which field has another type than it should, and which:
 * `order.total_price: a map, not string`; null where all fit. `unknown` are the topmost paths that are not listed, each
 * once, at most 50. No value stands in either.
 */
export function judgeFields(value: unknown, table: FieldTable): { changed: string | null; unknown: string[] } {
  const unknown = new Set<string>();
  let changed: string | null = null;
  const walk = (part: unknown, node: Node, path: string): void => {
    if (part === null || part === undefined) return;
    const classes = classesAt(node);
    if (!classes.some((one) => FITS[one](part))) {
      changed ??= `${path || 'the payload'}: ${kindOf(part)}, not ${classes.join(' or ')}`;
      return;
    }
    if (classes.includes('any')) return;
    if (Array.isArray(part)) {
      const each = node.children.get('[]');
      if (each) for (const one of part) walk(one, each, `${path}[]`);
      return;
    }
    if (!isFields(part)) return;
    for (const [key, inner] of Object.entries(part)) {
      const next = node.children.get(key) ?? node.children.get('*');
      const at = path === '' ? safeKey(key) : `${path}.${safeKey(key)}`;
      if (next) walk(inner, next, at);
      else if (unknown.size < MAX_UNKNOWN) unknown.add(at);
    }
  };
  const root = nodeOf(table);
  // What is no message at all is for `map` to refuse.
  if (isFields(value) || (Array.isArray(value) && root.children.has('[]'))) walk(value, root, '');
  return { changed, unknown: [...unknown].sort() };
}
