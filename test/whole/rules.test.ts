import { describe, expect, it } from 'vitest';
import type { JobView } from '../../api/port.ts';
import type { IdentifierInput } from '../../schemas/event.ts';
import { iso } from './facts.ts';
import { DAY, entryOf, RECEIVED, START } from './history.ts';
import { type Whole, withWhole } from './house.ts';

/** Rules as data and values by hand: tried, applied to past and future, and taken back. */
const card = (value: string) => ({ kind: 'member_card', scope: 'brand', value });
const mobile = (value: string) => ({ kind: 'mobile', value });
const unionid = (value: string) => ({ kind: 'wechat_unionid', scope: 'default', value });
const FAMILY = '13918270463';
const DESK = '13921840637';
const by = { reason: 'as the brand wants it', actor: 'admin' };

type Part = { identifiers: IdentifierInput[]; channel?: string; type?: string; traits?: Record<string, string> };

async function tell({ deliver, clock }: Whole, from: number, parts: readonly Part[]): Promise<void> {
  const entries = parts.map((part, at) => {
    const time = iso(START + (from + at) * DAY);
    const event = { id: `e${from + at}`, channel: 'pos', source: 'x', type: 'member_joined', ...part, time };
    return entryOf({ received: RECEIVED + (from + at) * 1_000, event });
  });
  await deliver(entries);
  clock.now = RECEIVED + (from + parts.length) * 1_000;
}

async function ended({ services }: Whole, job: JobView): Promise<JobView> {
  for (;;) {
    const now = await services.jobs.get(job.id);
    if (now && ['done', 'failed', 'cancelled'].includes(now.state)) return now;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const idOf = async ({ services }: Whole, of: IdentifierInput): Promise<string | null> =>
  services.customers.find({ kind: of.kind, scope: of.scope, value: of.value }, null);

const together = async (whole: Whole, a: IdentifierInput, b: IdentifierInput): Promise<boolean> =>
  (await idOf(whole, a)) === (await idOf(whole, b));

const COUPLE: Part[] = [
  { identifiers: [card('1'), mobile(FAMILY)] },
  { identifiers: [card('2'), mobile(FAMILY)] },
  { identifiers: [card('3')] },
];

describe('a version of the rules', () => {
  it('is a draft that nothing uses, foretells what it does, does it, and can be taken back', () =>
    withWhole({ analytic: true }, async (whole) => {
      const { rules } = whole.services;
      await tell(whole, 0, COUPLE);
      expect(await together(whole, card('1'), card('2'))).toBe(true);
      const { version } = await rules.put({ preset: 'retail-cn', kinds: { member_card: { one: true } } }, 'admin');
      expect(await together(whole, card('1'), card('2'))).toBe(true);
      const tried = await ended(whole, await rules.preview(version, 20, 'admin'));
      expect(tried).toMatchObject({
        state: 'done',
        result: { merge: 0, split: 1, hold: 1, unchanged: 1, rules: version, log: { 0: expect.any(Number) } },
      });
      expect(await together(whole, card('1'), card('2'))).toBe(true);
      const done = await ended(whole, await rules.apply(version, 'one card each', 'admin'));
      expect(done).toMatchObject({ state: 'done', result: { merge: 0, split: 1, hold: 1, unchanged: 1 } });
      expect(await together(whole, card('1'), card('2'))).toBe(false);
      expect((await rules.get()).version).toBe(version);
      // What comes later is judged by it too.
      await tell(whole, 10, [{ identifiers: [card('8'), mobile(DESK)] }, { identifiers: [card('9'), mobile(DESK)] }]);
      expect(await together(whole, card('8'), card('9'))).toBe(false);
      const back = await ended(whole, await rules.apply(0, 'a mistake', 'admin'));
      expect(back).toMatchObject({ state: 'done', result: { merge: 2, split: 0, hold: 0 } });
      expect(await together(whole, card('1'), card('2'))).toBe(true);
      expect(await together(whole, card('8'), card('9'))).toBe(true);
    }));

  it('lets a number that grew hot under the old caps join again, and the other way round', () =>
    withWhole({ analytic: true }, async (whole) => {
      const { rules, values } = whole.services;
      await tell(
        whole,
        0,
        Array.from({ length: 6 }, (_, at) => ({ identifiers: [unionid(`u${at}`), mobile(DESK)] })),
      );
      expect(await idOf(whole, mobile(DESK))).toBeNull();
      expect((await values.list('hot', { after: null, limit: 10 })).items).toMatchObject([
        { kind: 'mobile', value: `+86${DESK}`, state: 'hot', joins: { customers: 6, partners: { wechat_unionid: 6 } } },
      ]);
      const caps = [{ kind: 'wechat_unionid', over: 10 }];
      const wide = { preset: 'retail-cn' as const, kinds: { mobile: { caps }, wechat_unionid: { one: false } } };
      const { version } = await rules.put(wide, 'admin');
      const tried = await ended(whole, await rules.preview(version, 20, 'admin'));
      const done = await ended(whole, await rules.apply(version, 'a small shop', 'admin'));
      expect(done.result).toMatchObject({ merge: 5, split: 0, hold: 0, unchanged: 0 });
      expect(tried.result).toMatchObject({ merge: 5, split: 0, hold: 0, unchanged: 0 });
      expect(await together(whole, unionid('u0'), mobile(DESK))).toBe(true);
      expect((await values.list(null, { after: null, limit: 10 })).items).toEqual([]);
      await ended(whole, await rules.apply(0, 'back', 'admin'));
      expect(await idOf(whole, mobile(DESK))).toBeNull();
      expect(await together(whole, unionid('u0'), unionid('u1'))).toBe(false);
    }));

  it('stops a number that is used more often in a month than a person uses one', () =>
    withWhole({ analytic: true }, async (whole) => {
      const { rules, values } = whole.services;
      const till = Array.from({ length: 4 }, () => ({ identifiers: [mobile(DESK)] }));
      await tell(whole, 0, [{ identifiers: [card('1'), mobile(DESK)] }, ...till.slice(0, 2)]);
      const { version } = await rules.put({ preset: 'retail-cn', kinds: { mobile: { rate: 2 } } }, 'admin');
      await ended(whole, await rules.apply(version, 'clerks type one number', 'admin'));
      expect(await together(whole, card('1'), mobile(DESK))).toBe(true);
      await tell(whole, 10, till.slice(2, 3));
      expect(await idOf(whole, mobile(DESK))).toBeNull();
      expect(await idOf(whole, card('1'))).not.toBeNull();
      // What is typed later is nobody's as well, and a person has the last word.
      await tell(whole, 20, till.slice(3));
      expect((await values.list('hot', { after: null, limit: 10 })).items).toMatchObject([{ value: `+86${DESK}` }]);
      await values.decide(mobile(DESK), 'allow', by, false);
      expect(await together(whole, card('1'), mobile(DESK))).toBe(true);
      expect((await rules.get()).table.find(({ kind }) => kind === 'mobile')).toMatchObject({ rate: 2 });
    }));

  it('ranks sources: whose word weighs more of a trait, in answers about one and about many', () =>
    withWhole({ analytic: true }, async (whole) => {
      const { rules, customers, sets } = whole.services;
      const says = (channel: string, level: string, at: string): Part => ({
        ...{ identifiers: [card(at)], channel, traits: { level } },
      });
      await tell(whole, 0, [says('crm', 'gold', '1'), says('pos', 'blue', '1'), says('pos', 'gold', '2')]);
      const level = async (): Promise<unknown> => {
        const view = await customers.get((await idOf(whole, card('1'))) ?? '');
        await whole.house.flusher.queryable(10_000);
        const where = { field: 'traits.level', op: 'eq', value: 'gold' };
        return [view?.traits.level?.value, view?.traits.level?.rule, (await sets.query({ where }, false)).total];
      };
      expect(await level()).toEqual(['blue', 'latest', 1]);
      const { version } = await rules.put({ preset: 'retail-cn', sources: ['crm', 'pos/y'] }, 'admin');
      await ended(whole, await rules.apply(version, 'the club knows best', 'admin'));
      expect(await level()).toEqual(['gold', 'source_rank', 2]);
      const { version: next } = await rules.put({ preset: 'retail-cn', sources: ['pos/x', 'pos', 'crm'] }, 'admin');
      await ended(whole, await rules.apply(next, 'the till does', 'admin'));
      expect(await level()).toEqual(['blue', 'source_rank', 1]);
    }));

  it('may ask for four eyes: a conflict waits for a second key to decide the same', () =>
    withWhole({ analytic: true }, async (whole) => {
      const { conflicts, customers, rules } = whole.services;
      const named = (at: string, name: string): Part => ({
        identifiers: [card(at), mobile(FAMILY)],
        traits: { name },
      });
      await tell(whole, 0, [named('1', '陈思远'), named('2', '李雷')]);
      const { version } = await rules.put({ preset: 'retail-cn', review: { four_eyes: true } }, 'admin');
      await ended(whole, await rules.apply(version, 'as the auditor wants it', 'admin'));
      const page = { after: null, limit: 10 };
      const id = (await conflicts.list('open', page)).items[0]?.id ?? '';
      for (const decision of ['keep_apart', 'merge', 'merge'] as const) {
        const proposed = { decision, actor: 'k_anna' };
        expect(await conflicts.decide(id, decision, 'one face', 'k_anna')).toMatchObject({ state: 'open', proposed });
      }
      expect((await conflicts.list('open', page)).items).toMatchObject([{ id, proposed: { actor: 'k_anna' } }]);
      expect(await together(whole, card('1'), card('2'))).toBe(false);
      const done = await conflicts.decide(id, 'merge', 'one address', 'k_ben');
      expect([done.state, done.proposed]).toEqual(['merged', undefined]);
      expect(await together(whole, card('1'), card('2'))).toBe(true);
      const told = (await customers.history((await idOf(whole, card('1'))) ?? ''))?.items ?? [];
      expect(told.filter(({ what }) => what === 'decided')).toMatchObject([{ actor: 'k_anna + k_ben' }]);
    }));

  it('is the same after a rebuild from the log', () =>
    withWhole({ analytic: true }, async (whole) => {
      await tell(whole, 0, COUPLE);
      const { version } = await whole.services.rules.put(
        { preset: 'retail-cn', kinds: { mobile: { joins: 'never' } } },
        'admin',
      );
      await ended(whole, await whole.services.rules.apply(version, 'numbers join nobody', 'admin'));
      await tell(whole, 10, COUPLE);
      const ids = await Promise.all([card('1'), card('2'), mobile(FAMILY)].map((one) => idOf(whole, one)));
      expect(ids[2]).toBeNull();
      expect(new Set(ids).size).toBe(3);
      const log = await whole.entries();
      await withWhole({}, async (again) => {
        await again.deliver(log);
        expect(await Promise.all([card('1'), card('2'), mobile(FAMILY)].map((one) => idOf(again, one)))).toEqual(ids);
      });
    }));
});

describe('a value', () => {
  it('blocked by hand comes apart from what it joined, and allowed joins again', () =>
    withWhole({}, async (whole) => {
      const { values } = whole.services;
      await tell(whole, 0, COUPLE);
      const foretold = await values.decide(mobile(FAMILY), 'block', by, true);
      expect(foretold).toMatchObject({ merge: 0, split: 1, hold: 0, preview: true });
      expect(await together(whole, card('1'), card('2'))).toBe(true);
      const { preview: _, ...rest } = foretold;
      expect(await values.decide(mobile(FAMILY), 'block', by, false)).toMatchObject(rest);
      expect(await together(whole, card('1'), card('2'))).toBe(false);
      for (const one of [card('1'), card('2')]) {
        const view = await whole.services.customers.get((await idOf(whole, one)) ?? '');
        expect(view).toMatchObject({ metrics: { events: 1 }, identifiers: [one, { state: 'blocked' }] });
      }
      expect(await idOf(whole, mobile(FAMILY))).toBeNull();
      expect((await values.list('blocked', { after: null, limit: 10 })).items).toMatchObject([
        { value: `+86${FAMILY}`, state: 'blocked', joins: { customers: 2 } },
      ]);
      expect(await values.decide(mobile(FAMILY), 'auto', by, false)).toMatchObject({ merge: 1 });
      expect(await together(whole, card('1'), card('2'))).toBe(true);
    }));

  it('that is hot joins again once it is allowed, whatever its partners', () =>
    withWhole({}, async (whole) => {
      const { values } = whole.services;
      const many = Array.from({ length: 9 }, (_, at) => ({ identifiers: [card(`k${at}`), mobile(DESK)] }));
      await tell(whole, 0, many);
      expect(await together(whole, card('k0'), card('k1'))).toBe(false);
      expect(await values.decide(mobile(DESK), 'allow', by, false)).toMatchObject({ merge: 8, split: 0 });
      expect(await together(whole, card('k0'), card('k8'))).toBe(true);
      await tell(whole, 20, [{ identifiers: [card('k9'), mobile(DESK)] }]);
      expect(await together(whole, card('k0'), card('k9'))).toBe(true);
      await values.decide(mobile(DESK), 'auto', by, false);
      expect(await together(whole, card('k0'), card('k1'))).toBe(false);
    }));

  it('can be blocked before it is ever told', () =>
    withWhole({}, async (whole) => {
      await whole.services.values.decide(mobile(DESK), 'block', by, false);
      await tell(whole, 0, [{ identifiers: [card('1'), mobile(DESK)] }, { identifiers: [card('2'), mobile(DESK)] }]);
      expect(await together(whole, card('1'), card('2'))).toBe(false);
      const event = { id: 'lone', channel: 'pos', source: 'x', type: 'view', time: iso(START + 30 * DAY) };
      const taken = await whole.services.events.accept([{ ...event, identifiers: [mobile(DESK)] }], 'applied');
      expect(taken.results).toMatchObject([
        {
          ...{ fate: 'accepted', reason: 'anonymous', customer_id: null },
          identifiers: [{ index: 0, reason: 'value_denied' }],
        },
      ]);
    }));

  it('that joins nobody anyway is refused', () =>
    withWhole({}, async (whole) => {
      const order = { kind: 'order', scope: 'pos:x', value: '1' };
      await expect(whole.services.values.decide(order, 'block', by, true)).rejects.toThrow('joins nobody');
    }));
});
