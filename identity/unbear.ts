import { anchorsBearing } from './bearing.ts';
import type { AnchorRow, NodeRow } from './port.ts';
import { policyNow, type Tables } from './tables.ts';
import { noteValue } from './values.ts';
import { hotNodes } from './weigh.ts';

/**
 * Takes an anchor that has no events any more from the nodes that know it. Gives further anchors that are to be
 * clustered anew: those that bear a value which was hot with it, and need not be so without it.
 */
export async function unbear(tables: Tables, anchor: string, { nodes }: AnchorRow): Promise<string[]> {
  const again: string[] = [];
  await tables.nodes.load(nodes);
  for (const node of nodes) {
    const known = tables.nodes.get(node);
    if (!known) continue;
    const row = { ...known, anchors: known.anchors.filter((one) => one !== anchor) };
    tables.nodes.put(node, row);
    tables.unit.remove(`n:${node}`, anchor);
    const bearing = await anchorsBearing(tables.unit, row, node);
    if (bearing.length === 0) await unknow(tables, node, row);
    else again.push(...(await coolUnlessHot(tables, node, bearing)));
  }
  return again;
}

/** The same for an anchor that still has events, but one less: a name that was said with its nodes may be gone. */
export async function unsay(tables: Tables, { nodes }: AnchorRow): Promise<string[]> {
  const again: string[] = [];
  await tables.nodes.load(nodes);
  for (const node of nodes) {
    const row = tables.nodes.get(node);
    if (row?.suspended !== 'hot') continue;
    again.push(...(await coolUnlessHot(tables, node, await anchorsBearing(tables.unit, row, node))));
  }
  return again;
}

async function coolUnlessHot(tables: Tables, node: string, bearing: readonly string[]): Promise<string[]> {
  if (tables.nodes.get(node)?.suspended !== 'hot' || (await isHotBy(tables, node, bearing))) return [];
  return cool(tables, node);
}

/** A value that nothing names any more is as one that nothing ever named, but for what people said of it. */
async function unknow(tables: Tables, node: string, row: NodeRow): Promise<void> {
  const { clear, hashes = [], ...rest } = row;
  const suspended = row.said === 'block' ? 'blocked' : null;
  noteValue(tables, node, suspended, row.suspended);
  tables.nodes.put(node, { ...rest, more: false, spans: [], shared: false, suspended });
  await tables.nodes.load([...hashes, ...(clear === undefined ? [] : [clear])]);
  for (const hash of hashes) {
    const hashed = tables.nodes.get(hash);
    if (!hashed) continue;
    const { clear: _, ...other } = hashed;
    tables.nodes.put(hash, other);
  }
  const number = clear === undefined ? null : tables.nodes.get(clear);
  if (clear !== undefined && number)
    tables.nodes.put(clear, { ...number, hashes: (number.hashes ?? []).filter((hash) => hash !== node) });
}

async function isHotBy(tables: Tables, node: string, bearing: readonly string[]): Promise<boolean> {
  await tables.anchors.load(bearing);
  const anchors = bearing.flatMap((one) => tables.anchors.get(one)?.evidence ?? []);
  return hotNodes({ anchors, allowed: new Set(), policy: await policyNow(tables) }).has(node);
}

/** Judged anew, with the number it is a hash of, or the hashes of that number. */
async function cool(tables: Tables, node: string): Promise<string[]> {
  const { clear, hashes = [] } = tables.nodes.get(node) ?? {};
  const number = clear ?? node;
  await tables.nodes.load([number]);
  const same = [...new Set([node, number, ...hashes, ...(tables.nodes.get(number)?.hashes ?? [])])];
  await tables.nodes.load(same);
  const again: string[] = [];
  for (const one of same) {
    const row = tables.nodes.get(one);
    if (!row) continue;
    if (row.suspended === 'hot') {
      noteValue(tables, one, null, 'hot');
      tables.nodes.put(one, { ...row, suspended: null });
    }
    again.push(...(await anchorsBearing(tables.unit, row, one)));
  }
  return again;
}
