import { randomUUID } from 'node:crypto';
import type { RulesView } from '../../api/identity/port.ts';
import type { Services } from '../../api/port.ts';
import { tableOf } from '../../identity/rules.ts';
import { stableJson } from '../../ingest/prepare.ts';
import { Problem } from '../../schemas/errors.ts';
import type { RulesDocument } from '../../schemas/rules.ts';
import type { House } from '../house.ts';
import { jobView } from '../job-services.ts';
import { APPLY, PREVIEW, type RuleRun } from './runs.ts';
import { makeVersions, type RulesVersion } from './versions.ts';

/** Rules as people read, draft, try and apply them (CONTRACT §6). */
export function makeRules(house: House): Services['rules'] {
  const versions = makeVersions(house.store);
  const find = async (version: number): Promise<RulesVersion> => {
    const found = await versions.get(version);
    if (!found) throw new Problem('rules_unknown', `there is no version ${version} of the rules`);
    return found;
  };
  const start = async (kind: string, run: RuleRun) =>
    jobView(await house.jobs.add(kind, run, `${kind}-${randomUUID()}`));
  return {
    get: async () => {
      const [now, all] = [await versions.now(), await versions.list()];
      return view(now.version, now.document, all);
    },
    put: async (document, actor) => {
      const { version } = await versions.add(document, house.now(), actor);
      return { version, state: 'draft', document, table: tableOf(document) };
    },
    preview: async (version, sample, actor) => {
      const { document } = await find(version);
      const next = Math.max(version, (await versions.now()).version + 1);
      return start(PREVIEW, { version: next, document, sample, actor, reason: '' });
    },
    apply: async (version, reason, actor) => {
      const found = await find(version);
      const now = await versions.now();
      if (now.version === version) throw new Problem('rules_in_force', `version ${version} is in force already`);
      // Numbers grow with time, so that the later word stands: an older version comes back under a new number.
      const { document } = found;
      const next = version > now.version ? found : await versions.add(document, house.now(), actor);
      return start(APPLY, { version: next.version, document, sample: 0, actor, reason });
    },
  };
}

/** Puts the rules of a file in force where others are: as a version of its own, over past and future. */
export async function followFile(house: House, document: RulesDocument): Promise<void> {
  const versions = makeVersions(house.store);
  if (stableJson((await versions.now()).document) === stableJson(document)) return;
  const { version } = await versions.add(document, house.now(), FILE);
  const run: RuleRun = { version, document, sample: 0, actor: FILE, reason: 'HUAXIANG_RULES' };
  await house.jobs.add(APPLY, run, `${APPLY}-${randomUUID()}`);
}
const FILE = 'HUAXIANG_RULES';

function view(version: number, document: RulesDocument, all: readonly RulesVersion[]): RulesView {
  return {
    version,
    document,
    table: tableOf(document),
    versions: all.map((one) => ({
      version: one.version,
      state: one.version === version ? 'in_force' : one.version > version ? 'draft' : 'past',
      created: one.created === 0 ? null : new Date(one.created).toISOString(),
      actor: one.actor,
    })),
  };
}
