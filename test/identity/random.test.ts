import { describe, expect, it } from 'vitest';
import { cluster } from '../../identity/cluster.ts';
import { faultsBetween } from './long.ts';
import { evidenceOf, historyOf } from './random.ts';

/** Histories per test; long.ts goes on for as long as one likes. */
const SHARE = 1_500;
const SHARES = Array.from({ length: 4 }, (_, at) => 1 + at * SHARE);

describe('random histories of a little city', () => {
  it.each(SHARES)(
    'end as the naive model says, in whatever order they are told: from seed %i',
    (first) => {
      expect(faultsBetween(first, SHARE)).toEqual([]);
    },
    300_000,
  );

  it('are not all alike: every state, rule and length of history is met', () => {
    const met = new Set<string>();
    for (let seed = 1; seed <= 1_500; seed += 1) {
      const history = historyOf(seed);
      const answer = cluster(evidenceOf(history, (list) => [...list]));
      for (const { nodes, aliases } of answer.groups) {
        for (const state of nodes.values()) met.add(state);
        if (aliases.length > 0) met.add('aliases');
      }
      for (const { rule } of answer.held) met.add(rule);
      for (const spans of answer.holders.values()) met.add(`${spans.length} holders in a row`);
      for (const { what } of history.decisions) met.add(what);
      if (answer.hot.size > 0) met.add('hot');
      if (answer.quiet) met.add('quiet');
    }
    const states = ['active', 'past', 'shared', 'quarantined'];
    const rules = ['names_differ', 'one_per_customer:wechat_openid', 'one_per_customer:wechat_unionid'];
    const holders = [1, 2, 3].map((count) => `${count} holders in a row`);
    const others = ['aliases', 'link', 'apart', 'hot', 'quiet'];
    expect([...states, ...rules, ...holders, ...others].filter((what) => !met.has(what))).toEqual([]);
  });
});
