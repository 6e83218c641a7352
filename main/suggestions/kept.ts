import { z } from 'zod';
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

export function makeKept(store: Store): KeptSuggestions {
  const read = (value: string): Kept => kept.parse(JSON.parse(value));
  const place = async (id: string): Promise<string | null> => {
    const [found] = await store.range(PLACES, { before: `${id}!`, reverse: true, limit: 1 });
    return found?.member === id ? found.value : null;
  };
  const at = async (member: string): Promise<Kept | null> => {
    const [found] = await store.range(LIST, { before: `${member}!`, reverse: true, limit: 1 });
    return found?.member === member ? read(found.value) : null;
  };
  const write = async (some: readonly Kept[], gone: readonly { list: string; member: string }[]): Promise<void> => {
    const add = some.flatMap((one) => {
      const member = memberOf(one);
      return [
        { list: LIST, member, value: JSON.stringify(one) },
        { list: PLACES, member: one.id, value: member },
      ];
    });
    await store.commit({ seen: new Map(), put: new Map(), add, remove: gone });
  };
  return {
    page: async (after, min, limit) => {
      const range = { limit, before: `${boundOf(min)}~`, ...(after === null ? {} : { after }) };
      return (await store.range(LIST, range)).map(({ member, value }) => ({ member, one: read(value) }));
    },
    get: async (id) => {
      const member = await place(id);
      return member === null ? null : at(member);
    },
    put: async (some) => {
      for (let from = 0; from < some.length; from += CHUNK) {
        const chunk = some.slice(from, from + CHUNK);
        const before = await Promise.all(chunk.map(({ id }) => place(id)));
        const moved = before.flatMap((member, index) => {
          const now = chunk[index];
          return member !== null && now && member !== memberOf(now) ? [{ list: LIST, member }] : [];
        });
        await write(chunk, moved);
      }
    },
    sweep: async (run) => {
      let swept = 0;
      for (let after: string | undefined; ; ) {
        const chunk = await store.range(LIST, { limit: CHUNK, ...(after === undefined ? {} : { after }) });
        const stale = chunk.flatMap(({ member, value }) => {
          const one = read(value);
          const undecided = one.state === 'open' || one.state === 'later';
          return one.run !== run && undecided ? [{ member, id: one.id }] : [];
        });
        if (stale.length > 0)
          await write(
            [],
            stale.flatMap(({ member, id }) => [
              { list: LIST, member },
              { list: PLACES, member: id },
            ]),
          );
        swept += stale.length;
        after = chunk[chunk.length - 1]?.member;
        if (chunk.length < CHUNK) return swept;
      }
    },
  };
}
