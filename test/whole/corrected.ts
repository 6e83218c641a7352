import type { Entry } from '../../ingest/port.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import { type Dice, makeDice } from '../profiles/population.ts';
import { type Pair, recountedViews } from './checks.ts';
import { iso, keyOf } from './facts.ts';
import { DAY, entryOf, type HistoryOptions, makeHistory, type Told } from './history.ts';
import { type Whole, withWhole } from './house.ts';
import { live } from './live.ts';
import { portraitOf } from './views.ts';

/** Histories in which some events are told again with other content, and the later telling is replayed. */
export type Corrected = {
  history: readonly Told[];
  /** The later tellings, in the order in which they are sent and replayed; some correct what was corrected before. */
  corrections: readonly Told[];
  /** The history with each event as it stands in the end, under its first stamp. */
  final: readonly Told[];
};

/** The same event told otherwise: in one respect, or as quite another event of the history. */
function otherwise(dice: Dice, event: CanonicalEvent, history: readonly Told[]): CanonicalEvent {
  const { event: other } = dice.pick(history);
  const { id, channel, source } = event;
  const time = iso(Date.parse(event.time) + dice.pick([-100, -7, -1, 0, 1, 30, 120]) * DAY + 1_000);
  const told: CanonicalEvent[] = [
    { ...other, id, channel, source },
    { ...event, identifiers: other.identifiers, properties: { counter: dice.below(9) } },
    { ...event, identifiers: [], properties: { counter: dice.below(9) } },
    { ...event, time },
    { ...event, traits: { ...other.traits, nickname: `nick${dice.below(5)}` } },
    event.order
      ? { ...event, order: { ...event.order, total: dice.pick(['5.00', '77.70', '1299.00']), store: 'S1' } }
      : { ...event, time },
    event.order
      ? { ...event, type: dice.pick(['order_paid', 'order_cancelled']), order: other.order ?? event.order }
      : { ...event, time },
  ];
  const chosen = dice.pick(told);
  const { order } = chosen;
  // Some types say nothing without the amount.
  return order && order.total == null ? { ...chosen, order: { ...order, total: '12.00' } } : chosen;
}

export type CorrectedOptions = HistoryOptions & { share?: number; make?: typeof makeHistory };

export function makeCorrected(options: CorrectedOptions): Corrected {
  const history = (options.make ?? makeHistory)(options);
  const dice = makeDice(options.seed + 7);
  const now = new Map(history.map(({ event }) => [keyOf(event), event]));
  const corrections: Told[] = [];
  const wanted = Math.ceil(history.length * (options.share ?? 0.2));
  while (corrections.length < wanted) {
    const { event, received } = dice.pick(history);
    const before = now.get(keyOf(event)) ?? event;
    const told = otherwise(dice, before, history);
    if (JSON.stringify(told) === JSON.stringify(before)) continue;
    now.set(keyOf(event), told);
    corrections.push({ received: received + 10_000_000 + corrections.length, event: told });
  }
  const final = history.map(({ received, event }) => ({ received, event: now.get(keyOf(event)) ?? event }));
  return { history, corrections, final };
}

/** Sends later tellings and replays each; what the replays became is counted. */
export async function correct(whole: Whole, corrections: readonly Told[]): Promise<Record<string, number>> {
  const { deadletters } = whole.services;
  const counts: Record<string, number> = {};
  for (const told of corrections) {
    await whole.deliver([entryOf(told)]);
    whole.clock.now = Math.max(whole.clock.now, told.received + 1);
    const { items } = await deadletters.list({ reason: 'duplicate_differs' }, { after: null, limit: 1_000 });
    const became = await deadletters.replay({ ids: items.map(({ id }) => id) });
    for (const [fate, count] of Object.entries(became)) counts[fate] = (counts[fate] ?? 0) + count;
  }
  return counts;
}

const stamped = (history: readonly Told[]): Map<string, Told> =>
  new Map(history.map((told): [string, Told] => [keyOf(told.event), told]));

/** Whom every identifier that was ever told leads to. */
async function holdersOf({ services }: Whole, told: readonly Told[]): Promise<[string, string | null][]> {
  const named = told.flatMap(({ event }) => event.identifiers ?? []);
  const refs = new Map(named.map((one) => [JSON.stringify([one.kind, one.scope, one.value]), one]));
  return Promise.all(
    [...refs].map(async ([name, { kind, scope, value }]): Promise<[string, string | null]> => {
      const found = await services.customers.find({ kind, scope, value }, null).catch(() => 'refused');
      return [name, found];
    }),
  );
}

/** All that must be alike in two houses that know the same in the end. */
async function standing(whole: Whole, { history, corrections, final }: Corrected): Promise<unknown> {
  return { ...(await portraitOf(whole, final)), holders: await holdersOf(whole, [...history, ...corrections]) };
}

/** The corrected house against one that was told the corrected events in the first place. */
export async function correctedFirst(options: CorrectedOptions): Promise<Pair[]> {
  const corrected = makeCorrected(options);
  const { history, corrections, final } = corrected;
  const expected = await withWhole({ key: options.seed }, async (fresh) => {
    await fresh.deliver(final.map(entryOf), [1, 7, 30]);
    return standing(fresh, corrected);
  });
  return withWhole({ key: options.seed }, async (whole) => {
    await whole.deliver(history.map(entryOf), [1, 7, 30]);
    const counts = await correct(whole, corrections);
    return [
      { name: 'replays', found: counts, expected: { accepted: corrections.length } },
      { name: 'portrait', found: await standing(whole, corrected), expected },
      // The recount knows the kinds of the plain histories alone.
      ...(options.make ? [] : await recountedViews(whole, final)),
      { name: 'fates', found: await fatesOf(whole), expected: [history.length, corrections.length] },
      await readAgain(whole, final, options.seed),
    ];
  });
}

/** With decisions of people in between: against the log without what was corrected, and with the same decisions. */
export async function correctedLife(options: CorrectedOptions): Promise<Pair[]> {
  const corrected = makeCorrected(options);
  const { history, corrections, final } = corrected;
  const dice = makeDice(options.seed + 1);
  return withWhole({ key: options.seed }, async (whole) => {
    const third = Math.ceil(history.length / 3);
    for (let at = 0; at < history.length; at += third) {
      const part = history.slice(at, at + third);
      await live(whole, part, dice, 10);
      const known = stamped(part);
      await correct(
        whole,
        corrections.filter(({ event }) => known.has(keyOf(event))),
      );
    }
    const told = (entry: Entry): Entry[] => {
      if (entry.kind !== 'event') return [entry];
      const first = final.find(({ received, event }) => received === entry.received && isTelling(entry.event, event));
      return first && entry.replay === undefined ? [entryOf(first)] : [];
    };
    const entries = (await whole.entries()).flatMap(told);
    const expected = await withWhole({ key: options.seed }, async (fresh) => {
      await fresh.deliver(entries, [11]);
      return standing(fresh, corrected);
    });
    return [
      { name: 'portrait', found: await standing(whole, corrected), expected },
      ...(await recountedViews(whole, final)),
      await readAgain(whole, final, options.seed),
    ];
  });
}

const isTelling = (told: unknown, { id }: CanonicalEvent): boolean =>
  typeof told === 'object' && told !== null && 'id' in told && told.id === id;

/** Accepted, and those that others took the place of; nothing else is left. */
async function fatesOf({ services }: Whole): Promise<number[]> {
  const { items } = await services.fates({});
  const left = items.filter(({ reason }) => reason !== null && reason !== 'anonymous' && reason !== 'corrected');
  const sum = (fate: string): number => items.reduce((all, one) => all + (one.fate === fate ? one.count : 0), 0);
  return [sum('accepted'), sum('duplicate'), ...left.map(({ count }) => count)];
}

/** The log of a house, read by another. */
async function readAgain(whole: Whole, final: readonly Told[], key: number): Promise<Pair> {
  const entries = await whole.entries();
  const told = async (one: Whole): Promise<unknown> => [await portraitOf(one, final), await one.services.fates({})];
  const found = await withWhole({ key }, async (other) => {
    await other.deliver(entries, [13, 1]);
    return told(other);
  });
  return { name: 'its log read again', found, expected: await told(whole) };
}
