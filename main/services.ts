import type { Services } from '../api/port.ts';
import { makeChanges } from './changes.ts';
import { makeCustomers } from './customers.ts';
import { listDeadLetters, readFates, replayDeadLetters } from './deadletters.ts';
import { lookupEvents, openDoor, takeEvents } from './events.ts';
import type { House } from './house.ts';
import { makeImports } from './imports.ts';
import { makeMetrics } from './metrics.ts';
import { makeSets } from './sets.ts';

/** Everything the routes need, as functions over one house. */
export function makeServices(house: House, directory: string): Services {
  const { customers, conflicts } = makeCustomers(house);
  return {
    now: house.now,
    door: openDoor(house),
    events: { accept: (items, wait) => takeEvents(house, items, wait), lookup: lookupEvents(house) },
    imports: makeImports(house, directory),
    sources: house.sources,
    customers,
    conflicts,
    sets: makeSets(house),
    fates: (filter) => readFates(house, filter),
    deadletters: { list: (filter, page) => listDeadLetters(house, filter, page), replay: replayDeadLetters(house) },
    changes: makeChanges(house),
    keys: house.keys,
    down: () => down(house),
    metrics: makeMetrics(house, () => down(house)),
  };
}

/** Parts that cannot do their work now. */
export function down(house: House): string[] {
  return [
    ...(house.broken() === null ? [] : ['resolve']),
    ...(house.acceptor.full() ? ['log'] : []),
    ...(house.flusher.failing() ? ['analytic'] : []),
  ];
}
