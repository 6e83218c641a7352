import type { CanonicalEvent } from '../../schemas/event.ts';

/** An event with what was found out of it: when the door took it, and whose it is. */
export type Owned = { event: CanonicalEvent; received: number; owner: string | null };
export type Fact = Owned & { time: number; key: string };

export const iso = (time: number): string => new Date(time).toISOString();
export const keyOf = ({ channel, source, id }: CanonicalEvent): string => [channel, source, id].join('\u0001');
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** Oldest first; ties of time by (channel, source, event id). */
export const byTime = (a: Fact, b: Fact): number => a.time - b.time || compare(a.key, b.key);

export const factsOf = (events: readonly Owned[]): Fact[] =>
  events.map((one): Fact => ({ ...one, time: Date.parse(one.event.time), key: keyOf(one.event) })).sort(byTime);
