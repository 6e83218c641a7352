import { expect, it, vi } from 'vitest';
import { EVENT, openHouse, problemOf } from '../house.ts';

it('500 internal tells nothing of what went wrong, the log tells where', async () => {
  const { ask, services, lines } = await openHouse();
  services.customers.get = async () => {
    throw new Error('row of 陈思远 13900001234 is broken');
  };
  const problem = await problemOf(await ask('/v1/customers/c1'));
  expect(problem).toMatchObject({ status: 500, code: 'internal' });
  expect(JSON.stringify(problem)).not.toMatch(/陈思远|13900001234/);
  expect(lines[0]).toMatchObject({ route: '/v1/customers/{id}', status: 500, code: 'internal', error: 'Error' });
  expect(lines[0]?.request).toBe(problem.request);
  expect(lines[0]?.at).toContain('500.test.ts');
  expect(JSON.stringify(lines)).not.toMatch(/陈思远|13900001234/);
});

it('a log line names the pattern of the route, never what was asked', async () => {
  const { ask, post, lines, keyFor, services } = await openHouse();
  const key = await keyFor('customers:read');
  const [made] = await services.keys.list();
  await post('/v1/events', { events: [EVENT] });
  await ask('/v1/customers?kind=mobile&value=13900001234', { key });
  await ask('/v1/customers/13900001234/events', { key });
  await ask('/v1/13900001234', { key });
  await ask('/v1/customers/%zz13900001234', { key });
  await ask('/v1/customers?kind=mobile&value=13900001234', { key: '13900001234' });
  const told = lines.map(({ route, status, key: id, code }) => [route, status, id, code]);
  expect(told).toEqual([
    ['/v1/events', 200, 'admin', undefined],
    ['/v1/customers', 200, made?.id, undefined],
    ['/v1/customers/{id}/events', 404, made?.id, 'customer_unknown'],
    [null, 404, null, 'route_unknown'],
    ['/v1/customers', 401, null, 'key_unknown'],
  ]);
  expect(JSON.stringify(lines)).not.toContain('13900001234');
  expect(JSON.stringify(lines)).not.toContain(key);
});

it('a line that was cut is logged as cut', async () => {
  const { url, ask, lines, admin } = await openHouse();
  const headers = { authorization: `Bearer ${admin}` };
  const gone = new AbortController();
  const waiting = fetch(`${url}/v1/changes?wait=30`, { headers, signal: gone.signal });
  await ask('/healthz');
  gone.abort();
  await expect(waiting).rejects.toThrow();
  await vi.waitUntil(() => lines.length === 2);
  expect(lines[1]).toMatchObject({ route: '/v1/changes', cut: true });
});
