import { describe, expect, it } from 'vitest';
import { makeFlying } from '../../ingest/flying.ts';

/** What is in the log and not applied yet, as the door of one process knows it. */
describe('events on their way', () => {
  it('are known until they are applied, where this process applies them', () => {
    const clock = { ms: 0 };
    const flying = makeFlying(true, () => clock.ms);
    flying.add('a', 'one');
    clock.ms = 3_600_000;
    flying.add('b', 'two');
    expect([flying.get('a'), flying.has('b'), flying.size()]).toEqual(['one', true, 2]);
    flying.remove(['a']);
    expect([flying.has('a'), flying.size()]).toEqual([false, 1]);
  });

  it('are let go after a minute where others apply them, and never make a backlog', () => {
    const clock = { ms: 0 };
    const flying = makeFlying(false, () => clock.ms);
    for (let at = 0; at < 1_000; at++) flying.add(`e${at}`, 'one');
    expect([flying.has('e0'), flying.size()]).toEqual([true, 0]);
    clock.ms = 60_000;
    flying.add('late', 'two');
    expect([flying.has('e0'), flying.has('e999'), flying.has('late')]).toEqual([false, false, true]);
  });
});
