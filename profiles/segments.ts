import type { z } from 'zod';
import type { Problem } from '../schemas/errors.ts';
import { compare, malformed, type Scene } from './filter/compare.ts';
import { type Deeds, makeDeeds } from './filter/did.ts';
import { customerField } from './filter/fields.ts';
import {
  type Filter,
  FORMS,
  filter as filterSchema,
  MAX_CONDITIONS,
  MAX_DEPTH,
  MAX_LEVELS,
  MAX_NODES,
} from './filter/language.ts';
import { type Binder, combine, sql } from './filter/sql.ts';
import type { FilterContext } from './store/port.ts';

/** The definition (a `where`) of a segment by id; null or undefined for an id that nobody knows. */
export type SegmentResolver = (id: string) => unknown;

/** A filter whose segments have been put in their place. */
export type Whole = Exclude<Filter, { segment: string } | { all: Filter[] } | { any: Filter[] } | { not: Filter }>;
type Tree = { all: Tree[] } | { any: Tree[] } | { not: Tree } | (Whole & { path: string });

/** Nesting is bounded before anything walks the filter by recursion. */
function checkDepth(where: unknown): void {
  let level: unknown[] = [where];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw malformed('where', `nested deeper than ${MAX_DEPTH}`);
    level = level.flatMap((node) => (typeof node === 'object' && node !== null ? Object.values(node) : []));
  }
}

const place = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`),
    'where',
  );

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((node, key) => {
    const found = typeof node === 'object' && node !== null ? Object.getOwnPropertyDescriptor(node, key) : undefined;
    return found?.value;
  }, value);

/** The first fault of a filter, in the form its own key names: a union alone would complain of every form. */
function fault(issue: z.core.$ZodIssue, input: unknown, prefix: readonly PropertyKey[]): Problem {
  const path = [...prefix, ...issue.path];
  if (issue.code !== 'invalid_union') return malformed(place(path), issue.message);
  const node = at(input, issue.path);
  const form = FORMS.findIndex((key) => typeof node === 'object' && node !== null && Object.hasOwn(node, key));
  const [inner] = issue.errors[form] ?? [];
  if (inner) return fault(inner, node, path);
  const values = path.at(-1) === 'value' || path.at(-2) === 'value';
  return malformed(place(path), values ? 'is no value to compare with' : `must be one of ${FORMS.join(', ')}`);
}

/** Reads a filter. Throws Problem body_malformed with the place of the first fault. */
export function parseFilter(where: unknown): Filter {
  checkDepth(where);
  const result = filterSchema.safeParse(where);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw issue ? fault(issue, where, []) : malformed('where', 'is no filter');
}

/** `nodes` bounds what segments of segments can blow up to, `count` what the contract calls conditions. */
type Expansion = { count: number; nodes: number; resolve: SegmentResolver; read: Map<string, Filter> };

/** Groups that a path passes: its `[` and `.not`. */
const LEVEL = /\[|\.not/;

/** Puts the definition of every segment in its place. Throws Problem body_malformed for unknown and circular ones. */
async function expand(node: Filter, path: string, trail: readonly string[], state: Expansion): Promise<Tree> {
  state.nodes += 1;
  const levels = path.split(LEVEL).length;
  if (state.nodes > MAX_NODES || levels > MAX_LEVELS) throw malformed('where', 'too large with its segments');
  if ('all' in node) return { all: await expandAll(node.all, `${path}.all`, trail, state) };
  if ('any' in node) return { any: await expandAll(node.any, `${path}.any`, trail, state) };
  if ('not' in node) return { not: await expand(node.not, `${path}.not`, trail, state) };
  if ('segment' in node) return segment(node.segment, path, trail, state);
  state.count += 'did' in node && node.where ? Math.max(1, leaves(node.where)) : 1;
  if (state.count > MAX_CONDITIONS) throw malformed('where', `more than ${MAX_CONDITIONS} conditions`);
  return { ...node, path };
}

async function expandAll(
  nodes: readonly Filter[],
  path: string,
  trail: readonly string[],
  state: Expansion,
): Promise<Tree[]> {
  const trees: Tree[] = [];
  for (const [index, node] of nodes.entries()) trees.push(await expand(node, `${path}[${index}]`, trail, state));
  return trees;
}

async function segment(id: string, path: string, trail: readonly string[], state: Expansion): Promise<Tree> {
  if (trail.includes(id)) throw malformed(path, 'the segment is defined by itself');
  if (trail.length >= MAX_DEPTH) throw malformed(path, `segments nested deeper than ${MAX_DEPTH}`);
  let definition = state.read.get(id);
  if (!definition) {
    const found = await state.resolve(id);
    if (found === null || found === undefined) throw malformed(path, 'there is no such segment');
    definition = parseFilter(found);
    state.read.set(id, definition);
  }
  return expand(definition, path, [...trail, id], state);
}

function leaves(filter: Filter): number {
  if ('all' in filter) return filter.all.reduce((sum, part) => sum + leaves(part), 0);
  if ('any' in filter) return filter.any.reduce((sum, part) => sum + leaves(part), 0);
  return 'not' in filter ? leaves(filter.not) : 1;
}

type Target = { binder: Binder; context: FilterContext; ownTraits: ReadonlySet<string>; deeds: Deeds };

function treeSql(tree: Tree, target: Target): string {
  if ('all' in tree)
    return combine(
      'AND',
      tree.all.map((part) => treeSql(part, target)),
    );
  if ('any' in tree)
    return combine(
      'OR',
      tree.any.map((part) => treeSql(part, target)),
    );
  if ('not' in tree) return sql('NOT ', treeSql(tree.not, target));
  const scene: Scene = { binder: target.binder, context: target.context, path: tree.path };
  if ('did' in tree) return target.deeds.add(tree, scene);
  return compare(customerField(tree.field, target.ownTraits, target.binder), tree.op, tree.value, scene);
}

export type Compilation = {
  binder: Binder;
  context: FilterContext;
  /** Traits beyond the usual ones that their source declares clear. */
  ownTraits: ReadonlySet<string>;
  segment: SegmentResolver;
};

/** A compiled filter: `condition` over customers `c` joined by `join`; the values are in the binder. */
export type Compiled = { condition: string; join: string };

/**
 * Compiles a `where` (CONTRACT §5, Query; null for everybody) to SQL over `customers AS c FINAL`.
 * Throws Problem body_malformed, field_unknown or scope_missing.
 */
export async function compileFilter(where: unknown, compilation: Compilation): Promise<Compiled> {
  if (where === null || where === undefined) return { condition: '1', join: '' };
  const state = { count: 0, nodes: 0, resolve: compilation.segment, read: new Map<string, Filter>() };
  const tree = await expand(parseFilter(where), 'where', [], state);
  const deeds = makeDeeds();
  const condition = treeSql(tree, { ...compilation, deeds });
  return { condition, join: deeds.join() };
}
