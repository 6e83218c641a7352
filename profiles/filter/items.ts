import { compare, type Scene } from './compare.ts';
import { type EventField, eventField, ITEM_COLUMNS } from './event-fields.ts';
import type { Comparison, EventFilter } from './language.ts';
import { combine, sql } from './sql.ts';

/**
 * Conditions on an event and its order lines. A condition on a line holds where any line bears it out; several inside
 * one `all` must hold on the same line. A negative one (ne, exists false, not) next to a positive one in the same `all`
 * speaks of that line too; alone it speaks of every line, so that it matches events that have none.
 */
type Leaf = { field: EventField; comparison: Comparison; path: string };
type Tree = { all: Tree[] } | { any: Tree[] } | { not: Tree } | Leaf;

/** SQL of a `where` of a `did`: 1 or 0. `path` says where it stands in the whole filter. */
export function compileEvent(filter: EventFilter, scene: Scene): string {
  return eventSql(resolve(filter, scene, scene.path), scene);
}

function resolve(filter: EventFilter, scene: Scene, path: string): Tree {
  if ('all' in filter) return { all: filter.all.map((part, at) => resolve(part, scene, `${path}.all[${at}]`)) };
  if ('any' in filter) return { any: filter.any.map((part, at) => resolve(part, scene, `${path}.any[${at}]`)) };
  if ('not' in filter) return { not: resolve(filter.not, scene, `${path}.not`) };
  return { field: eventField(filter.field, scene.binder), comparison: filter, path };
}

const children = (tree: Tree): Tree[] | null =>
  'all' in tree ? tree.all : 'any' in tree ? tree.any : 'not' in tree ? [tree.not] : null;

/** Whether all of it speaks of order lines; an empty group speaks of nothing. */
function ofItems(tree: Tree): boolean {
  const parts = children(tree);
  if (parts) return parts.length > 0 && parts.every(ofItems);
  return 'field' in tree && tree.field.item !== undefined;
}

function positive(tree: Tree): boolean {
  if ('not' in tree) return !positive(tree.not);
  const parts = children(tree);
  if (parts) return parts.some(positive);
  if (!('comparison' in tree)) return false;
  const { op, value } = tree.comparison;
  return op !== 'ne' && !(op === 'exists' && value === false);
}

function eventSql(tree: Tree, scene: Scene): string {
  if ('all' in tree) return allSql(tree.all, scene);
  if ('any' in tree)
    return combine(
      'OR',
      tree.any.map((part) => eventSql(part, scene)),
    );
  if ('not' in tree) return sql('NOT ', eventSql(tree.not, scene));
  if (tree.field.item === undefined) return leafSql(tree, scene);
  if (positive(tree)) return someLine([tree], scene);
  // A lone negative condition speaks of every line: no line may bear out its contrary.
  return sql('NOT ', someLine([{ not: tree }], scene));
}

function allSql(parts: readonly Tree[], scene: Scene): string {
  const lines = parts.filter(ofItems);
  if (!lines.some(positive))
    return combine(
      'AND',
      parts.map((part) => eventSql(part, scene)),
    );
  const others = parts.filter((part) => !lines.includes(part)).map((part) => eventSql(part, scene));
  return combine('AND', [...others, someLine(lines, scene)]);
}

/** Whether there is a line on which all the conditions hold. */
function someLine(parts: readonly Tree[], scene: Scene): string {
  const used = [...new Set(parts.flatMap(itemsOf))];
  const columns = used.map((item) => ITEM_COLUMNS.get(item) ?? '');
  const condition = combine(
    'AND',
    parts.map((part) => lineSql(part, scene)),
  );
  return sql('arrayExists((', used.join(', '), ') -> ', condition, ', ', columns.join(', '), ')');
}

const itemsOf = (tree: Tree): string[] =>
  children(tree)?.flatMap(itemsOf) ?? ('field' in tree && tree.field.item !== undefined ? [tree.field.item] : []);

function lineSql(tree: Tree, scene: Scene): string {
  if ('all' in tree)
    return combine(
      'AND',
      tree.all.map((part) => lineSql(part, scene)),
    );
  if ('any' in tree)
    return combine(
      'OR',
      tree.any.map((part) => lineSql(part, scene)),
    );
  return 'not' in tree ? sql('NOT ', lineSql(tree.not, scene)) : leafSql(tree, scene);
}

function leafSql(leaf: Leaf, scene: Scene): string {
  return compare(leaf.field, leaf.comparison.op, leaf.comparison.value, { ...scene, path: leaf.path });
}
