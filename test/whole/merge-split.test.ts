import { describe, expect, it } from 'vitest';
import type { CustomerView } from '../../schemas/customer.ts';
import type { CanonicalEvent, IdentifierInput } from '../../schemas/event.ts';
import { iso } from './facts.ts';
import { DAY, entryOf, RECEIVED, START } from './history.ts';
import { type Whole, withWhole } from './house.ts';
import { timelineOf, viewOf } from './views.ts';

/** People merge customers and take them apart again, with orders, consents and names on both sides. */
const openid = { kind: 'wechat_openid', scope: 'wx1', value: 'oA' };
const unionid = { kind: 'wechat_unionid', scope: 'default', value: 'uA' };
const card = { kind: 'member_card', scope: 'brand', value: '0001' };
const mobile = { kind: 'mobile', value: '13900001234' };
const by = ['seen at the counter', 'clerk'] as const;

type Part = Partial<CanonicalEvent> & { identifiers?: IdentifierInput[] };
type Scene = Whole & { tell(...parts: Part[]): Promise<void>; idOf(of: IdentifierInput): Promise<string> };

async function scene(run: (scene: Scene) => Promise<void>): Promise<void> {
  await withWhole({}, async (whole) => {
    let told = 0;
    const tell = async (...parts: Part[]): Promise<void> => {
      const entries = parts.map((part) => {
        told += 1;
        const event = {
          id: `e${told}`,
          channel: 'pos',
          source: 'x',
          time: iso(START + told * DAY),
          type: 'view',
          ...part,
        };
        return entryOf({ received: RECEIVED + told * 1_000, event });
      });
      await whole.deliver(entries);
      whole.clock.now = RECEIVED + told * 1_000 + 500;
    };
    const idOf = async ({ kind, scope, value }: IdentifierInput): Promise<string> =>
      (await whole.services.customers.find({ kind, scope, value }, null)) ?? 'nobody';
    await run({ ...whole, tell, idOf });
  });
}

const order = (id: string, total: string) => ({ id, currency: 'CNY', total });

/** A follower who bought, and a member who bought more: two customers. */
const twoSides = ({ tell }: Scene): Promise<void> =>
  tell(
    {
      type: 'follow',
      channel: 'wechat-mp',
      source: 'main',
      identifiers: [openid, unionid],
      traits: { nickname: '小远' },
    },
    { type: 'order_paid', identifiers: [openid], order: order('N1', '10.00') },
    { type: 'order_refunded', order: { ...order('R1', '4.00'), original_id: 'N1' } },
    { type: 'member_joined', identifiers: [card], traits: { name: '陈思远', city: '北京市' } },
    { type: 'order_completed', identifiers: [card], order: order('N2', '99.00') },
    {
      type: 'consent_changed',
      identifiers: [card],
      consent: { purpose: 'marketing', channel: 'sms', state: 'granted' },
    },
    // Told by both, bought first by the member.
    { type: 'order_created', identifiers: [card], order: order('N3', '7.00') },
    { type: 'order_paid', identifiers: [openid], order: order('N3', '7.00') },
  );

type Body = { view: Omit<CustomerView, 'updated'>; timeline: string[]; links: unknown };

async function bodyOf(whole: Whole, id: string): Promise<Body> {
  const { updated: _, ...view } = await viewOf(whole, id);
  const timeline = (await timelineOf(whole, id)).map((event) => event.id);
  return { view, timeline, links: (await whole.services.customers.links(id))?.items };
}

async function changesAfter(whole: Whole, seq: string): Promise<unknown[]> {
  const { items } = await whole.services.changes(seq, 100, 0);
  return items.map(({ what, id, other }) => [what, id, ...(other ? [other] : [])]);
}
const lastSeq = async (whole: Whole): Promise<string> => (await whole.services.changes('0', 1_000, 0)).next;

describe('a merge', () => {
  it('makes one customer of two, told and answered under both ids', () =>
    scene(async (it) => {
      await twoSides(it);
      const { customers } = it.services;
      const [older, younger] = [await it.idOf(openid), await it.idOf(card)];
      const seq = await lastSeq(it);
      const merged = await customers.merge(younger, older, ...by);
      expect(merged).toEqual({ id: older, merge: expect.any(String), merged: [younger] });
      const view = await viewOf(it, older);
      expect(view.aliases).toEqual([younger]);
      expect(await viewOf(it, younger)).toEqual(view);
      expect(await it.idOf(card)).toBe(older);
      expect(view.updated).toBe(iso(it.clock.now));
      expect(view.metrics).toMatchObject({ events: 8, orders: 3, refunds: 1, spend: { CNY: '112.00' } });
      expect(await changesAfter(it, seq)).toEqual([['merged', older, younger]]);
      const told = (await customers.history(younger))?.items.filter(({ what }) => what === 'merged');
      expect(told).toMatchObject([{ to: [older], rule: 'link', actor: 'clerk' }]);
      expect(told?.[0]?.from.sort()).toEqual([older, younger].sort());
      expect(await customers.merge(older, younger, ...by)).toEqual({ id: older, merge: null, merged: [] });
    }));

  it('undone gives back both bodies', () =>
    scene(async (it) => {
      await twoSides(it);
      const { customers } = it.services;
      const [older, younger] = [await it.idOf(openid), await it.idOf(card)];
      const before = [await bodyOf(it, older), await bodyOf(it, younger)];
      const { merge } = await customers.merge(older, younger, ...by);
      const seq = await lastSeq(it);
      it.clock.now += 1_000;
      expect(await customers.splitMerge(older, merge ?? '', ...by)).toEqual({ customers: [older, younger] });
      expect([await bodyOf(it, older), await bodyOf(it, younger)]).toEqual(before);
      expect((await viewOf(it, younger)).updated).toBe(iso(it.clock.now));
      expect(await changesAfter(it, seq)).toEqual([['split', older, younger]]);
      expect((await customers.history(younger))?.items.map(({ what }) => what)).toContain('split');
      await expect(customers.splitMerge(older, merge ?? '', ...by)).rejects.toMatchObject({ code: 'merge_undone' });
      await expect(customers.splitMerge(older, 'd_none', ...by)).rejects.toMatchObject({ code: 'merge_unknown' });
      const again = await customers.merge(younger, older, ...by);
      expect(again).toMatchObject({ id: older, merged: [younger] });
    }));

  it('undone leaves what came in between with the owner of its anchor', () =>
    scene(async (it) => {
      await twoSides(it);
      const { customers } = it.services;
      const [older, younger] = [await it.idOf(openid), await it.idOf(card)];
      const { merge } = await customers.merge(older, younger, ...by);
      await it.tell(
        { type: 'order_paid', identifiers: [card], order: order('N4', '1.00') },
        { type: 'order_cancelled', order: order('N4', '1.00') },
        { type: 'unfollow', channel: 'wechat-mp', source: 'main', identifiers: [openid] },
        { identifiers: [mobile, card] },
      );
      await customers.splitMerge(younger, merge ?? '', ...by);
      const [one, other] = [await bodyOf(it, older), await bodyOf(it, younger)];
      expect(one.timeline).toEqual(['e11', 'e8', 'e3', 'e2', 'e1']);
      expect(other.timeline).toEqual(['e12', 'e10', 'e9', 'e7', 'e6', 'e5', 'e4']);
      expect(other.view.metrics).toMatchObject({ orders: 2, spend: { CNY: '106.00' } });
      expect(one.view.consents).toMatchObject([{ purpose: 'marketing', channel: 'wechat-mp', state: 'withdrawn' }]);
      expect(await it.idOf(mobile)).toBe(younger);
    }));

  it('undone stays one customer where evidence joined them meanwhile', () =>
    scene(async (it) => {
      await twoSides(it);
      const { customers } = it.services;
      const [older, younger] = [await it.idOf(openid), await it.idOf(card)];
      const { merge } = await customers.merge(older, younger, ...by);
      await it.tell({ identifiers: [openid, card] });
      expect(await customers.splitMerge(older, merge ?? '', ...by)).toEqual({ customers: [older] });
      expect((await viewOf(it, younger)).id).toBe(older);
    }));
});

describe('a split by identifiers', () => {
  it('takes them out for good, until people merge them again', () =>
    scene(async (it) => {
      await twoSides(it);
      await it.tell({ identifiers: [openid, card] }, { identifiers: [mobile, card] });
      const { customers } = it.services;
      const id = await it.idOf(openid);
      expect(await it.idOf(mobile)).toBe(id);
      const { customers: parts } = await customers.splitNodes(id, [card, mobile], ...by);
      expect(parts).toHaveLength(2);
      expect(parts[0]).toBe(id);
      const taken = parts[1] ?? '';
      expect([await it.idOf(card), await it.idOf(mobile), await it.idOf(openid)]).toEqual([taken, taken, id]);
      await it.tell({ identifiers: [openid, mobile] });
      expect(await it.idOf(card)).toBe(taken);
      const [one, other] = [await viewOf(it, id), await viewOf(it, taken)];
      expect(one.metrics.events + other.metrics.events).toBe(11);
      expect(other.metrics).toMatchObject({ orders: 2, spend: { CNY: '106.00' } });
      it.clock.now += 1_000;
      const merged = await customers.merge(id, taken, ...by);
      expect(merged).toMatchObject({ id, merged: [taken] });
      expect((await viewOf(it, taken)).metrics).toMatchObject({ events: 11, orders: 3 });
      it.clock.now += 1_000;
      expect(await customers.splitMerge(id, merged.merge ?? '', ...by)).toEqual({ customers: [id, taken] });
      expect(await viewOf(it, taken)).toEqual({ ...other, updated: iso(it.clock.now) });
    }));

  it('of what is none of the customer’s, or all of it, is refused', () =>
    scene(async (it) => {
      await twoSides(it);
      const id = await it.idOf(openid);
      const refused = (nodes: IdentifierInput[]) =>
        expect(
          it.services.customers.splitNodes(
            id,
            nodes.map(({ kind, scope, value }) => ({ kind, scope, value })),
            ...by,
          ),
        ).rejects;
      await refused([card]).toMatchObject({ code: 'identifier_malformed' });
      await refused([openid, unionid]).toMatchObject({ code: 'body_malformed' });
    }));
});

describe('a conflict', () => {
  /** Two cards whose names differ, under one number. */
  const contested = ({ tell }: Scene): Promise<void> =>
    tell(
      { type: 'member_joined', identifiers: [card, mobile], traits: { name: '陈思远' } },
      { type: 'member_joined', identifiers: [{ ...card, value: '0002' }, mobile], traits: { name: '李雷' } },
    );

  it('shows with both customers until it is decided', () =>
    scene(async (it) => {
      await contested(it);
      const { conflicts } = it.services;
      const [one, other] = [await it.idOf(card), await it.idOf({ ...card, value: '0002' })];
      const [conflict] = (await conflicts.list('open', { after: null, limit: 10 })).items;
      const id = conflict?.id ?? '';
      expect((await viewOf(it, one)).conflicts).toEqual([id]);
      expect((await viewOf(it, other)).conflicts).toEqual([id]);
      expect(await conflicts.decide(id, 'keep_apart', ...by)).toMatchObject({ state: 'kept_apart' });
      expect((await viewOf(it, one)).conflicts).toEqual([]);
      expect((await viewOf(it, other)).conflicts).toEqual([]);
    }));

  it('over an account that slipped to another is over once they are kept apart', () =>
    scene(async (it) => {
      const strange = { ...openid, value: 'oB' };
      await it.tell(
        { identifiers: [openid, unionid] },
        { identifiers: [strange] },
        { identifiers: [unionid, strange] },
      );
      const { conflicts } = it.services;
      const [conflict] = (await conflicts.list('open', { after: null, limit: 10 })).items;
      const ids = [await it.idOf(openid), await it.idOf(strange)];
      for (const id of ids) expect((await viewOf(it, id)).conflicts).toEqual([conflict?.id]);
      await conflicts.decide(conflict?.id ?? '', 'keep_apart', ...by);
      for (const id of ids) expect((await viewOf(it, id)).conflicts).toEqual([]);
      expect([await it.idOf(openid), await it.idOf(strange)]).toEqual(ids);
    }));

  it('decided as one person makes one customer', () =>
    scene(async (it) => {
      await contested(it);
      const { conflicts } = it.services;
      const [one, other] = [await it.idOf(card), await it.idOf({ ...card, value: '0002' })];
      const [conflict] = (await conflicts.list('open', { after: null, limit: 10 })).items;
      expect(await conflicts.decide(conflict?.id ?? '', 'merge', ...by)).toMatchObject({ state: 'merged' });
      const view = await viewOf(it, other);
      expect(view).toMatchObject({ id: one, aliases: [other], conflicts: [] });
    }));
});
