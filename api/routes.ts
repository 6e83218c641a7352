import type { Route } from './route.ts';
import { changesList } from './routes/changes.list.ts';
import { conflictsDecide } from './routes/conflicts.decide.ts';
import { conflictsList } from './routes/conflicts.list.ts';
import { customersAggregate } from './routes/customers.aggregate.ts';
import { customersEvents } from './routes/customers.events.ts';
import { customersExplain } from './routes/customers.explain.ts';
import { customersFind } from './routes/customers.find.ts';
import { customersGet } from './routes/customers.get.ts';
import { customersHistory } from './routes/customers.history.ts';
import { customersLinks } from './routes/customers.links.ts';
import { customersLookup } from './routes/customers.lookup.ts';
import { customersMerge } from './routes/customers.merge.ts';
import { customersQuery } from './routes/customers.query.ts';
import { customersSearch } from './routes/customers.search.ts';
import { customersSplit } from './routes/customers.split.ts';
import { deadlettersGet } from './routes/deadletters.get.ts';
import { deadlettersList } from './routes/deadletters.list.ts';
import { deadlettersReplay } from './routes/deadletters.replay.ts';
import { docsAsset } from './routes/docs.asset.ts';
import { docsOpenapi } from './routes/docs.openapi.ts';
import { docsPage } from './routes/docs.page.ts';
import { doorsCheck } from './routes/doors.check.ts';
import { doorsReceive } from './routes/doors.receive.ts';
import { eventsAccept } from './routes/events.accept.ts';
import { eventsLookup } from './routes/events.lookup.ts';
import { fatesList } from './routes/fates.list.ts';
import { healthLive } from './routes/health.live.ts';
import { healthReady } from './routes/health.ready.ts';
import { importsGet } from './routes/imports.get.ts';
import { importsList } from './routes/imports.list.ts';
import { importsRejects } from './routes/imports.rejects.ts';
import { importsRun } from './routes/imports.run.ts';
import { jobsGet } from './routes/jobs.get.ts';
import { jobsList } from './routes/jobs.list.ts';
import { jobsCancel, jobsPause, jobsResume } from './routes/jobs.steer.ts';
import { keysCreate } from './routes/keys.create.ts';
import { keysList } from './routes/keys.list.ts';
import { keysRemove } from './routes/keys.remove.ts';
import { metricsGet } from './routes/metrics.get.ts';
import { pullsRun } from './routes/pulls.run.ts';
import { qualityGet } from './routes/quality.get.ts';
import { rulesApply } from './routes/rules.apply.ts';
import { rulesGet } from './routes/rules.get.ts';
import { rulesPreview } from './routes/rules.preview.ts';
import { rulesPut } from './routes/rules.put.ts';
import { sourcesFields } from './routes/sources.fields.ts';
import { sourcesList } from './routes/sources.list.ts';
import { sourcesPut } from './routes/sources.put.ts';
import { suggestionsDecide } from './routes/suggestions.decide.ts';
import { suggestionsList } from './routes/suggestions.list.ts';
import { suggestionsRun } from './routes/suggestions.run.ts';
import { valuesDecide } from './routes/values.decide.ts';
import { valuesList } from './routes/values.list.ts';

/** Every route there is, one line for each. */
export const ROUTES: readonly Route[] = [
  changesList,
  conflictsDecide,
  conflictsList,
  customersAggregate,
  customersEvents,
  customersExplain,
  customersFind,
  customersGet,
  customersHistory,
  customersLinks,
  customersLookup,
  customersMerge,
  customersQuery,
  customersSearch,
  customersSplit,
  deadlettersGet,
  deadlettersList,
  deadlettersReplay,
  docsAsset,
  docsOpenapi,
  docsPage,
  doorsCheck,
  doorsReceive,
  eventsAccept,
  eventsLookup,
  fatesList,
  healthLive,
  healthReady,
  importsGet,
  importsList,
  importsRejects,
  importsRun,
  jobsCancel,
  jobsGet,
  jobsList,
  jobsPause,
  jobsResume,
  keysCreate,
  keysList,
  keysRemove,
  metricsGet,
  sourcesFields,
  pullsRun,
  sourcesList,
  sourcesPut,
  qualityGet,
  rulesApply,
  rulesGet,
  rulesPreview,
  rulesPut,
  suggestionsDecide,
  suggestionsList,
  suggestionsRun,
  valuesDecide,
  valuesList,
];

const PATHS = ROUTES.map(({ method, url }) => ({
  method,
  path: new RegExp(`^${url.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** The methods a path takes, HEAD wherever GET; empty for a path that is no route. */
export function allowedMethods(path: string): string[] {
  const found = new Set<string>();
  for (const route of PATHS) {
    if (!route.path.test(path)) continue;
    found.add(route.method);
    if (route.method === 'GET') found.add('HEAD');
  }
  return [...found].sort();
}
