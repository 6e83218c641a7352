import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../../api/routes.ts';
import { openHouse, problemOf, talk } from '../house.ts';

const PROBLEM = /\r\n\r\n\{.*\}$/s;

describe('404 route_unknown', () => {
  it.each([
    '/',
    '/v1',
    '/v1/',
    '/v2/events',
    '/v1/customers/a/b/c',
    '/healthz/',
    '//healthz',
    '/V1/events',
    '/v1/docs',
  ])('%s', async (path) => {
    const { ask } = await openHouse();
    expect(await problemOf(await ask(path, { key: null }))).toMatchObject({ status: 404, code: 'route_unknown' });
  });

  it('whatever the body and its type are', async () => {
    const { ask } = await openHouse();
    const answer = await ask('/v1/nothing', { method: 'POST', body: '{', headers: { 'content-type': 'no type' } });
    expect((await problemOf(answer)).code).toBe('route_unknown');
  });
});

describe('405 method_wrong', () => {
  const paths = [...new Set(ROUTES.map((route) => route.url))];
  it.each(paths)('%s tells the methods it takes', async (url) => {
    const { ask } = await openHouse();
    const path = url.replaceAll(/\{\w+\}/g, 'x');
    const answer = await ask(path, { method: 'PATCH', key: null });
    const allowed = (answer.headers.get('allow') ?? '').split(', ');
    expect(await problemOf(answer)).toMatchObject({ status: 405, code: 'method_wrong', retry: 'no' });
    for (const route of ROUTES.filter((other) => other.url === url)) expect(allowed).toContain(route.method);
    expect(allowed.includes('HEAD')).toBe(allowed.includes('GET'));
  });
});

describe('HEAD', () => {
  it('is taken where GET is, and answers without a body', async () => {
    const { ask } = await openHouse();
    const answer = await ask('/healthz', { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
    const unknown = await ask('/v1/customers/nobody', { method: 'HEAD' });
    expect(unknown.status).toBe(404);
    expect(await unknown.text()).toBe('');
  });
});

describe('malformed paths are clean problems', () => {
  it.each(['/v1/customers/%', '/v1/customers/%zz', '/v1/customers/%c3%28', '/%'])('%s', async (path) => {
    const { port, admin } = await openHouse();
    const request = `GET ${path} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${admin}\r\n\r\n`;
    const heard = await talk(port, [request], PROBLEM);
    expect(heard).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(heard).toContain('application/problem+json');
  });

  it.each(['a%00b', 'a%2Fb', '%E9%99%88', 'x'.repeat(9000), '..%2f..%2fetc', '__proto__'])(
    'a customer of the id %s is unknown',
    async (id) => {
      const { ask } = await openHouse();
      expect(await problemOf(await ask(`/v1/customers/${id}`))).toMatchObject({
        status: 404,
        code: 'customer_unknown',
      });
    },
  );

  it('a door that no source can have is no source', async () => {
    const { ask } = await openHouse();
    const answer = await ask('/v1/channels/Wechat%00/main', { method: 'POST', body: 'x', key: null });
    expect((await problemOf(answer)).code).toBe('source_unknown');
  });

  it('a query that is broken is read as far as it can be', async () => {
    const { ask } = await openHouse();
    expect((await problemOf(await ask('/v1/customers?kind=mobile&value=%zz'))).status).toBe(400);
    expect((await problemOf(await ask('/v1/customers?kind=mobile&kind=email&value=1'))).status).toBe(400);
    expect((await problemOf(await ask('/v1/conflicts?limit=1001'))).detail).toMatch(/^query\.limit: /);
    expect((await problemOf(await ask('/v1/conflicts?limit=0'))).status).toBe(400);
    expect((await problemOf(await ask('/v1/conflicts?after=zz'))).code).toBe('cursor_invalid');
  });
});
