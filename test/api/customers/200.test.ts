import { describe, expect, it } from 'vitest';
import {
  customerList,
  customerView,
  explainResult,
  lookupResult,
  mergeResult,
  splitResult,
} from '../../../schemas/wire/customer.ts';
import { timelineList } from '../../../schemas/wire/evidence.ts';
import { aggregateResult } from '../../../schemas/wire/sets.ts';
import { EVENT, type House, openHouse, problemOf, read } from '../house.ts';

const OTHER = {
  ...EVENT,
  id: 'E2',
  time: '2026-03-02T10:00:00+08:00',
  identifiers: [{ kind: 'mobile', value: '13700005678' }],
};

async function withTwo(): Promise<House & { one: string; two: string }> {
  const house = await openHouse();
  await house.post('/v1/events', { events: [EVENT, OTHER] });
  const find = async (value: string): Promise<string> =>
    (await read(await house.ask(`/v1/customers?kind=mobile&value=${value}`), customerView)).id;
  return { ...house, one: await find('13900001234'), two: await find('13700005678') };
}

describe('one customer', () => {
  it.each(['13900001234', '+86%20139%200000%201234', '%2B8613900001234', '+8613900001234'])(
    'is found by the spelling %s',
    async (value) => {
      const { ask, one } = await withTwo();
      expect((await read(await ask(`/v1/customers?kind=mobile&value=${value}`), customerView)).id).toBe(one);
    },
  );

  it('is found at a time, whose plus may come as a blank', async () => {
    const { ask, one, services } = await withTwo();
    let asked: number | null = null;
    const { find } = services.customers;
    services.customers.find = async (ref, at) => {
      asked = at;
      return find(ref, at);
    };
    const answer = await ask('/v1/customers?kind=mobile&value=13900001234&at=2026-03-01T10:00:00+08:00');
    expect((await read(answer, customerView)).id).toBe(one);
    expect(asked).toBe(Date.parse('2026-03-01T02:00:00Z'));
    const wrong = await ask('/v1/customers?kind=mobile&value=13900001234&at=yesterday');
    expect((await problemOf(wrong)).detail).toMatch(/^query\.at: /);
  });

  it('404 customer_unknown, 400 identifier_malformed with what it is', async () => {
    const { ask } = await withTwo();
    for (const path of ['/v1/customers/nobody', '/v1/customers?kind=mobile&value=13600000001']) {
      expect(await problemOf(await ask(path))).toMatchObject({ status: 404, code: 'customer_unknown' });
    }
    for (const part of ['events', 'links', 'history', 'explain?with=c1']) {
      expect((await problemOf(await ask(`/v1/customers/nobody/${part}`))).code).toBe('customer_unknown');
    }
    expect(await problemOf(await ask('/v1/customers?kind=mobile&value=12345'))).toMatchObject({
      status: 400,
      code: 'identifier_malformed',
      reason: 'mobile_invalid',
    });
    expect((await problemOf(await ask('/v1/customers?kind=mobile'))).detail).toMatch(/^query\.value: /);
  });

  it('has a timeline in pages, newest first', async () => {
    const { ask, post, one } = await withTwo();
    const events = [1, 2, 3, 4].map((n) => ({ ...EVENT, id: `T${n}`, time: `2026-04-0${n}T00:00:00Z` }));
    await post('/v1/events', { events });
    const ids: string[] = [];
    let next: string | null = null;
    do {
      const after: string = next === null ? '' : `&after=${next}`;
      const page = await read(await ask(`/v1/customers/${one}/events?limit=2${after}`), timelineList);
      ids.push(...page.items.map((event) => event.id));
      next = page.next;
    } while (next !== null);
    expect(ids).toEqual(['T4', 'T3', 'T2', 'T1', EVENT.id]);
  });
});

describe('many customers', () => {
  it('are looked up in the order asked, each with its own reason', async () => {
    const { post, one, two } = await withTwo();
    const values = ['13700005678', '12345', '13600000001', '13900001234', 13900001234];
    const identifiers = values.map((value) => ({ kind: 'mobile', value }));
    const { results } = await read(await post('/v1/customers/lookup?fields=id', { identifiers }), lookupResult);
    expect(results).toEqual([
      { customer: { id: two } },
      { customer: null, reason: 'mobile_invalid' },
      { customer: null, reason: 'customer_unknown' },
      { customer: { id: one } },
      { customer: { id: one } },
    ]);
    const whole = await read(await post('/v1/customers/lookup', { identifiers }), lookupResult);
    expect(whole.results.map(({ customer }) => customer?.id)).toEqual([two, undefined, undefined, one, one]);
    const many = Array.from({ length: 1001 }, () => identifiers[0]);
    expect((await problemOf(await post('/v1/customers/lookup', { identifiers: many }))).status).toBe(400);
  });

  it('are searched, ranked, without a cursor', async () => {
    const { post } = await withTwo();
    const found = await read(await post('/v1/customers/search', { text: '思远', limit: 1 }), customerList);
    expect(found).toMatchObject({ items: [{ id: 'c1' }], next: null });
    expect((await problemOf(await post('/v1/customers/search', { text: '' }))).status).toBe(400);
  });

  it('are summed; the filter goes through as it came', async () => {
    const { post, services } = await withTwo();
    const seen: unknown[] = [];
    const { aggregate } = services.sets;
    services.sets.aggregate = (body, pii) => {
      seen.push(body);
      return aggregate(body, pii);
    };
    const where = { all: [{ field: 'traits.city', op: 'eq', value: '北京市' }, { not: { segment: 's1' } }] };
    const body = { where, group_by: ['traits.city'], measures: ['count'] };
    const { rows } = await read(await post('/v1/customers/aggregate', body), aggregateResult);
    expect(rows).toEqual([{ count: 2 }]);
    expect(seen).toEqual([body]);
  });
});

describe('merge and split', () => {
  it('a merge leaves an alias that answers, and is undone once', async () => {
    const { ask, post, one, two } = await withTwo();
    const before = await (await ask(`/v1/customers/${two}`)).text();
    const merged = await read(await post(`/v1/customers/${one}/merge`, { with: two, reason: 'same' }), mergeResult);
    expect(merged).toMatchObject({ id: one, merged: [two] });
    expect(await read(await ask(`/v1/customers/${two}`), customerView)).toMatchObject({ id: one, aliases: [two] });
    const again = await read(await post(`/v1/customers/${one}/merge`, { with: two, reason: 'same' }), mergeResult);
    expect(again).toEqual({ id: one, merge: null, merged: [] });
    const undo = { merge: merged.merge, reason: 'not the same' };
    const split = await read(await post(`/v1/customers/${one}/split`, undo), splitResult);
    expect(split.customers).toEqual([one, two]);
    expect(await (await ask(`/v1/customers/${two}`)).text()).toBe(before);
    const twice = await problemOf(await post(`/v1/customers/${one}/split`, undo));
    expect(twice).toMatchObject({ status: 409, code: 'merge_undone' });
    const none = await problemOf(await post(`/v1/customers/${one}/split`, { merge: 'm99', reason: 'x' }));
    expect(none).toMatchObject({ status: 404, code: 'merge_unknown' });
  });

  it('nodes are split off by value', async () => {
    const { post, one } = await withTwo();
    const body = { nodes: [{ kind: 'mobile', value: '139 0000 1234' }], reason: 'passed on' };
    expect((await read(await post(`/v1/customers/${one}/split`, body), splitResult)).customers).toHaveLength(2);
    for (const wrong of [{ reason: 'x' }, { nodes: [], reason: 'x' }, { merge: 'm1' }]) {
      expect((await problemOf(await post(`/v1/customers/${one}/split`, wrong))).code).toBe('body_malformed');
    }
  });

  it('404 for a customer nobody knows', async () => {
    const { post, one } = await withTwo();
    for (const [a, b] of [
      ['nobody', one],
      [one, 'nobody'],
    ]) {
      const answer = await post(`/v1/customers/${a}/merge`, { with: b, reason: 'x' });
      expect((await problemOf(answer)).code).toBe('customer_unknown');
    }
  });
});

describe('explain', () => {
  it.each([
    'c1',
    'mobile::%2B8613900001234',
    'mobile::13900001234',
    'mobile%3A%3A13900001234',
    'mobile%3A%3A%252B8613900001234',
    'member_card:brand:0000008901',
    'wechat_openid:wx1:oOpenIdOfNobody0001',
  ])('?with=%s is the same customer', async (other) => {
    const { ask, one } = await withTwo();
    const told = await read(await ask(`/v1/customers/${one}/explain?with=${other}`), explainResult);
    expect(told.same).toBe(true);
  });

  it.each(['mobile:13900001234', '::', ':x:y', 'mobile::%zz', ''])('400 for ?with=%s', async (other) => {
    const { ask, one } = await withTwo();
    const answer = await ask(`/v1/customers/${one}/explain?with=${other}`);
    expect((await problemOf(answer)).code).toBe('body_malformed');
  });

  it('400 without it, 404 where the other is unknown', async () => {
    const { ask, one } = await withTwo();
    expect((await problemOf(await ask(`/v1/customers/${one}/explain`))).status).toBe(400);
    expect((await problemOf(await ask(`/v1/customers/${one}/explain?with=nobody`))).code).toBe('customer_unknown');
  });
});
