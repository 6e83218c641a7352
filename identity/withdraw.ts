import type { Prepared } from '../ingest/port.ts';
import type { Ring } from '../schemas/ring.ts';
import { explore } from './explore.ts';
import { type AnchorRow, type Change, type EventRow, MAX_POINTERS, type ThingRow } from './port.ts';
import { setSpans } from './recluster.ts';
import { type Again, eventsOf, prepareAgain, rebuildAnchor } from './remains.ts';
import { listEvents } from './resolve.ts';
import { retie } from './retie.ts';
import { padTime } from './spans.ts';
import type { Tables } from './tables.ts';
import { unbear, unsay } from './unbear.ts';

/**
 * Takes an event back out of the evidence, as if it had never come: out of the lists of its anchor, out of what that
 * anchor says and remembers, out of what its orders, receipts and payments point to. Nothing is clustered here: who
 * asks clusters the `component` anew, then gives the `waiting` attached anchors their owners, see correct.ts.
 */
export type Withdrawn = {
  component: string[];
  /** Attached anchors of which something points elsewhere now. */
  waiting: Set<string>;
  change: Change;
};
type Place = { anchor: string; row: AnchorRow; hash: string; event: EventRow };

const ALL = Number.MAX_SAFE_INTEGER;

export async function withdraw(
  tables: Tables,
  { ring, again }: { ring: Ring; again: Again },
  hash: string,
): Promise<Withdrawn> {
  const taken: Withdrawn = {
    component: [],
    waiting: new Set(),
    change: { moved: [], touched: new Set(), told: [] },
  };
  await tables.events.load([hash]);
  const event = tables.events.get(hash);
  if (!event?.anchor) return taken;
  const { anchor } = event;
  await tables.anchors.load([anchor]);
  const row = tables.anchors.get(anchor);
  if (!row) return taken;
  const place = { anchor, row, hash, event };
  if (!row.attached) taken.component = (await explore(tables, [anchor])).anchors.map((one) => one.anchor);
  await unlist(tables, place);
  const rest = await eventsOf(tables, anchor);
  rebuildAnchor(
    row,
    anchor,
    rest.map((one) => prepareAgain(ring, again, one.row)),
  );
  tables.anchors.put(anchor, row);
  if (row.attached) {
    if (row.gone) await forgetAttached(tables, place, taken.change);
    return taken;
  }
  if (row.gone) taken.component.push(...(await unbear(tables, anchor, row)));
  else taken.component.push(...(await unsay(tables, row)));
  const withdrawn = prepareAgain(ring, again, event);
  await repoint(
    tables,
    anchor,
    withdrawn,
    rest.map((one) => one.row),
    taken.waiting,
  );
  return taken;
}

/** Out of the list of its anchor, and of those that an attached one points to. */
async function unlist(tables: Tables, { anchor, row, hash, event }: Place): Promise<void> {
  const member = `${padTime(event.time)}${hash}`;
  tables.unit.remove(`l:${anchor}`, member);
  for (const pointed of row.attached ? await pointedBy(tables, row) : []) tables.unit.remove(`f:${pointed}`, member);
}

async function pointedBy(tables: Tables, row: AnchorRow): Promise<Set<string>> {
  await tables.things.load(row.nodes);
  return new Set(row.nodes.flatMap((node) => (tables.things.get(node)?.pointers ?? []).map(([pointed]) => pointed)));
}

/** An attached anchor without events waits on nothing, follows nobody and is nobody's. */
async function forgetAttached(tables: Tables, { anchor, row }: Place, change: Change): Promise<void> {
  for (const node of row.nodes) tables.unit.remove(`w:${node}`, anchor);
  for (const pointed of await pointedBy(tables, row)) unfollow(tables, pointed, anchor);
  setSpans(tables, anchor, row, [], change);
}

function unfollow(tables: Tables, pointed: string, attached: string): void {
  for (const list of ['d', 'b', 's']) tables.unit.remove(`${list}:${pointed}`, attached);
}

/** Points what the withdrawn event named to this anchor as the remaining events name it, or to others alone. */
async function repoint(
  tables: Tables,
  anchor: string,
  withdrawn: Prepared,
  rest: readonly EventRow[],
  waiting: Set<string>,
): Promise<void> {
  const named = withdrawn.identifiers.filter(({ role }) => role === 'attaching');
  await tables.things.load(named.map(({ node }) => node));
  const payers = new Set<string>();
  for (const { node, kind } of named) {
    const thing = tables.things.get(node);
    if (!thing) continue;
    const naming = rest.filter(({ orders, things }) => orders.includes(node) || things.includes(node));
    if (naming.length === 0) tables.unit.remove(`p:${node}`, anchor);
    if (!thing.pointers.some(([pointed]) => pointed === anchor)) continue;
    if (kind === 'payment_id') for (const [pointed] of thing.pointers) payers.add(pointed);
    const others = thing.pointers.filter(([pointed]) => pointed !== anchor);
    const pointers = [...others, ...pointerTo(anchor, naming, kind)];
    tables.things.put(node, { ...thing, pointers });
    await refill(tables, node);
    for (const attached of thing.awaited ? await waitingOn(tables, node) : []) {
      waiting.add(attached);
      if (naming.length === 0) await part(tables, anchor, attached);
    }
  }
  await retie(tables, payers);
}

const waitingOn = async (tables: Tables, node: string): Promise<string[]> =>
  (await tables.unit.range(`w:${node}`, { limit: ALL })).map(({ member }) => member);

function pointerTo(anchor: string, naming: readonly EventRow[], kind: string): ThingRow['pointers'] {
  if (naming.length === 0) return [];
  const time = Math.min(...naming.map((event) => event.time));
  const received = Math.min(...naming.map((event) => event.received));
  return [kind === 'payment_id' ? [anchor, time, received] : [anchor, time]];
}

/** One that found no room among the pointers takes the place of one that left. */
async function refill(tables: Tables, node: string): Promise<void> {
  const thing = tables.things.get(node);
  if (!thing || thing.pointers.length !== MAX_POINTERS - 1) return;
  const [next] = await tables.unit.range(`p:${node}`, { limit: 1 });
  if (!next) return;
  const naming = (await eventsOf(tables, next.member))
    .map(({ row }) => row)
    .filter(({ orders, things }) => orders.includes(node) || things.includes(node));
  tables.unit.remove(`p:${node}`, next.member);
  for (const attached of thing.awaited ? await waitingOn(tables, node) : [])
    await listEvents(tables, attached, next.member);
  tables.things.put(node, { ...thing, pointers: [...thing.pointers, ...pointerTo(next.member, naming, thing.kind)] });
}

/** An attached anchor that has nothing more to do with another, unless something else still leads there. */
async function part(tables: Tables, anchor: string, attached: string): Promise<void> {
  await tables.anchors.load([attached]);
  const row = tables.anchors.get(attached);
  if (!row || (await pointedBy(tables, row)).has(anchor)) return;
  unfollow(tables, anchor, attached);
  for (const { member } of await tables.unit.range(`l:${attached}`, { limit: ALL }))
    tables.unit.remove(`f:${anchor}`, member);
}
