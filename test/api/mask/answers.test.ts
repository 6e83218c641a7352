import { describe, expect, it } from 'vitest';
import { customerView, lookupResult } from '../../../schemas/wire/customer.ts';
import { conflictList, historyList, linkList, timelineList } from '../../../schemas/wire/evidence.ts';
import { queryResult } from '../../../schemas/wire/sets.ts';
import { EVENT, type House, openHouse, problemOf, read } from '../house.ts';

const CLEAR = /139[ *]?0000[ *]?1234|13900001234|0000008901|陈思远|siyuan|05-12|建国路|请联系/;
const READER = ['customers:read', 'query:read', 'ops:read', 'changes:read', 'customers:write'];
const ID = 'E-0000008901';

/** A house that knows one person, and a key without `pii:read`. */
async function withPerson(): Promise<House & { key: string; id: string }> {
  const house = await openHouse();
  await house.post('/v1/events', { events: [EVENT, { ...EVENT, id: '13900001234:2', traits: null }] });
  return { ...house, key: await house.keyFor(...READER), id: 'c1' };
}

describe('without pii:read', () => {
  it('no answer about a person holds a clear value', async () => {
    const { ask, post, key, id } = await withPerson();
    const identifiers = [{ kind: 'mobile', value: '13900001234' }];
    const answers = [
      await ask(`/v1/customers/${id}`, { key }),
      await ask('/v1/customers?kind=mobile&value=13900001234', { key }),
      await post('/v1/customers/lookup', { identifiers }, key),
      await ask(`/v1/customers/${id}/events`, { key }),
      await ask(`/v1/customers/${id}/links`, { key }),
      await ask(`/v1/customers/${id}/history`, { key }),
      await ask(`/v1/customers/${id}/explain?with=mobile::%2B8613900001234`, { key }),
      await ask('/v1/conflicts', { key }),
      await post('/v1/conflicts/f1', { decision: 'later', reason: 'r' }, key),
      await post('/v1/customers/search', { text: '陈思远' }, key),
      await ask('/v1/deadletters', { key }),
      await ask('/v1/deadletters/d1', { key }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      const text = await answer.text();
      expect(text).not.toMatch(CLEAR);
      expect(text.length).toBeGreaterThan(50);
    }
  });

  it('a customer shows the masked form of each value', async () => {
    const { ask, key, id } = await withPerson();
    const view = await read(await ask(`/v1/customers/${id}`, { key }), customerView);
    expect(view.identifiers.map(({ kind, value }) => [kind, value])).toEqual([
      ['mobile', '+86139****1234'],
      ['member_card', '****8901'],
      ['wechat_openid', 'oOpenIdOfNobody0001'],
    ]);
    expect(Object.entries(view.traits).map(([name, { value }]) => [name, value])).toEqual([
      ['name', '陈**'],
      ['email', 's***@example.cn'],
      ['birthday', '1990-**-**'],
      ['city', '北京市'],
      ['address', '北京市朝阳区***'],
    ]);
    expect(view.traits.name?.event).toBe('E-****8901');
  });

  it('a timeline keeps the names of properties and hides every value', async () => {
    const { ask, key, id } = await withPerson();
    const { items } = await read(await ask(`/v1/customers/${id}/events`, { key }), timelineList);
    expect(items.map((event) => event.id).sort()).toEqual(['+86139****1234:2', 'E-****8901']);
    expect(items[0]?.properties).toEqual({ note: '***', visits: '***' });
  });

  it('links, history and conflicts hide values inside ids of events too', async () => {
    const { ask, key, id } = await withPerson();
    const links = await read(await ask(`/v1/customers/${id}/links`, { key }), linkList);
    expect(links.items[0]?.evidence[0]?.with.value).toBe('****8901');
    expect(links.items[0]?.evidence[0]?.events[0]).toBe('E-****8901');
    const history = await read(await ask(`/v1/customers/${id}/history`, { key }), historyList);
    expect(history.items[0]?.evidence[0]).toBe('E-****8901');
    const conflicts = await read(await ask('/v1/conflicts', { key }), conflictList);
    expect(conflicts.items[0]?.nodes[0]?.value).toBe('+86139****1234');
    expect(conflicts.items[0]?.evidence[0]?.event).toBe('E+86139****1234');
  });

  it('rows of a set are masked by the field they were asked by', async () => {
    const { post, key, services } = await withPerson();
    services.sets.query = async () => ({
      items: [{ id: 'c1', 'identifiers.mobile': ['+8613900001234'], 'properties.note': '请联系', 'metrics.orders': 2 }],
      next: null,
      total: 1,
    });
    const { items } = await read(await post('/v1/customers/query', { where: {} }, key), queryResult);
    expect(items[0]).toEqual({
      id: 'c1',
      'identifiers.mobile': ['+86139****1234'],
      'properties.note': '***',
      'metrics.orders': 2,
    });
  });

  it('encrypted fields of a set are refused, not masked', async () => {
    const { post, key } = await withPerson();
    const problem = await problemOf(await post('/v1/customers/query', { fields: ['traits.name'] }, key));
    expect(problem).toMatchObject({ status: 403, scope: 'pii:read' });
  });
});

describe('with pii:read', () => {
  it('everything is clear', async () => {
    const { ask, post, keyFor, id } = await withPerson();
    const key = await keyFor(...READER, 'pii:read');
    const view = await read(await ask(`/v1/customers/${id}`, { key }), customerView);
    expect(view.identifiers[0]?.value).toBe('+8613900001234');
    expect(view.traits.name).toMatchObject({ value: '陈思远', event: ID });
    const { items } = await read(await ask(`/v1/customers/${id}/events`, { key }), timelineList);
    expect(items.find((event) => event.id === ID)?.properties).toEqual(EVENT.properties);
    const lookup = await post('/v1/customers/lookup', { identifiers: [{ kind: 'mobile', value: '13900001234' }] }, key);
    const [found] = (await read(lookup, lookupResult)).results;
    expect(found?.customer).toEqual(view);
    expect(await (await ask('/v1/deadletters', { key })).text()).toContain('陈思远');
  });
});
