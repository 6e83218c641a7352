import type { Change, Resolution, Span } from '../identity/port.ts';
import type { Foldable } from './fold.ts';
import type { ProfileTables } from './totals.ts';

/** What the analytic store has to be told of after a commit. */
export type Dirty = {
  events: Set<string>;
  orders: Set<string>;
  /** Anchors with the spans they had. */
  anchors: Map<string, Span[]>;
  customers: Set<string>;
};

/**
 * One event on its way into profiles: `hash` is the keyed hash of its key, `orders` those of the orders it names, the
 * one it speaks of first, `tie` breaks ties of time among the events of an order and holds nothing personal.
 */
export type ProfileEvent = Foldable & { hash: string; orders: readonly string[]; tie: string; refund: string };

/** An event that speaks of an order, and the anchor it came with. */
export type Telling = { anchor: string; told: ProfileEvent };
/** What a correction took back, `at` (epoch ms): the event's anchor and order, and what is still told of that order. */
export type Left = {
  at: number;
  anchor: string | null;
  order: string | undefined;
  tellings: readonly Telling[];
  /** Customers whose totals the order was taken out of. */
  touched: ReadonlySet<string>;
};

/** Profiles as the identity transaction calls them: everything is written through its tables. */
export type Profiles = {
  applyEvent(tables: ProfileTables, event: ProfileEvent, resolution: Resolution, dirty: Dirty): Promise<void>;
  /** Takes back what an order contributes, before anything that told of it is taken back; gives the customers. */
  takeBack(tables: ProfileTables, order: string): Promise<Set<string>>;
  /** An event that came in the place of another; `takeBack` and identity have taken back what that one said. */
  applyCorrection(
    tables: ProfileTables,
    event: ProfileEvent,
    resolution: Resolution,
    left: Left,
    dirty: Dirty,
  ): Promise<void>;
  /** A change of owners that came without an event, at `received` (epoch ms). */
  applyChange(tables: ProfileTables, change: Change, received: number, dirty: Dirty): Promise<void>;
};
