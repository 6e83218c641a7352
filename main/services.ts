import type { Services } from '../api/port.ts';
import { makeChanges } from './changes.ts';
import { makeCustomers } from './customers.ts';
import { getDeadLetter, listDeadLetters, readFates, replayDeadLetters } from './deadletters.ts';
import { makeFields } from './drift.ts';
import { lookupEvents, openDoor, takeEvents } from './events.ts';
import type { House } from './house.ts';
import { makeQuality } from './identity/quality.ts';
import { makeRules } from './identity/rules.ts';
import { makeValues } from './identity/values.ts';
import { type Imports, makeImports } from './imports.ts';
import { listSources, makeJobServices } from './job-services.ts';
import { makeMetrics, makeRequests, type Requests } from './metrics.ts';
import { makeSets } from './sets.ts';
import { makeSuggestions } from './suggestions/services.ts';

/** Everything the routes need, as functions over one house. */
export function makeServices(
  house: House,
  directory: string,
  imports: Imports = makeImports(house, directory),
  requests: Requests = makeRequests(),
): Services {
  const { customers, conflicts } = makeCustomers(house);
  return {
    now: house.now,
    door: openDoor(house),
    events: { accept: (items, wait) => takeEvents(house, items, wait), lookup: lookupEvents(house) },
    imports,
    sources: { put: house.sources.put, list: () => listSources(house) },
    ...makeJobServices(house),
    customers,
    conflicts,
    suggestions: makeSuggestions(house),
    rules: makeRules(house),
    values: makeValues(house),
    quality: makeQuality(house),
    sets: makeSets(house),
    fates: (filter) => readFates(house, filter),
    fields: makeFields(house),
    deadletters: {
      list: (filter, page) => listDeadLetters(house, filter, page),
      get: (id) => getDeadLetter(house, id),
      replay: replayDeadLetters(house),
    },
    changes: makeChanges(house),
    keys: house.keys,
    down: () => down(house),
    metrics: makeMetrics(house, () => down(house), requests),
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
