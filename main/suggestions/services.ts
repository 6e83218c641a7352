import { randomUUID } from 'node:crypto';
import type { SuggestionView } from '../../api/identity/port.ts';
import type { Services } from '../../api/port.ts';
import { makeReview } from '../../identity/review.ts';
import { Problem } from '../../schemas/errors.ts';
import type { House } from '../house.ts';
import { jobView } from '../job-services.ts';
import { makeProposals } from '../proposals.ts';
import { recorder } from '../record.ts';
import { type Kept, MEMBER, makeKept } from './kept.ts';
import { SUGGESTIONS } from './run.ts';
import { settledBetween } from './settled.ts';

const CHUNK = 200;

/** Suggestions as people see and decide them (CONTRACT §6). */
export function makeSuggestions(house: House): Services['suggestions'] {
  const { store, reads, ring } = house;
  const list = makeKept(store);
  const review = makeReview({ reads, ring, record: recorder(house) });
  const proposals = makeProposals(house);
  /** How it stands now: merges and decisions elsewhere count as well. Null: its ground is gone. */
  const stand = async (one: Kept): Promise<Kept | null> => {
    if (one.state === 'merged' || one.state === 'kept_apart') return one;
    const settled = await settledBetween(reads, ...one.customers);
    if (settled === 'apart') return { ...one, state: 'kept_apart' };
    return settled === 'one' ? { ...one, state: 'merged' } : settled === 'held' ? null : one;
  };
  return {
    run: async () => jobView(await house.jobs.add(SUGGESTIONS, {}, `${SUGGESTIONS}-${randomUUID()}`)),
    list: async ({ min, state }, { after, limit }) => {
      if (after !== null && !MEMBER.test(after))
        throw new Problem('cursor_invalid', 'the cursor is none of suggestions');
      const found: { member: string; one: Kept }[] = [];
      for (let from = after; ; ) {
        const chunk = await list.page(from, min, CHUNK);
        for (const { member, one } of chunk) {
          const now = await stand(one);
          const wanted = state === null ? now?.state === 'open' || now?.state === 'later' : now?.state === state;
          if (now && wanted) found.push({ member, one: now });
          if (found.length > limit) break;
        }
        from = chunk[chunk.length - 1]?.member ?? null;
        if (found.length > limit || chunk.length < CHUNK) break;
      }
      const items = found.slice(0, limit);
      const next = found.length > limit ? (items[items.length - 1]?.member ?? null) : null;
      return { items: await Promise.all(items.map(({ one }) => proposals.shown(view(one)))), next };
    },
    decide: async (id, decision, reason, actor) => {
      const one = await list.get(id);
      if (!one) throw new Problem('suggestion_unknown', 'there is no suggestion with this id');
      const [a, b] = one.customers;
      const states = { merge: 'merged', keep_apart: 'kept_apart', later: 'later' } as const;
      let decided = one;
      await proposals.decide(id, decision, { reason, actor }, async (by) => {
        if (decision === 'merge') await review.merge(a, b, by);
        if (decision === 'keep_apart') await review.keepApart(a, b, by);
        decided = { ...one, state: states[decision] };
        await list.put([decided]);
      });
      return proposals.shown(view(decided));
    },
  };
}

const view = ({ id, customers, probability, because, state }: Kept): SuggestionView => ({
  ...{ id, customers, probability, because, state },
});
