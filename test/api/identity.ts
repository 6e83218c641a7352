import { EFFECT, QUALITY, RULES, VALUE } from '../../api/examples-identity.ts';
import type { JobView, Services } from '../../api/port.ts';
import { Problem } from '../../schemas/errors.ts';
import { pageOf } from './page.ts';

/** Rules, values and quality as the routes expect them. */
export const IDENTITY: Pick<Services, 'rules' | 'values' | 'quality'> = {
  rules: {
    get: async () => RULES,
    put: async (document) => ({ version: 2, state: 'draft', document, table: RULES.table }),
    preview: async (version) => ruleJob('rules-preview', version),
    apply: async (version) => {
      if (version === RULES.version) throw new Problem('rules_in_force', 'it is in force already');
      return ruleJob('rules-apply', version);
    },
  },
  values: {
    list: async (_, page) => pageOf([{ ...VALUE, id: 'v1', value: '+8615800009999' }], page),
    decide: async (_, decision, __, preview) => ({ ...EFFECT, decision, preview }),
  },
  quality: async () => QUALITY,
};

function ruleJob(kind: string, version: number): JobView {
  if (version > 2) throw new Problem('rules_unknown', 'there is no such version');
  return { id: `${kind}-1`, kind, state: 'queued', done: 0, total: null, started: null, ended: null };
}
