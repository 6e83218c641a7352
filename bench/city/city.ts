import type { Entry } from '../../ingest/port.ts';
import { OTHER_TRAPS } from './moves.ts';
import { emptyQuarter, type Quarter } from './quarter.ts';
import { employ, lend, NUMBER_TRAPS } from './traps.ts';

/** A seeded city of so many quarters, each a function of seed and number: none need be kept to be known again. */
export type City = { seed: number; quarters: number };

/** Every trap as often as it weighs. */
const DRAWS = [...NUMBER_TRAPS, ...OTHER_TRAPS].flatMap((trap) => Array.from({ length: trap.weight }, () => trap));
const SLOTS = 80;
/** Events of a quarter, about. */
const EVENTS = 1_170;
/** Quarters whose events come mixed with one another, in the order of their delivery. */
const DISTRICT = 12;

export const cityOf = (seed: number, events: number): City => ({
  seed,
  quarters: Math.max(1, Math.round(events / EVENTS)),
});

export function makeQuarter({ seed }: City, index: number): Quarter {
  const quarter = emptyQuarter(seed, index);
  employ(quarter);
  for (let slot = 0; slot < SLOTS; slot += 1) quarter.dice.pick(DRAWS).set(quarter);
  lend(quarter);
  return quarter;
}

export function* quartersOf(city: City): Generator<Quarter> {
  for (let index = 0; index < city.quarters; index += 1) yield makeQuarter(city, index);
}

/** What is delivered, a district at a time, duplicates and latecomers as they come. */
export function* deliveries(city: City): Generator<Entry[]> {
  for (let first = 0; first < city.quarters; first += DISTRICT) {
    const entries: Entry[] = [];
    for (let index = first; index < Math.min(first + DISTRICT, city.quarters); index += 1) {
      for (const { event, received } of makeQuarter(city, index).told)
        for (const at of received) entries.push({ kind: 'event', received: at, event });
    }
    yield entries.sort((a, b) => a.received - b.received);
  }
}
