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

export const nothing = (): Pending => ({
  events: new Set(),
  orders: new Set(),
  anchors: new Map(),
  customers: new Set(),
  members: [],
});

/** Of an anchor the spans it had first are kept: those are what the store may still show. */
export function merge(into: Pending, from: Pending): void {
  for (const id of from.events) into.events.add(id);
  for (const id of from.orders) into.orders.add(id);
  for (const [id, spans] of from.anchors) if (!into.anchors.has(id)) into.anchors.set(id, spans);
  for (const id of from.customers) into.customers.add(id);
  into.members.push(...from.members);
}

export function pendingOf(notes: readonly ListMember[]): Pending {
  const taken = nothing();
  for (const { member, value } of notes) {
    const note: OutboxNote = JSON.parse(value);
    merge(taken, {
      events: new Set(note.events),
      orders: new Set(note.orders),
      anchors: new Map(note.anchors),
      customers: new Set(note.customers),
      members: [member],
    });
  }
  return taken;
}
