import type { SuggestionView } from '../../api/identity/port.ts';
import type { Services } from '../../api/port.ts';
import { Problem } from '../../schemas/errors.ts';

const suggestion = (id: string, probability: number): SuggestionView => ({
  id,
  customers: ['c1', `c-${id}`],
  probability,
  because: [{ field: 'birthday', level: 'same', weight: 13.2 }],
  state: 'open',
});

/** Suggestions in memory: two pairs, decided once and for all. */
export function makeSuggestions(): Services['suggestions'] {
  const all = [suggestion('s2', 0.97), suggestion('s1', 0.6)];
  return {
    run: async () => ({
      ...{ id: 'suggestions-1', kind: 'suggestions', state: 'queued' },
      ...{ done: 0, total: null, started: null, ended: null },
    }),
    list: async ({ min, state }, { after, limit }) => {
      if (after !== null) throw new Problem('cursor_invalid', 'not a cursor of ours');
      const fits = (one: SuggestionView): boolean =>
        state === null ? one.state === 'open' || one.state === 'later' : one.state === state;
      return { items: all.filter((one) => one.probability >= min && fits(one)).slice(0, limit), next: null };
    },
    decide: async (id, decision) => {
      const one = all.find((other) => other.id === id);
      if (!one) throw new Problem('suggestion_unknown', 'no such suggestion');
      one.state = ({ merge: 'merged', keep_apart: 'kept_apart', later: 'later' } as const)[decision];
      return one;
    },
  };
}
