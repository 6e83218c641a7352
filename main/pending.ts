import type { OutboxNote } from '../identity/commit.ts';
import type { ListMember } from '../identity/store/port.ts';

/** What waits to be told to the analytic store, with the outbox notes it stands in. */
export type Pending = {
  events: Set<string>;
  orders: Set<string>;
  anchors: Map<string, OutboxNote['anchors'][number][1]>;
  customers: Set<string>;
  members: string[];
};

/**
 * Events and customers whose rows are made at once, unless one commit alone has more: some four of the consumer's
 * batches. Each takes several KiB while it is made, and what gathers while an insert takes long would take that all at
 * once.
 */
export const PORTION = 8_000;

const nothing = (): Pending => ({
  events: new Set(),
  orders: new Set(),
  anchors: new Map(),
  customers: new Set(),
  members: [],
});

/** Of an anchor the spans it had first are kept: those are what the store may still show. */
function merge(into: Pending, from: Pending): void {
  for (const id of from.events) into.events.add(id);
  for (const id of from.orders) into.orders.add(id);
  for (const [id, spans] of from.anchors) if (!into.anchors.has(id)) into.anchors.set(id, spans);
  for (const id of from.customers) into.customers.add(id);
  into.members.push(...from.members);
}

export const sizeOf = ({ events, customers }: Pending): number => events.size + customers.size;

/** Takes the oldest commits off the list, a portion of them as one; null where none wait. */
export function takePortion(waiting: Pending[]): Pending | null {
  const taken = nothing();
  for (let next = waiting[0]; next; next = waiting[0]) {
    if (taken.members.length > 0 && sizeOf(taken) + sizeOf(next) > PORTION) break;
    merge(taken, next);
    waiting.shift();
  }
  return taken.members.length > 0 ? taken : null;
}

export function pendingOf(notes: readonly ListMember[]): Pending[] {
  return notes.map(({ member, value }) => {
    const note: OutboxNote = JSON.parse(value);
    return {
      events: new Set(note.events),
      orders: new Set(note.orders),
      anchors: new Map(note.anchors),
      customers: new Set(note.customers),
      members: [member],
    };
  });
}
