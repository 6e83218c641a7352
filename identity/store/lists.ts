import type { Store } from './port.ts';

/** The value of one member of a list; null where the list has no such member. */
export async function memberAt(store: Pick<Store, 'range'>, list: string, member: string): Promise<string | null> {
  // No member of ASCII stands between one and the same with `!` behind it but those that begin with a blank.
  const [found] = await store.range(list, { before: `${member}!`, reverse: true, limit: 1 });
  return found?.member === member ? found.value : null;
}
