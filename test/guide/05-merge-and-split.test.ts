import { beforeAll, expect, it } from 'vitest';
import type { ExplainView, HistoryView } from '../../api/identity/port.ts';
import type { ChangeView, EventResult } from '../../api/port.ts';
import type { CustomerView } from '../../schemas/customer.ts';
import { type Problem, talkToServer } from './talk.ts';

// # 5. A merge, its explanation and its split
//
// Who is one customer follows from evidence: identifiers that stood in one event. Nobody calls merge for that. People
// decide where evidence cannot, and what they decide is evidence of its own kind, which can be taken back.
const { get, post } = talkToServer();

const base = { channel: 'crm', source: 'members', time: '2026-03-01T10:00:00+08:00', type: 'member_joined' };
const card = (value: string) => ({ kind: 'member_card', scope: 'acme', value });
const byCard = async (value: string): Promise<CustomerView> =>
  (await get<CustomerView>(`/v1/customers?kind=member_card&scope=acme&value=${value}`)).body;
const explain = async (id: string, other: string): Promise<ExplainView> =>
  (await get<ExplainView>(`/v1/customers/${id}/explain?with=${other}`)).body;
const send = (...events: object[]) => post<{ results: EventResult[] }>('/v1/events?wait=applied', { events });

beforeAll(async () => {
  await send(
    { ...base, id: 'a', identifiers: [card('A1')], traits: { name: '陈思远' } },
    {
      ...base,
      id: 'b',
      identifiers: [card('B2'), { kind: 'mobile', value: '13900001234' }],
      traits: { name: '陈思远' },
    },
  );
});

// Two cards, two customers. They have the same name, but so have many: a name joins nobody. The explanation says that
// nothing has brought the two together.
it('begins with two', async () => {
  const [a, b] = [await byCard('A1'), await byCard('B2')];
  expect(a.id).not.toBe(b.id);
  expect(await explain(a.id, b.id)).toMatchObject({ same: false, because: [{ rule: 'no_evidence' }] });
});

// Then a receipt bears the first card and the mobile of the second: that ties them. The older customer keeps its id,
// the other id lives on as an alias and goes on answering. The explanation names the event that did it.
it('merges on evidence, and says on which', async () => {
  const [a, b] = [await byCard('A1'), await byCard('B2')];
  await send({
    ...{ ...base, id: 'receipt-7', channel: 'pos', source: 'beijing', type: 'order_completed' },
    identifiers: [card('A1'), { kind: 'mobile', value: '13900001234' }],
    order: { id: 'R7', currency: 'CNY', total: '99.00' },
  });
  const one = await byCard('B2');
  expect([one.id, one.aliases]).toEqual([a.id, [b.id]]);
  expect((await get<CustomerView>(`/v1/customers/${b.id}`)).body.id).toBe(a.id);

  const why = await explain(a.id, 'member_card:acme:B2');
  expect(why.same).toBe(true);
  expect(why.path?.map(({ kind }) => kind)).toEqual(['member_card', 'mobile', 'member_card']);
  expect(why.because.map(({ rule, evidence }) => [rule, evidence])).toEqual([
    ['same_event', ['receipt-7']],
    ['same_event', ['b']],
  ]);
});

// A third card registers the same number, under a clearly different name. That would join them, and a rule forbids
// it: the number is shared, and a conflict waits for a person with its evidence. Nothing is lost meanwhile, both live
// on.
it('holds what a rule forbids', async () => {
  await send({
    ...{ ...base, id: 'c', traits: { name: '刘芳' } },
    identifiers: [card('C3'), { kind: 'mobile', value: '13900001234' }],
  });
  const [one, other] = [await byCard('A1'), await byCard('C3')];
  expect(other.id).not.toBe(one.id);
  const [conflict] = other.conflicts;
  expect(await explain(one.id, other.id)).toMatchObject({
    ...{ same: false, held: [conflict] },
    because: [{ rule: 'names_differ', evidence: ['c'] }],
  });
  const decided = await post<{ state: string }>(`/v1/conflicts/${conflict}`, {
    ...{ decision: 'keep_apart', reason: 'mother and son, they said so' },
  });
  expect(decided.body.state).toBe('kept_apart');
});

// A person may join two whom no event ties. The answer bears the id of the merge.
let merge = '';
let before: CustomerView[] = [];
it('merges because somebody says so', async () => {
  await send({ ...base, id: 'd', identifiers: [card('D4')], traits: { name: '陈思远', city: '北京市' } });
  before = [await byCard('A1'), await byCard('D4')];
  const [a, d] = before;
  const { body } = await post<{ id: string; merge: string; merged: string[] }>(`/v1/customers/${a?.id}/merge`, {
    ...{ with: d?.id, reason: 'showed both cards at the counter' },
  });
  merge = body.merge;
  expect(body).toMatchObject({ id: a?.id, merged: [d?.id] });
  expect(await explain(a?.id ?? '', d?.id ?? '')).toMatchObject({
    ...{ same: true, because: [{ rule: 'decided', evidence: [merge] }] },
  });
});

// And it is taken back by that id. Both are what they were, trait for trait and sum for sum: only `updated` tells
// that something happened. Taken back twice is refused.
it('gives back what each side brought', async () => {
  const [a, d] = before;
  const split = await post<{ customers: string[] }>(`/v1/customers/${a?.id}/split`, {
    merge,
    reason: 'father and son',
  });
  expect(split.body.customers).toEqual([a?.id, d?.id]);
  const apart = [await byCard('A1'), await byCard('D4')];
  expect(apart.map((one) => ({ ...one, updated: '' }))).toEqual(before.map((one) => ({ ...one, updated: '' })));

  const twice = await post<Problem>(`/v1/customers/${a?.id}/split`, { merge, reason: 'again' });
  expect([twice.status, twice.body.code]).toEqual([409, 'merge_undone']);
});

// The history keeps it all, decisions with who made them and why; the change feed tells callers of every step, with
// the old id and the new.
it('remembers all of it', async () => {
  const { id } = await byCard('A1');
  const { items } = (await get<{ items: HistoryView[] }>(`/v1/customers/${id}/history`)).body;
  expect(items.filter(({ what }) => what === 'decided').map(({ rule, evidence }) => [rule, evidence.at(-1)])).toEqual([
    ['apart', 'mother and son, they said so'],
    ['link', 'showed both cards at the counter'],
    ['undo', 'father and son'],
  ]);
  const changes = (await get<{ items: ChangeView[] }>('/v1/changes?limit=1000')).body.items;
  const told = changes.filter(({ what }) => what === 'merged' || what === 'split');
  expect(told.map(({ what }) => what)).toEqual(['merged', 'merged', 'split']);
});
