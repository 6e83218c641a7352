import type { Services } from '../../api/port.ts';
import { Problem } from '../../schemas/errors.ts';
import type { Dice } from '../profiles/population.ts';
import { entryOf, type Told } from './history.ts';
import type { Whole } from './house.ts';
import { ownedEvents } from './views.ts';

/** A life of events between which people merge, split, undo and decide. */
type Merge = Awaited<ReturnType<Services['customers']['merge']>>;

/** Delivers a history in order and decides something at random after each so many events. */
export async function live(whole: Whole, history: readonly Told[], dice: Dice, every = 20): Promise<void> {
  const merges: Merge[] = [];
  for (let at = 0; at < history.length; at += every) {
    const chunk = history.slice(at, at + every);
    await whole.deliver(chunk.map(entryOf), [1, 7, 3]);
    whole.clock.now = Math.max(whole.clock.now, ...chunk.map(({ received }) => received)) + 1;
    await decideSomething(whole, history.slice(0, at + every), dice, merges);
  }
}

async function decideSomething(whole: Whole, told: readonly Told[], dice: Dice, merges: Merge[]): Promise<void> {
  const { customers, conflicts } = whole.services;
  const owned = await ownedEvents(whole, told);
  const ids = [...new Set(owned.flatMap(({ owner }) => owner ?? []))].sort();
  const [one, other] = [dice.pick(ids), dice.pick(ids)];
  const by = ['seen at the counter', 'clerk'] as const;
  const what = dice.next();
  try {
    if (what < 0.35) merges.push(await customers.merge(one, other, ...by));
    else if (what < 0.6 && merges.length > 0) {
      const { id, merge } = dice.pick(merges);
      if (merge !== null) await customers.splitMerge(id, merge, ...by);
    } else if (what < 0.8) {
      const view = await customers.get(one);
      const active = (view?.identifiers ?? []).filter(({ state, kind }) => state === 'active' && kind !== 'email');
      const nodes = active.filter(() => dice.chance(0.4));
      if (nodes.length > 0 && nodes.length < active.length) await customers.splitNodes(one, nodes, ...by);
    } else {
      const { items } = await conflicts.list('open', { after: null, limit: 10 });
      if (items.length > 0) {
        const decision = dice.pick(['merge', 'keep_apart', 'later'] as const);
        await conflicts.decide(dice.pick(items).id, decision, ...by);
      }
    }
  } catch (error) {
    // What was undone already, or has gone on to live elsewhere, is refused: that is an answer too.
    if (!(error instanceof Problem)) throw error;
  }
}
