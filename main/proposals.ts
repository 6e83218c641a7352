import type { Proposed } from '../api/identity/port.ts';
import type { By } from '../identity/review.ts';
import { changeLists, memberAt } from '../identity/store/lists.ts';
import type { House } from './house.ts';

/**
 * Review by four eyes, where the rules ask for it: what one key decides of a conflict or a suggestion is a proposal
 * until another key decides the same. Proposals are no decisions: they stand beside the log, and change nobody.
 */
export type Proposals = {
  /** With what is proposed of it, while it is not decided. */
  shown<T extends { id: string; state: string; proposed?: Proposed }>(view: T): Promise<T>;
  /** Does what two keys decided, or one where that is enough; else it is a proposal, in the place of any other. */
  decide(id: string, decision: Decided, by: By, done: (by: By) => Promise<void>): Promise<void>;
};
type Decided = 'merge' | 'keep_apart' | 'later';
type Kept = { decision: Decided; actor: string; at: number; reason: string };

const LIST = 'proposals';

export function makeProposals({ store, reads, ring, now }: Pick<House, 'store' | 'reads' | 'ring' | 'now'>): Proposals {
  const find = async (id: string): Promise<Kept | null> => {
    const value = await memberAt(store, LIST, id);
    return value === null ? null : JSON.parse(value);
  };
  return {
    shown: async (view) => {
      const known = view.state === 'open' || view.state === 'later' ? await find(view.id) : null;
      if (!known) return view;
      const { decision, actor, at } = known;
      return { ...view, proposed: { decision, actor, time: new Date(at).toISOString() } };
    },
    decide: async (id, decision, by, done) => {
      const fourEyes = (await reads.reader.rules())?.document.review?.four_eyes === true;
      const known = await find(id);
      const same = known?.decision === decision;
      if (!fourEyes || decision === 'later') await done(by);
      else if (same && known.actor !== by.actor)
        await done({ actor: `${known.actor} + ${by.actor}`, reason: `${ring.openText(known.reason)}; ${by.reason}` });
      else {
        const proposed: Kept = { decision, actor: by.actor, at: now(), reason: ring.sealText(by.reason) };
        if (!same) await changeLists(store, { add: [{ list: LIST, member: id, value: JSON.stringify(proposed) }] });
        return;
      }
      if (known) await changeLists(store, { remove: [{ list: LIST, member: id }] });
    },
  };
}
