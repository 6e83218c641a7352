import { type Dice, makeDice } from '../profiles/population.ts';
import { factsOf } from './facts.ts';
import { entryOf, type HistoryOptions, makeHistory, shuffled, type Told } from './history.ts';
import { openWhole, removeDirectory, type Whole, withWhole } from './house.ts';
import { live } from './live.ts';
import { recount } from './recount.ts';
import { countable, ownedEvents, portraitOf, timelineOf, viewOf } from './views.ts';

/** What must hold of every history. A check gives two values that have to be equal, under a name. */
export type Pair = { name: string; found: unknown; expected: unknown };

/** Every view against a recount of the plain events. */
export async function recounted(options: HistoryOptions): Promise<Pair[]> {
  return withWhole({ key: options.seed }, async (whole) => {
    const history = makeHistory(options);
    await whole.deliver(history.map(entryOf), [1, 7, 30]);
    return recountedViews(whole, history);
  });
}

export async function recountedViews(whole: Whole, history: readonly Told[]): Promise<Pair[]> {
  const owned = await ownedEvents(whole, history);
  const pairs: Pair[] = [];
  for (const [id, { following: _, ...expected }] of recount(owned)) {
    const view = await viewOf(whole, id);
    const found = countable(view, await timelineOf(whole, id));
    // The last change of a view is no earlier than its last event.
    const last = Math.max(...factsOf(owned).flatMap(({ owner, received }) => (owner === id ? [received] : [])));
    pairs.push({ name: id, found, expected });
    pairs.push({ name: `${id} updated`, found: Date.parse(view.updated) >= last, expected: true });
  }
  return pairs;
}

/** The same entries in another order, in other batches, in a house with the same key ring, say the same. */
async function toldAgain(
  history: readonly Told[],
  entries: Awaited<ReturnType<Whole['entries']>>,
  sizes: readonly number[],
  key: number,
): Promise<unknown> {
  return withWhole({ key }, async (other) => {
    await other.deliver(entries, sizes);
    return portraitOf(other, history);
  });
}

/** Events alone: reversed and shuffled, one by one and in batches. */
export async function unordered(options: HistoryOptions): Promise<Pair[]> {
  return withWhole({ key: options.seed }, async (base) => {
    const history = makeHistory(options);
    const dice = makeDice(options.seed);
    await base.deliver(history.map(entryOf));
    const expected = await portraitOf(base, history);
    const entries = history.map(entryOf);
    return [
      { name: 'one by one', found: await toldAgain(history, entries, [1], options.seed), expected },
      {
        name: 'newest first',
        found: await toldAgain(history, [...entries].reverse(), [3, 17, 1], options.seed),
        expected,
      },
      {
        name: 'shuffled',
        found: await toldAgain(history, shuffled(dice, entries), [29], options.seed),
        expected,
      },
    ];
  });
}

/** With decisions among them; those too come in any order. */
export async function unorderedLife(options: HistoryOptions): Promise<Pair[]> {
  return withWhole({ key: options.seed }, async (base) => {
    const history = makeHistory(options);
    const dice = makeDice(options.seed);
    await live(base, history, dice);
    const expected = await portraitOf(base, history);
    const entries = await base.entries();
    return [
      {
        name: 'in order, in one batch',
        found: await toldAgain(history, entries, [1_000], options.seed),
        expected,
      },
      {
        name: 'shuffled',
        found: await toldAgain(history, shuffled(dice, entries), [5, 40], options.seed),
        expected,
      },
      ...(await recountedViews(base, history)),
    ];
  });
}

/** What was delivered already changes nothing, in whatever batches; nor does closing the house in between. */
export async function repeated(options: HistoryOptions): Promise<Pair[]> {
  const history = makeHistory(options);
  const dice: Dice = makeDice(options.seed);
  const first = await openWhole({ key: options.seed });
  await first.deliver(history.map(entryOf), [11]);
  const expected = await wholeOf(first, history);
  await first.close();
  const again = await openWhole({ directory: first.directory });
  const opened = await wholeOf(again, history);
  const later = history.map((told) => ({ ...told, received: told.received + 1_000_000 }));
  const mixed = shuffled(dice, [...later, ...later]);
  await again.deliver(mixed.map(entryOf), [1, 50]);
  const found = await wholeOf(again, history);
  const { items } = await again.services.fates({});
  await again.close();
  await removeDirectory(first.directory);
  const told = (fate: string): number =>
    items.filter((one) => one.fate === fate).reduce((sum, { count }) => sum + count, 0);
  return [
    { name: 'opened again', found: opened, expected },
    { name: 'delivered twice more', found, expected },
    { name: 'fates', found: [told('accepted'), told('duplicate')], expected: [history.length, mixed.length] },
  ];
}

/** A portrait with nothing left out. */
export async function wholeOf(whole: Whole, history: readonly Told[]): Promise<unknown> {
  const owned = await ownedEvents(whole, history);
  const ids = [...new Set(owned.flatMap(({ owner }) => owner ?? []))].sort();
  const views = await Promise.all(ids.map((id) => viewOf(whole, id)));
  return { ...(await portraitOf(whole, history)), updated: views.map(({ updated }) => updated) };
}
