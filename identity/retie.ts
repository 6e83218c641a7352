import { tiePayers } from './paid.ts';
import { eventsOf } from './remains.ts';
import type { Tables } from './tables.ts';

/**
 * Ties these anchors anew to those who named the same payments: what one of the payments told of them was taken back.
 */
export async function retie(tables: Tables, anchors: ReadonlySet<string>): Promise<void> {
  await tables.anchors.load([...anchors]);
  for (const anchor of anchors) {
    const row = tables.anchors.get(anchor);
    if (!row) continue;
    const { paid: _, ...evidence } = row.evidence;
    const { payers: __, ...rest } = row;
    tables.anchors.put(anchor, { ...rest, evidence });
  }
  for (const anchor of anchors) {
    if (tables.anchors.get(anchor)?.gone) continue;
    for (const payment of await paymentsOf(tables, anchor)) {
      const pointers = tables.things.get(payment)?.pointers ?? [];
      const mine = pointers.find(([pointed]) => pointed === anchor);
      const others = pointers.filter(([pointed]) => pointed !== anchor);
      if (mine && others.length > 0) await tiePayers(tables, mine, others);
    }
  }
}

async function paymentsOf(tables: Tables, anchor: string): Promise<Set<string>> {
  const things = new Set((await eventsOf(tables, anchor)).flatMap(({ row }) => row.things));
  await tables.things.load([...things]);
  return new Set([...things].filter((node) => tables.things.get(node)?.kind === 'payment_id'));
}
