import type { Commit, ListMember, Store } from './port.ts';

/** The value of one member of a list; null where the list has no such member. */
export async function memberAt(store: Pick<Store, 'range'>, list: string, member: string): Promise<string | null> {
  // No member of ASCII stands between one and the same with `!` behind it but those that begin with a blank.
  const [found] = await store.range(list, { before: `${member}!`, reverse: true, limit: 1 });
  return found?.member === member ? found.value : null;
}

/** A list in chunks of at most `size`, none of them empty: from a member on, or back from it with `reverse`. */
export async function* chunksOf(
  store: Pick<Store, 'range'>,
  list: string,
  { size, from, reverse = false }: { size: number; from?: string | undefined; reverse?: boolean },
): AsyncGenerator<ListMember[]> {
  for (let at = from; ; ) {
    const chunk = await store.range(list, { [reverse ? 'before' : 'after']: at, reverse, limit: size });
    const last = chunk[chunk.length - 1];
    if (!last) return;
    yield chunk;
    if (chunk.length < size) return;
    at = last.member;
  }
}

/** A commit that changes lists alone: nothing it rests on can have changed meanwhile. */
export async function changeLists(
  store: Pick<Store, 'commit'>,
  { add = [], remove = [] }: Partial<Pick<Commit, 'add' | 'remove'>>,
): Promise<void> {
  await store.commit({ seen: new Map(), put: new Map(), add, remove });
}
