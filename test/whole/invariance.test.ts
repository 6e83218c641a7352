import { describe, expect, it } from 'vitest';
import type { IdentifierInput } from '../../schemas/event.ts';
import { type Pair, repeated, unordered, unorderedLife } from './checks.ts';
import { iso } from './facts.ts';
import { entryOf, RECEIVED, START, type Told } from './history.ts';
import { withWhole } from './house.ts';
import { ownedEvents } from './views.ts';

const hold = (pairs: readonly Pair[]): void => {
  for (const { found, expected, name } of pairs) expect(found, name).toEqual(expected);
};

describe('the order in which the log is read makes no difference', () => {
  it.each([
    { seed: 11, events: 100, people: 4 },
    { seed: 12, events: 100, people: 12 },
    { seed: 205, events: 120, people: 4, days: 500 },
  ])('events, seed $seed', async (options) => hold(await unordered(options)));

  it.each([
    { seed: 14, events: 100, people: 5 },
    { seed: 15, events: 100, people: 6, days: 300 },
  ])('events and decisions, seed $seed', async (options) => hold(await unorderedLife(options)));
});

describe('a device that a crowd uses', () => {
  it('points to nobody, whoever used it first', async () => {
    const device = { kind: 'device', scope: 'ios', value: 'kiosk' };
    const used = (id: string, identifiers: IdentifierInput[]): Told => {
      const event = { id, channel: 'pos', source: 'x', time: iso(START), type: 'view', identifiers };
      return { received: RECEIVED + Number(id), event };
    };
    const openid = { kind: 'wechat_openid', scope: 'wx1', value: 'oA' };
    const crowd = Array.from({ length: 64 }, (_, at) =>
      used(`${at}`, [openid, { kind: 'member_card', scope: 'brand', value: `10${at}` }, device]),
    );
    const stranger = used('100', [{ ...openid, value: 'oB' }, device]);
    const alone = used('101', [device]);
    for (const history of [
      [...crowd, stranger, alone],
      [alone, stranger, ...crowd],
    ]) {
      await withWhole({}, async (whole) => {
        await whole.deliver(history.map(entryOf), [30]);
        const [found] = await ownedEvents(whole, [alone]);
        expect(found?.owner).toBe(null);
      });
    }
  });
});

describe('what was delivered already', () => {
  it('changes nothing, in a house that was opened again', async () => {
    hold(await repeated({ seed: 16, events: 120, people: 4 }));
  });
});
