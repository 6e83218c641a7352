import { z } from 'zod';
import { changeLists, chunksOf, memberAt } from '../../identity/store/lists.ts';
import type { Store } from '../../identity/store/port.ts';
import type { Ring } from '../../schemas/ring.ts';

/** A pair as it is kept: ids and levels, nothing that anybody is called. */
export const kept = z.object({
  id: z.string(),
  customers: z.tuple([z.string(), z.string()]),
  probability: z.number(),
  because: z.array(z.object({ field: z.string(), level: z.string(), weight: z.number() })),
  state: z.enum(['open', 'merged', 'kept_apart', 'later']),
  /** The run that found it last. */
  run: z.string(),
});
export type Kept = z.infer<typeof kept>;
export type SuggestionState = Kept['state'];

/** List of all suggestions, the most probable first; and of their places in it, by id. */
const LIST = 'suggestions';
const PLACES = 'suggestion-places';
const DIGITS = 9;
const CHUNK = 500;

/** The id of a pair: the same in every run. */
export const pairId = (ring: Ring, a: string, b: string): string =>
  `s_${ring.hash('suggestion', ...[a, b].sort((x, y) => (x < y ? -1 : 1)))}`;

const memberOf = ({ id, probability }: Kept): string =>
  `${Math.round((1 - probability) * 10 ** DIGITS)
    .toString()
    .padStart(DIGITS + 1, '0')}-${id}`;

/** The greatest member of a suggestion that is at least so probable. */
const boundOf = (min: number): string =>
  `${Math.round((1 - min) * 10 ** DIGITS)
    .toString()
    .padStart(DIGITS + 1, '0')}-~`;

export const MEMBER = /^\d{10}-s_[\w-]{22}$/;

export type KeptSuggestions = {
  /** Members and suggestions after a member, down to a probability. */
  page(after: string | null, min: number, limit: number): Promise<{ member: string; one: Kept }[]>;
  get(id: string): Promise<Kept | null>;
  put(some: readonly Kept[]): Promise<void>;
  /** Takes out what other runs found and nobody decided. */
  sweep(run: string): Promise<number>;
};

const read = (value: string): Kept => kept.parse(JSON.parse(value));

export function makeKept(store: Store): KeptSuggestions {
  return {
    page: async (after, min, limit) => {
      const range = { limit, before: `${boundOf(min)}~`, ...(after === null ? {} : { after }) };
      return (await store.range(LIST, range)).map(({ member, value }) => ({ member, one: read(value) }));
    },
    get: async (id) => {
      const member = await memberAt(store, PLACES, id);
      const value = member === null ? null : await memberAt(store, LIST, member);
      return value === null ? null : read(value);
    },
    put: async (some) => {
      for (let from = 0; from < some.length; from += CHUNK) await putChunk(store, some.slice(from, from + CHUNK));
    },
    sweep: (run) => sweep(store, run),
  };
}

async function putChunk(store: Store, some: readonly Kept[]): Promise<void> {
  const before = await Promise.all(some.map(({ id }) => memberAt(store, PLACES, id)));
  // Its place follows its probability.
  const remove = before.flatMap((member, at) => {
    const now = some[at];
    return member !== null && now && member !== memberOf(now) ? [{ list: LIST, member }] : [];
  });
  const add = some.flatMap((one) => {
    const member = memberOf(one);
    return [
      { list: LIST, member, value: JSON.stringify(one) },
      { list: PLACES, member: one.id, value: member },
    ];
  });
  await changeLists(store, { add, remove });
}

async function sweep(store: Store, run: string): Promise<number> {
  let swept = 0;
  for await (const chunk of chunksOf(store, LIST, { size: CHUNK })) {
    const remove = chunk.flatMap(({ member, value }) => {
      const one = read(value);
      if (one.run === run || one.state === 'merged' || one.state === 'kept_apart') return [];
      return [
        { list: LIST, member },
        { list: PLACES, member: one.id },
      ];
    });
    if (remove.length > 0) await changeLists(store, { remove });
    swept += remove.length / 2;
  }
  return swept;
}
