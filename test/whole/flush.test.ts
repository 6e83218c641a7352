import { expect, it } from 'vitest';
import { nothingDirty, OUTBOX, type OutboxNote } from '../../identity/commit.ts';
import { makeExclusive } from '../../main/exclusive.ts';
import { makeFlusher } from '../../main/flush.ts';
import { type Pending, PORTION, sizeOf, takePortion } from '../../main/pending.ts';
import { makeTokens } from '../../profiles/tokens.ts';
import { makeRing, newRing } from '../../schemas/ring.ts';

const EVENTS = 900;
const COMMITS = Math.ceil((2 * PORTION) / EVENTS) + 1;
const members = Array.from({ length: COMMITS }, (_, at) => `0-${at.toString().padStart(16, '0')}`);
const eventsOf = (member: string): string[] => Array.from({ length: EVENTS }, (_, at) => `${member}/${at}`);
const noteOf = (member: string): OutboxNote => ({ events: eventsOf(member), orders: [], anchors: [], customers: [] });

/** A flusher over an outbox, and the names that it made rows of, write by write. */
function flushing(outbox: Map<string, string>) {
  const state = { away: false, trimmed: 0 };
  const written: string[][] = [];
  let made: string[] = [];
  const none = async (ids: readonly string[]): Promise<null[]> => ids.map(() => null);
  const events = async (ids: readonly string[]): Promise<null[]> => {
    made = [...ids];
    return none(ids);
  };
  const ring = makeRing(newRing());
  const flusher = makeFlusher({
    store: {
      range: async (_, { limit }) => [...outbox].slice(0, limit).map(([member, value]) => ({ member, value })),
      commit: async ({ remove }) => {
        for (const { list, member } of remove) if (list === OUTBOX) outbox.delete(member);
        return 'ok';
      },
    },
    reads: { reader: { events, things: none, customers: none, anchors: none }, rows: async () => null },
    analytic: {
      write: async () => {
        if (state.away) throw new Error('away');
        written.push(made);
      },
    },
    ...{ ring, tokens: makeTokens(ring), now: () => 0, trim: () => void state.trimmed++, exclusive: makeExclusive() },
  });
  return { flusher, state, written };
}

function expectPortions(written: readonly string[][]): void {
  expect(written.flat()).toEqual(members.flatMap(eventsOf));
  for (const names of written) expect(names.length).toBeLessThanOrEqual(PORTION);
}

it('what gathered while the analytic store was away is written in portions, oldest first, and all of it', async () => {
  const outbox = new Map(members.map((member) => [member, '']));
  const { flusher, state, written } = flushing(outbox);
  state.away = true;
  for (const member of members) {
    const dirty = { ...nothingDirty(), events: new Set(eventsOf(member)) };
    await flusher.committed({ partition: 0, next: 0, applied: [], customers: [], outbox: member, dirty });
  }
  expect(await flusher.queryable(10_000)).toBe(false);
  expect(written).toEqual([]);
  state.away = false;
  expect(await flusher.queryable(10_000)).toBe(true);
  expectPortions(written);
  expect(outbox.size).toBe(0);
  await flusher.close();
});

it('what a process left in the outbox is written in portions, and no row of it stays in memory', async () => {
  const outbox = new Map(members.map((member) => [member, JSON.stringify(noteOf(member))]));
  const { flusher, state, written } = flushing(outbox);
  await flusher.recover();
  expectPortions(written);
  expect(state.trimmed).toBe(written.length);
  expect(outbox.size).toBe(0);
});

const pendingOf = (member: string, count: number, anchors: Pending['anchors'] = new Map()): Pending => ({
  events: new Set(Array.from({ length: count }, (_, at) => `${member}-${at}`)),
  orders: new Set(),
  anchors,
  customers: new Set(),
  members: [member],
});

it('a portion is made of the oldest commits; one that is larger stands alone', () => {
  const waiting = [pendingOf('a', PORTION + 1), pendingOf('b', PORTION - 1), pendingOf('c', 1), pendingOf('d', 1)];
  const taken = [takePortion(waiting), takePortion(waiting), takePortion(waiting), takePortion(waiting)];
  expect(taken.map((one) => one?.members)).toEqual([['a'], ['b', 'c'], ['d'], undefined]);
  expect(taken.map((one) => one && sizeOf(one))).toEqual([PORTION + 1, PORTION, 1, null]);
});

it('of an anchor the spans it had first are kept', () => {
  const first = [{ from: 1, owner: 'one' }];
  const second = [{ from: 2, owner: 'two' }];
  const waiting = [pendingOf('a', 1, new Map([['anchor', first]])), pendingOf('b', 1, new Map([['anchor', second]]))];
  expect(takePortion(waiting)?.anchors.get('anchor')).toBe(first);
});
