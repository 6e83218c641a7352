import type { QualityView, RulesView, ValueEffect, ValueView } from './identity/port.ts';

/** Examples of the routes of identity; a test holds each against its schema. */
export const DOCUMENT: RulesView['document'] = {
  preset: 'retail-cn',
  kinds: { mobile: { joins: 'registered' }, member_card: { one: true } },
};

export const RULES: RulesView = {
  version: 1,
  document: DOCUMENT,
  table: [
    {
      ...{ kind: 'member_card', label: '会员卡 / member card', scope: 'required', role: 'joining' },
      ...{ joins: 'typed', one: true, caps: [], priority: 4 },
    },
  ],
  versions: [
    { version: 1, state: 'in_force', created: '2026-03-01T02:00:00.000Z', actor: 'admin' },
    { version: 0, state: 'past', created: null, actor: 'preset' },
  ],
};

export const VALUE: ValueView = {
  ...{ kind: 'mobile', scope: null, value: '+86158****9999', state: 'hot' },
  joins: { customers: 9, events: 41, anonymous_events: 3, partners: { member_card: 9 } },
};

export const EFFECT: ValueEffect = {
  ...{ decision: 'block', preview: true, merge: 0, split: 2, hold: 0, unchanged: 1 },
  samples: [{ what: 'split', customers: ['c_one', 'c_two'], because: 'value:block' }],
};

export const QUALITY: QualityView = {
  customers: { total: 3, by_identifiers: [{ identifiers: 2, customers: 3 }] },
  conflicts: [{ rule: 'names_differ', open: 1, later: 0 }],
  values: [{ state: 'hot', kind: 'mobile', count: 1 }],
  changes: { created: 5, merged: 2, split: 0, split_after_merge: 0 },
  channels: [{ channel: 'pos', customers: 3, alone: 1 }],
};
